it("is JavaScript", () => {
  expect([1, [2, [3]]].flat(Infinity)).toEqual([1, 2, 3]);
});
