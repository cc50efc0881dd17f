export type Node = { type: unknown; props: Record<string, unknown> };
export const jsx = (type: unknown, props: Record<string, unknown>): Node => ({ type, props });
export const jsxs = jsx;
export const jsxDEV = jsx;
export const Fragment = "fragment";
