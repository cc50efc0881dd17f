//! Uses of the Cache API.

use memchr::memmem;

/// The global object of the Cache API.
const GLOBAL: &str = "caches";

/// Whose property of that name it is not. Anything else may stand for the global scope.
const OWN: &str = "this.";

/// Whether a module's text names the global.
pub(crate) fn is_named(text: &[u8]) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
    memmem::find_iter(text, GLOBAL).any(|start| {
        let (before, after) = (&text[..start], text.get(start + GLOBAL.len()));
        let is_whole = ![before.last(), after].into_iter().flatten().copied().any(is_name);
        is_whole && !before.ends_with(OWN.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_global_is_told_from_other_names() {
        for text in [
            "await caches.default.match(r)",
            "globalThis.caches",
            "const { caches } = self",
            "scope?.caches",
            "(globalThis as any).caches",
        ] {
            assert!(is_named(text.as_bytes()), "{text}");
        }
        for text in ["this.caches.get(1)", "cachesOf(x)", "mycaches", "cache"] {
            assert!(!is_named(text.as_bytes()), "{text}");
        }
    }
}
