it.only("is the only one", () => {});
it("is left out", () => {});
