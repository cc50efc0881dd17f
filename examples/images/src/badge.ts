/** A blue square, as a PNG file. */
const BADGE = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAMAAAC67D+PAAAAA1BMVEUAAP+KeNJXAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgoCcAAABuAAGZfmU8AAAAAElFTkSuQmCC";

export function badge(): ReadableStream<Uint8Array> {
  return new Blob([Uint8Array.from(atob(BADGE), (character) => character.charCodeAt(0))]).stream();
}
