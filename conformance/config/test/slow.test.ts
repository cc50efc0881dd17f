const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
it("takes longer than it may", () => sleep(500));
describe("a hook that takes longer than it may", () => {
  beforeEach(() => sleep(500));
  it("does not run", () => {});
});
