import { exports } from "cloudflare:workers";
import { readers, version } from "virtual:release";
import { describe, expect, it } from "vitest";
import { Counter } from "#lib/counter";
import up from "../src/up.svg";

const get = async () => (await exports.default.fetch("http://test/")).text();

describe("Vite plugins", () => {
	it("make modules for the Worker", async () => {
		expect(await get()).toBe(
			'<!doctype html><title>Status 1.4.0</title><svg viewBox="0 0 8 8"><title>up</title><circle cx="4" cy="4" r="3"/></svg><p>a page for each service<p>1 readers',
		);
	});

	it("share modules between the Worker and its tests", async () => {
		const before = readers.count;
		await get();
		expect(readers.count).toBe(before + 1);
		expect(await import("virtual:release")).toHaveProperty("readers", readers);
	});

	it("import modules of the project in virtual ones", () => {
		expect(readers).toBeInstanceOf(Counter);
		expect(version).toBe("1.4.0");
	});

	it("make code of other files", () => {
		expect(up({ title: "<up>" })).toContain("<title><up></title>");
	});
});
