export const name = "c";
