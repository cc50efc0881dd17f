//! `Content-Type` by file name, as Miniflare gives it.
//!
//! Miniflare asks npm's `mime`, which follows IANA's registry; the crate `mime_guess` follows what servers used to send.
//! `content_types.txt` says where they differ: a type and its extensions on each line, `-` for extensions that have none.

use camino::Utf8Path;

const DIFFERENCES: &str = include_str!("content_types.txt");

/// The type of a file, if its name tells.
pub(super) fn content_type(path: &Utf8Path) -> Option<String> {
    let extension = path.extension()?.to_ascii_lowercase();
    let content_type = match differing(&extension) {
        Some("-") => return None,
        Some(content_type) => content_type,
        None => mime_guess::from_ext(&extension).first_raw()?,
    };
    // What is text is read as UTF-8.
    let charset = if content_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    Some(format!("{content_type}{charset}"))
}

fn differing(extension: &str) -> Option<&'static str> {
    DIFFERENCES.lines().find_map(|line| {
        let (content_type, extensions) = line.split_once(' ')?;
        extensions.split(' ').any(|known| known == extension).then_some(content_type)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::home::package_from;

    #[test]
    fn names_tell_types() {
        let of = |name: &str| content_type(Utf8Path::new(name));
        assert_eq!(of("a/index.html").as_deref(), Some("text/html; charset=utf-8"));
        assert_eq!(of("logo.SVG").as_deref(), Some("image/svg+xml"));
        assert_eq!(of("favicon.ico").as_deref(), Some("image/vnd.microsoft.icon"));
        assert_eq!(of("feed.xml").as_deref(), Some("application/xml"));
        assert_eq!(of("app.js.map").as_deref(), Some("application/json"));
        assert_eq!([of("README"), of(".html"), of("x.unknown"), of("x.py"), of("x.")], [const { None }; 5]);
    }

    /// The table inside Miniflare is the truth: types with their extensions, a star before those that are another's.
    #[test]
    fn types_are_miniflares() {
        let miniflare = package_from(Utf8Path::new(env!("CARGO_MANIFEST_DIR")), "miniflare").unwrap();
        let script = std::fs::read_to_string(miniflare.join("dist/src/index.js")).unwrap();
        let line = regex::Regex::new(r#"(?m)^  "([a-z]+/[^"]+)": \[\s*([^\]]+)\],?$"#).unwrap();
        let mut truth = BTreeMap::new();
        for table in
            script.split("// ../../node_modules/.pnpm/mime@").filter(|part| part.contains("/dist/types/"))
        {
            let table = &table[..table.find("\n};").unwrap()];
            for found in line.captures_iter(table) {
                let extensions = found[2].split(',').map(|item| item.trim().trim_matches('"'));
                for extension in
                    extensions.filter(|extension| !extension.is_empty() && !extension.starts_with('*'))
                {
                    truth.insert(extension.to_owned(), found[1].to_lowercase());
                }
            }
        }
        assert!(truth.len() > 1000, "{}", truth.len());
        let listed = DIFFERENCES.lines().flat_map(|line| line.split(' ').skip(1)).map(str::to_owned);
        for extension in truth.keys().cloned().chain(listed) {
            let ours = content_type(Utf8Path::new(&format!("file.{extension}")));
            let ours = ours.as_deref().map(|name| name.trim_end_matches("; charset=utf-8"));
            assert_eq!(ours, truth.get(&extension).map(String::as_str), "{extension}");
        }
    }
}
