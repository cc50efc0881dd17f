//! The Cache API: who answers it, and whether a Worker uses it at all.

use memchr::memmem;
use serde_json::json;

use crate::{
    bundle::simulators::{CACHE, NO_CACHE},
    config::vitest::WorkerOptions,
    plan::ServiceRef,
};

/// The global object of the Cache API.
const GLOBAL: &str = "caches";

/// What the global may be a property of.
const SCOPES: [&str; 2] = ["globalThis.", "self."];

/// Who answers the Cache API of a Worker with these options, if any of its texts names it.
pub(super) fn outbound<'t>(
    options: &WorkerOptions,
    mut texts: impl Iterator<Item = &'t [u8]>,
) -> Option<ServiceRef> {
    if !texts.any(uses) {
        return None;
    }
    let keeps = options.cache_api.as_ref().is_none_or(|keeps| keeps.value);
    Some(ServiceRef::simulator(Some(if keeps { CACHE } else { NO_CACHE }), json!({ "id": "" })))
}

/// Whether a module's text names the global.
fn uses(text: &[u8]) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
    memmem::find_iter(text, GLOBAL).any(|start| {
        let (before, after) = (&text[..start], text.get(start + GLOBAL.len()));
        let is_whole = !after.copied().is_some_and(is_name);
        let is_free = !before.last().copied().is_some_and(|byte| is_name(byte) || byte == b'.');
        is_whole && (is_free || SCOPES.iter().any(|scope| before.ends_with(scope.as_bytes())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_global_is_told_from_other_names() {
        for text in ["await caches.default.match(r)", "globalThis.caches", "const { caches } = self"] {
            assert!(uses(text.as_bytes()), "{text}");
        }
        for text in ["this.caches.get(1)", "cachesOf(x)", "mycaches", "cache"] {
            assert!(!uses(text.as_bytes()), "{text}");
        }
    }
}
