export const page = "<h1>About us</h1>";
