//! Uses of the Cache API.

use memchr::memmem;

/// The global object of the Cache API.
const GLOBAL: &str = "caches";

/// What the global may be a property of.
const SCOPES: [&str; 2] = ["globalThis.", "self."];

/// Whether a module's text names the global.
pub(crate) fn is_named(text: &[u8]) -> bool {
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
            assert!(is_named(text.as_bytes()), "{text}");
        }
        for text in ["this.caches.get(1)", "cachesOf(x)", "mycaches", "cache"] {
            assert!(!is_named(text.as_bytes()), "{text}");
        }
    }
}
