it("is never seen", () => {});
