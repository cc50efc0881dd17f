/**
 * `ctx.container` under test. workerd makes no object of a class with a container where there is no Docker, so test Workers
 * have none: the class loads, and what only a running container can do fails and says so. Spies can take its place.
 */
class AbsentContainer {
	readonly images = {};
	readonly #fail: () => never;

	constructor(fail: () => never) {
		this.#fail = fail;
	}

	/** Whoever asks is about to start or to reach it: the class `Container` of `@cloudflare/containers` does when it is made. */
	get running(): boolean {
		return this.#fail();
	}

	start(): void {
		this.#fail();
	}

	signal(): void {
		this.#fail();
	}

	async monitor(): Promise<void> {
		this.#fail();
	}

	/** There is nothing to destroy. */
	async destroy(): Promise<void> {}

	async setInactivityTimeout(): Promise<void> {
		this.#fail();
	}

	async exec(): Promise<void> {
		this.#fail();
	}

	async inspect(): Promise<null> {
		return null;
	}

	async snapshotContainer(): Promise<void> {
		this.#fail();
	}

	async snapshotDirectory(): Promise<void> {
		this.#fail();
	}

	async interceptOutboundHttp(): Promise<void> {
		this.#fail();
	}

	async interceptOutboundHttps(): Promise<void> {
		this.#fail();
	}

	async interceptAllOutboundHttp(): Promise<void> {
		this.#fail();
	}

	getTcpPort(): object {
		return { fetch: async () => this.#fail(), connect: () => this.#fail() };
	}
}

/** Gives the `ctx` of a Durable Object the container that is not there. */
export function withAbsentContainer(ctx: object, className: string, image: string): void {
	const container = new AbsentContainer(() => {
		throw new Error(
			`The container of \`${className}\` (${image}) does not run in tests. Mock what is called, for example with runInDurableObject(stub, (_, state) => vi.spyOn(state.container, "getTcpPort").mockReturnValue(…)).`,
		);
	});
	Object.defineProperty(ctx, "container", { value: container, configurable: true, enumerable: true });
}
