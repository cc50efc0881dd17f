import { vi } from "vitest";

/** Stands in for `supplier.ts` in tests that mock it. */
export const orderBeans = vi.fn(async (kilos: number) => `pretended to order ${kilos} kg`);
