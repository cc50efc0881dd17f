// Writes src/pages.wasm byte by byte: one exported function,
//   pages(entries: i32, perPage: i32): i32 = (entries + perPage - 1) / perPage
// Run with `npm run make-wasm`; the result is committed.
import { writeFileSync } from "node:fs";

const I32 = 0x7f;
const section = (id, ...content) => [id, content.length, ...content];
const text = (value) => [value.length, ...Buffer.from(value)];

const body = [
  0x00, // no locals
  ...[0x20, 0x00], // local.get 0
  ...[0x20, 0x01], // local.get 1
  0x6a, // i32.add
  ...[0x41, 0x01], // i32.const 1
  0x6b, // i32.sub
  ...[0x20, 0x01], // local.get 1
  0x6e, // i32.div_u
  0x0b, // end
];

const bytes = [
  ...[0x00, 0x61, 0x73, 0x6d], // "\0asm"
  ...[0x01, 0x00, 0x00, 0x00], // version 1
  ...section(1, 1, 0x60, 2, I32, I32, 1, I32), // one type: (i32, i32) -> i32
  ...section(3, 1, 0), // one function, of that type
  ...section(7, 1, ...text("pages"), 0x00, 0), // exported as a function
  ...section(10, 1, body.length, ...body), // its code
];

writeFileSync(new URL("../src/pages.wasm", import.meta.url), Uint8Array.from(bytes));
