/** Pages rendered by this isolate. Module state: gone with the isolate, and fresh in every test file. */
let rendered = 0;

export function countRendered(): number {
  return ++rendered;
}
