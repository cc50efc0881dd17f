export interface Circle {
  kind: "circle";
  radius: number;
}
export type Shape = Circle | { kind: "square"; side: number };
export enum Color {
  Red,
  Green,
  Blue = Green + 1,
}
export const enum Direction {
  Up = "UP",
  Down = "DOWN",
}
export const enum Level {
  Low = 1,
  High = Low + 2,
}
export function area(shape: Shape): number {
  return shape.kind === "circle" ? Math.PI * shape.radius ** 2 : shape.side ** 2;
}
