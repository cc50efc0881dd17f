//! Every option of the pool that reaches the configuration, in all its forms, in golden files that workerd takes.

use crate::{
    every_key::check,
    support::{Project, REPOSITORY, assert_golden},
};

/// Names alone, where an option takes them.
const SHORT: &str = "{
    main: './src/index.ts',
    miniflare: {
      name: 'short',
      compatibilityDate: '2026-01-01',
      compatibilityFlags: ['nodejs_compat'],
      bindings: { TEXT: 'text', JSON: { deep: [1, null] } },
      kvNamespaces: ['NOTES'],
      d1Databases: ['DB'],
      r2Buckets: ['FILES'],
      durableObjects: { BOX: 'Box' },
      queueProducers: ['ORDERS'],
      queueConsumers: ['ORDERS'],
      pipelines: ['CLICKS'],
      hyperdrives: { POSTGRES: new URL('postgres://ada:sesame@127.0.0.1:5432/shop') },
      dataBlobBindings: { BYTES: new Uint8Array([1, 2]) },
      sitePath: './public',
      siteInclude: ['*.html'],
      siteExclude: ['secret.*'],
      cache: false,
    },
  }";

/// Objects, where an option takes them.
const LONG: &str = "{
    main: './src/index.ts',
    miniflare: {
      rootPath: './inner',
      compatibilityDate: '2026-01-01', modulesRules: [{ type: 'Text', include: ['**/*.md'] }],
      textBlobBindings: { LINES: 'lines.txt' },
      dataBlobBindings: { BYTES: 'data.bin' },
      kvNamespaces: { NOTES: 'notes', OTHERS: { id: 'others' } },
      d1Databases: { DB: 'db', OTHER_DB: { id: 'other-db' } },
      r2Buckets: { FILES: 'files', OTHER_FILES: { id: 'other-files' } },
      durableObjects: { BOX: { className: 'Box', useSQLite: true, unsafeUniqueKey: 'box', unsafePreventEviction: true } },
      additionalUnboundDurableObjects: [{ className: 'Unbound', useSQLite: true }],
      queueProducers: { ORDERS: { queueName: 'orders', deliveryDelay: 2 } },
      queueConsumers: { orders: { maxBatchSize: 2, maxBatchTimeout: 1, maxRetries: 1, deadLetterQueue: 'failed', retryDelay: 3 } },
      workflows: { SHIPPING: { name: 'shipping', className: 'Shipping', stepLimit: 9 } },
      workflowExports: { Returns: { name: 'returns', stepLimit: 3 } },
      ratelimits: { LIMIT: { namespace_id: '1', simple: { limit: 2, period: 60 } } },
      hyperdrives: { MYSQL: 'mysql://ada:sesame@127.0.0.1:3306/shop' },
      cacheAPI: true,
      pipelines: { CLICKS: 'clicks', VIEWS: { pipeline: 'views' }, TAPS: { stream: 'taps' } },
      secretsStoreSecrets: { TOKEN: { store_id: 'vault', secret_name: 'token' } },
      email: { send_email: [{ name: 'MAIL', allowed_destination_addresses: ['ada@example.com'] }] },
      analyticsEngineDatasets: { EVENTS: { dataset: 'events' } },
      vectorize: { INDEX: { index_name: 'index' } },
      dispatchNamespaces: { TENANTS: { namespace: 'tenants' } },
      mtlsCertificates: { CERTIFICATE: { certificate_id: 'certificate' } },
      vpcServices: { VPC: { service_id: 'service' } },
      vpcNetworks: { TUNNEL: { tunnel_id: 'tunnel' }, NETWORK: { network_id: 'network' } },
      flagship: { FLAGS: { app_id: 'app' } },
      artifacts: { ARTIFACTS: { namespace: 'artifacts' } },
      agentMemory: { MEMORY: { namespace: 'memory' } },
      k2: { K2: { stream: 'k2' } },
      aiSearchNamespaces: { SEARCHES: { namespace: 'searches' } },
      aiSearchInstances: { SEARCH: { instance_name: 'search' } },
      helloWorld: { HELLO: { enable_timer: true } },
      workerLoaders: { LOADER: {} },
      ai: { binding: 'AI' },
      analyticsSql: { binding: 'ANALYTICS' },
      browserRendering: { binding: 'BROWSER' },
      images: { binding: 'IMAGES' },
      stream: { binding: 'VIDEOS' },
      media: { binding: 'MEDIA' },
      versionMetadata: 'VERSION',
      unsafeEvalBinding: 'EVALUATE',
      assets: { directory: 'public', binding: 'ASSETS', routerConfig: { invoke_user_worker_ahead_of_assets: true }, assetConfig: { html_handling: 'none' } },
      zone: 'example.com',
      serviceBindings: {
        SELF: Symbol.for('miniflare.kCurrentWorker'),
        OTHER: 'other',
        NAMED: { name: 'other', entrypoint: 'Named', props: { realm: 'staff' } },
        LOCAL: { network: { allow: ['private'], deny: ['10.0.0.0/8'] } },
        SERVER: { external: { address: '127.0.0.1:9', http: {} } },
        FOLDER: { disk: { path: 'public' } },
      },
      outboundService: 'other',
      tails: ['other'],
      streamingTails: [{ name: 'other' }],
      workers: [{
        name: 'other',
        compatibilityDate: '2026-01-01',
        modules: true,
        script: `import { WorkerEntrypoint } from 'cloudflare:workers';
          export class Named extends WorkerEntrypoint {}
          export default { fetch: () => new Response('other'), tail() {}, tailStream() {} };`,
      }],
    },
  }";

/// What workerd has no binding for.
const WASM: &str = "{ main: './src/index.ts', miniflare: { compatibilityDate: '2026-01-01', wasmBindings: { ADD: 'src/add.wasm' } } }";

fn project(options: &str) -> Project {
    Project::empty()
        .file(
            "src/index.ts",
            "import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';
export class Box extends DurableObject {}
export class Unbound extends DurableObject {}
export class Shipping extends WorkflowEntrypoint {}
export class Returns extends WorkflowEntrypoint {}
export default { fetch: () => new Response('hello'), queue() {} };
",
        )
        .file("public/index.html", "start")
        .file("public/secret.html", "secret")
        .file("inner/public/index.html", "start")
        .file("inner/lines.txt", "lines\n")
        .file("inner/data.bin", "\u{1}\u{2}")
        .file("src/add.wasm", "")
        .file(
            "test/one.test.ts",
            "import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('runs', () => expect(env.BOX).toBeDefined());
",
        )
        .pool_config(options, "{}")
}

#[test]
fn names() {
    check("every-option-short", &project(SHORT), &["sesame"]);
}

#[test]
fn objects() {
    check("every-option-long", &project(LONG), &["sesame"]);
}

#[test]
fn wasm_bindings_are_refused() {
    assert_golden!("every-option-wasm-bindings", project(WASM).run(&["gen"]).expect(2).stderr);
}

#[test]
fn no_option_is_left_out() {
    let source = std::fs::read_to_string(format!("{REPOSITORY}/src/compile/bindings/mod.rs")).unwrap();
    let (_, list) = source.split_once("const LOWERED: ").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let names: Vec<&str> =
        list.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")).collect();
    assert!(names.len() > 40, "{names:?}");
    let written = |name: &&str| [SHORT, LONG, WASM].iter().any(|text| text.contains(&format!(" {name}: ")));
    let left_out: Vec<&str> = names.into_iter().filter(|name| !written(name)).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}
