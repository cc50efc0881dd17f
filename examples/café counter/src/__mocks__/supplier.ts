import { vi } from "vitest";

/** Stands in for `supplier.ts` wherever a test says `vi.mock("../src/supplier")`. */
export const orderBeans = vi.fn(async (kilos: number) => `pretended to order ${kilos} kg`);
