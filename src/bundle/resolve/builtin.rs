//! Modules that the runtime has, not the project.

/// Node's modules that can be named without `node:`, as `module.builtinModules` lists them.
const NODE: &str = "assert async_hooks buffer child_process cluster console constants crypto dgram \
    diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process \
    punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi \
    worker_threads zlib assert/strict dns/promises fs/promises inspector/promises path/posix path/win32 \
    readline/promises stream/consumers stream/promises stream/web timers/promises util/types";

/// Node's modules that can be named without `node:`.
pub(crate) fn node_modules() -> impl Iterator<Item = &'static str> {
    NODE.split_ascii_whitespace()
}

/// Node's modules that can only be named with `node:`, or are not for the public.
pub(crate) const PREFIXED_NODE_MODULES: [&str; 16] = [
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_wrap",
    "sqlite",
    "test",
];

/// Whether `node:<name>` is one of Node's modules that workerd or wrangler know.
pub(crate) fn is_node_module(name: &str) -> bool {
    node_modules().chain(PREFIXED_NODE_MODULES).any(|known| known == name)
}

/// Whether the specifier names a built-in module by its scheme.
pub(super) fn has_scheme(specifier: &str) -> bool {
    ["node:", "cloudflare:", "workerd:"].iter().any(|scheme| specifier.starts_with(scheme))
}

/// `node:path` for `path`. `path/`, with a slash at the end, is how one asks for the package.
pub(super) fn bare(specifier: &str) -> Option<String> {
    node_modules().any(|name| name == specifier).then(|| format!("node:{specifier}"))
}
