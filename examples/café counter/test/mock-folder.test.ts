import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { orderBeans } from "../src/supplier";

// Named outright: not every runner of Workers tests looks into `__mocks__` by itself.
vi.mock("../src/supplier", () => import("../src/__mocks__/supplier"));

describe("vi.mock", () => {
  it("takes a stand-in from the __mocks__ folder", async () => {
    const response = await exports.default.fetch("https://cafe.test/beans/3");
    expect(await response.text()).toBe("pretended to order 3 kg");
    expect(orderBeans).toHaveBeenCalledWith(3);
  });
});
