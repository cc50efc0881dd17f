describe("the suite", () => {
  it("has one", () => {});
  it("has two", () => {});
  it("has one more", () => {});
  describe("below", () => {
    it("is one", () => {});
  });
});
it("the suite one", () => {});
it("another", () => {});
