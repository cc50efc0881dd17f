import { second } from "./circular-second";

export const first = "first";
export const readSecond = () => second;
