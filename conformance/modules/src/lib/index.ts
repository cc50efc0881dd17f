export * from "./answer";
export { default as text } from "./answer";
export * as all from "./answer";
