let tries = 0;
it("passes the third time", () => expect(++tries).toBe(3));
it("always fails", () => {
  throw new Error("always");
});
