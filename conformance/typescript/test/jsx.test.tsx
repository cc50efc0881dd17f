const Greeting = ({ name }: { name: string }) => <p class="greeting">Hello {name}</p>;

it("is called", () => {
  expect(<Greeting name="x" />).toMatchInlineSnapshot();
  expect(<>{[1, 2].map((key) => <i key={key} />)}</>).toMatchInlineSnapshot();
});
