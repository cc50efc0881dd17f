/** `fetchMock` of `cloudflare:test`, for the test files whose modules name it. Others do not pay for it. */

let loaded: typeof import("wpt:fetch-mock") | undefined;

/** To be called before a module that names `fetchMock` is evaluated. */
export async function lendFetchMock(...testModules: object[]): Promise<void> {
	loaded ??= await import("wpt:fetch-mock");
	if (!testModules.some((module) => "fetchMock" in module)) loaded.interceptFetch();
	for (const module of testModules) Object.assign(module, { fetchMock: loaded.fetchMock });
}

/** To be called before each test file: what another one left is gone. */
export function resetFetchMock(): void {
	loaded?.resetFetchMock();
}
