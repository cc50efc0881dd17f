export const page = "<h1>Write to us</h1>";
