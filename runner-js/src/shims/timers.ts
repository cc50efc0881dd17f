/** `node:timers`: Vitest only hands this object to its fake timers. */
export default {};
