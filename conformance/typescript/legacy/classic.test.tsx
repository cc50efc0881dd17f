const h = (type: unknown, props: unknown, ...children: unknown[]) => ({ type, props, children });
const Part = "part";

class Fields {
  undeclared?: string;
  declared = 1;
  constructor(readonly name: string) {}
}

it("assigns fields", () => {
  expect(Object.keys(new Fields("x"))).toEqual(["name", "declared"]);
});
it("has its own JSX", () => {
  const { type, children } = <Part>{<b id="x">text</b>}</Part>;
  expect([type, children[0].type, children[0].props.id, children[0].children]).toEqual(["part", "b", "x", ["text"]]);
});
