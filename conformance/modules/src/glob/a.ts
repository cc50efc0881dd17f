export const name = "a";
export default "default a";
