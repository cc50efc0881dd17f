import { timingSafeEqual } from "node:crypto";

/** True if `header` is `Bearer <token>`, compared in constant time. */
export function isAllowed(header: string | null, token: string): boolean {
  const encoder = new TextEncoder();
  const given = encoder.encode(header ?? "");
  const wanted = encoder.encode(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
