/** Reaching the Worker under test. */
declare module "cloudflare:test" {
	/** The bindings, as projects of the older generation declare them; newer ones extend `Cloudflare.Env`. */
	interface ProvidedEnv {}

	/** The bindings of the Worker under test, whichever way the project declares them. */
	type TestEnv = Cloudflare.Env & ProvidedEnv;

	/**
	 * The bindings of the Worker under test: the object that its handlers get.
	 *
	 * @deprecated `import { env } from "cloudflare:workers"`.
	 */
	export const env: TestEnv;

	/**
	 * The default export of the Worker under test, which is in the test's own isolate: mocks and fake timers reach it.
	 *
	 * @deprecated `import { exports } from "cloudflare:workers"`, and `exports.default.fetch()`.
	 */
	export const SELF: Fetcher;
}
