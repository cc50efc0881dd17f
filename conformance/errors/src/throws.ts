export const value = 1;
function fail(): never {
  throw new TypeError("when it is evaluated");
}
fail();
