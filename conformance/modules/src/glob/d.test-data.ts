export const name = "d";
