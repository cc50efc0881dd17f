/** What tests write compiles, and what would fail does not. Nothing here is run. */
import * as test from "cloudflare:test";
import * as internal from "cloudflare:test-internal";
import { env as workersEnv } from "cloudflare:workers";
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject<Cloudflare.Env> {
	count = 0;
}

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

export async function environment(): Promise<void> {
	same<typeof test.env.NOTES, KVNamespace>(true);
	same<typeof test.env.DB, typeof workersEnv.DB>(true);
	// @ts-expect-error: nothing is bound by this name.
	test.env.NOTE;
	same<Awaited<ReturnType<typeof test.SELF.fetch>>, Response>(true);
}

export async function events(): Promise<void> {
	const ctx = test.createExecutionContext();
	same<typeof ctx, ExecutionContext>(true);
	await test.waitOnExecutionContext(ctx);
	// @ts-expect-error: not a context.
	await test.waitOnExecutionContext({});
	test.createScheduledController({ scheduledTime: new Date(), cron: "* * * * *" }).noRetry();
	// @ts-expect-error: a time.
	test.createScheduledController({ scheduledTime: "now" });

	const batch = test.createMessageBatch("orders", [{ id: "1", timestamp: new Date(), attempts: 1, body: { item: "tea" } }]);
	same<typeof batch, MessageBatch<{ item: string }>>(true);
	// @ts-expect-error: `attempts` is missing.
	test.createMessageBatch("orders", [{ id: "1", timestamp: 0, body: null }]);
	const result = await test.getQueueResult(batch, ctx);
	same<typeof result.retryMessages, { msgId: string; delaySeconds?: number }[]>(true);
}

export async function work(): Promise<void> {
	internal.setWaitUntilTimeout(100);
	await internal.waitForWaitUntil([Promise.resolve()]);
	same<typeof internal.reset, typeof test.reset>(true);
}

export async function pages(request: Request<unknown, IncomingRequestCfProperties>): Promise<void> {
	type Visit = { language: string };
	const greet: PagesFunction<Cloudflare.Env, "name", Visit> = ({ params, data }) =>
		new Response(`${params.name} ${data.language}`);
	const ctx = test.createPagesEventContext<typeof greet>({
		request,
		params: { name: "ada" },
		data: { language: "en" },
		next: (request) => workersEnv.ASSETS.fetch(request),
	});
	await greet(ctx);
	await test.waitOnExecutionContext(ctx);
	// @ts-expect-error: the function has parameters.
	test.createPagesEventContext<typeof greet>({ request, data: { language: "en" } });
	// @ts-expect-error: the function has data of another type.
	test.createPagesEventContext<typeof greet>({ request, params: { name: "ada" }, data: { language: 1 } });
	// Neither parameters nor data: none need be given.
	test.createPagesEventContext<PagesFunction<Cloudflare.Env, never, Record<string, never>>>({ request });
}

export async function objects(): Promise<void> {
	const stub = workersEnv.COUNTERS.getByName("a");
	const count = await test.runInDurableObject(stub, (counter, state) => {
		same<typeof state, DurableObjectState>(true);
		return counter.count;
	});
	same<typeof count, number>(true);
	const ran: boolean = await test.runDurableObjectAlarm(stub);
	const ids: DurableObjectId[] = await test.listDurableObjectIds(workersEnv.COUNTERS);
	await test.evictDurableObject(stub, { webSockets: "close" });
	await test.evictAllDurableObjects({ webSockets: ran && ids.length > 0 ? "close" : "hibernate" });
	for (const { className, id } of await test.runAllAlarms({ until: new Date() })) {
		same<typeof className, string>(true);
		same<typeof id, DurableObjectId>(true);
	}
	// @ts-expect-error: not one of the choices.
	await test.evictAllDurableObjects({ webSockets: "keep" });
	await test.abortAllDurableObjects();
}

export async function storage(): Promise<void> {
	const migrations: test.D1Migration[] = [{ name: "0001_first.sql", queries: ["CREATE TABLE notes (text)"] }];
	await test.applyD1Migrations(workersEnv.DB, migrations, "applied");
	// @ts-expect-error: text, in place of migrations.
	await test.applyD1Migrations(workersEnv.DB, "CREATE TABLE notes (text)");
	await test.reset();
	using admin = test.adminSecretsStore(workersEnv.TOKEN);
	const id: string = await admin.create("abc");
	const [secret] = await admin.list();
	same<typeof secret.metadata, { uuid: string } | undefined>(true);
	await admin.delete(await admin.update("abd", id));
	// @ts-expect-error: no secret of a store.
	test.adminSecretsStore(workersEnv.DB);
}

export async function workflows(): Promise<void> {
	await using instance = await test.introspectWorkflowInstance(workersEnv.ORDERS, "1");
	const chained = await instance.modify(async (modifier) => {
		await modifier.disableSleeps([{ name: "wait", index: 2 }]);
		await modifier.disableRetryDelays();
		await modifier.mockStepResult({ name: "pay" }, { paid: true });
		await modifier.mockStepError({ name: "send" }, new Error("closed"), 2);
		await modifier.forceStepTimeout({ name: "pack" });
		await modifier.mockEvent({ type: "paid", payload: {} });
		await modifier.forceEventTimeout({ name: "answer" });
	});
	same<typeof chained, typeof instance>(true);
	await instance.waitForStepResult({ name: "pay" });
	await instance.waitForStatus("complete");
	// @ts-expect-error: no status of a Workflow.
	await instance.waitForStatus("done");
	await using all = await test.introspectWorkflow(workersEnv.ORDERS);
	await all.modifyAll(async (modifier) => modifier.disableSleeps());
	for (const one of await all.get()) same<typeof one, test.WorkflowInstanceIntrospector>(true);
}

export function fetchMock(): void {
	test.fetchMock.activate();
	test.fetchMock.disableNetConnect();
	const origin = test.fetchMock.get("https://example.com");
	origin
		.intercept({ path: /^\/users/, method: "POST", headers: { accept: (value) => value.includes("json") } })
		.defaultReplyHeaders({ "x-a": ["1", "2"] })
		.reply(200, ({ body }) => ({ said: body }), { headers: { "x-b": "1" } })
		.times(2);
	origin.intercept({ path: "/" }).reply(() => ({ statusCode: 204 }));
	// @ts-expect-error: no request is without a path.
	origin.intercept({ method: "GET" });
	test.fetchMock.assertNoPendingInterceptors();
}
