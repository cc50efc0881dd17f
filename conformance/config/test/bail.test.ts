it("passes", () => {});
it("fails", () => expect(1).toBe(2));
it("comes after", () => {});
describe("a suite", () => {
  it("comes after too", () => {});
});
