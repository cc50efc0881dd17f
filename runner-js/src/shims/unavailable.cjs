// Node modules that only Vitest's Node pools use: importing them is harmless, using them is not possible.
module.exports = {};
