import { first } from "./circular-first";

let seen: unknown;
try {
  seen = first;
} catch {
  seen = "an error";
}
export const second = `second of ${seen}`;
