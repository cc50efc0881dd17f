export const kind = () => "from __mocks__";
