// The words import.meta.vitest in a comment make it a test file.
export const value = 1;
