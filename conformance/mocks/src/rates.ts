export function rate() {
  return 10;
}
