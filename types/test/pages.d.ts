/** Calling Pages functions. */
declare module "cloudflare:test" {
	interface EventContextInitBase {
		request: Request<unknown, IncomingRequestCfProperties>;
		functionPath?: string;
		/** Stands for the functions and static files that come after the function; `context.next()` rejects without it. */
		next?(request: Request): Response | Promise<Response>;
	}

	// A function without parameters or data need not be given any.
	type EventContextInitParams<Params extends string> = [Params] extends [never]
		? { params?: Record<string, never> }
		: { params: Record<Params, string | string[]> };
	type EventContextInitData<Data> = Data extends Record<string, never> ? { data?: Data } : { data: Data };

	type EventContextInit<Context extends EventContext<unknown, string, unknown>> =
		Context extends EventContext<unknown, infer Params, infer Data>
			? EventContextInitBase & EventContextInitParams<Params> & EventContextInitData<Data>
			: never;

	/**
	 * The argument of a Pages function. The Worker needs the service binding `ASSETS`, for example by
	 * `pages_build_output_dir` of the wrangler file, or by `buildPagesASSETSBinding()`.
	 *
	 * @example
	 * const ctx = createPagesEventContext<typeof onRequestGet>({ request, params: { name: "soup" } });
	 * const response = await onRequestGet(ctx);
	 * await waitOnExecutionContext(ctx);
	 */
	export function createPagesEventContext<F extends PagesFunction<TestEnv, string, any>>(
		init: EventContextInit<Parameters<F>[0]>,
	): Parameters<F>[0];
}
