import { exports } from "cloudflare:workers";
import { version } from "virtual:release";
import { describe, expect, it, vi } from "vitest";
import up from "../src/up.svg";

vi.mock("virtual:release", async (importOriginal) => ({
	...(await importOriginal<typeof import("virtual:release")>()),
	version: "2.0.0-mock",
}));
vi.mock(import("../src/up.svg"), { spy: true });

describe("Vite plugins", () => {
	it("are mocked by vi.mock of a virtual module", async () => {
		expect(version).toBe("2.0.0-mock");
		const response = await exports.default.fetch("http://test/");
		expect(await response.text()).toContain("<title>Status 2.0.0-mock</title>");
	});

	it("are spied on", async () => {
		vi.mocked(up).mockReturnValueOnce("[mocked icon]");
		const response = await exports.default.fetch("http://test/");
		expect(await response.text()).toContain("[mocked icon]");
		expect(up).toHaveBeenCalledWith({ title: "up" });
	});

	it("leave the actual module to vi.importActual", async () => {
		const actual = await vi.importActual<typeof import("virtual:release")>("virtual:release");
		expect(actual.version).toBe("1.4.0");
	});
});
