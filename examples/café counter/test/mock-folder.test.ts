import { exports } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { orderBeans } from "../src/supplier";

vi.mock("../src/supplier");

it("takes the module from the __mocks__ folder beside it", async () => {
  const response = await exports.default.fetch("https://cafe.test/beans/3");
  expect(await response.text()).toBe("pretended to order 3 kg");
  expect(orderBeans).toHaveBeenCalledWith(3);
});
