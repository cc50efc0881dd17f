import { rate } from "./rates";

export const fee = 2;
export const list = [1, { deep: "value" }];
export function pay(amount: number) {
  return amount * rate() + fee;
}
export async function payLater(amount: number) {
  return pay(amount);
}
export class Account {
  static open() {
    return new Account(1);
  }
  #secret = "s";
  constructor(public balance: number) {}
  get double() {
    return this.balance * 2;
  }
  add(amount: number) {
    this.balance += amount;
    return this;
  }
  reveal() {
    return this.#secret;
  }
}
export default { pay, nested: { rate } };
