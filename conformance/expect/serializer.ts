export default {
  test: (value: unknown) => value instanceof URL,
  serialize: (value: URL) => `URL<${value.pathname}>`,
};
