export default () => "from the root's __mocks__";
