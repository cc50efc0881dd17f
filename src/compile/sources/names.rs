//! What modules are called: by their path from the root, and the form that their content is imported in.

use camino::{Utf8Path, Utf8PathBuf};

use super::Form;
use crate::bundle::resolve::DataKind;

/// `file` relative to `root`, with `..` where it is not below it.
pub(super) fn relative_to(root: &Utf8Path, file: &Utf8Path) -> Utf8PathBuf {
    if let Some(inside) = file.as_str().strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/')) {
        return inside.into();
    }
    let mut up = Utf8PathBuf::new();
    for ancestor in root.ancestors() {
        if let Ok(rest) = file.strip_prefix(ancestor) {
            return up.join(rest);
        }
        up.push("..");
    }
    file.to_owned()
}

/// What names a file in one form: its path from the root, and a query if the form is not the one its name says.
pub(super) fn url(file: &Utf8Path, form: Form) -> String {
    let query = match (form, file.extension().unwrap_or_default()) {
        (Form::Data(DataKind::Raw), _) => "?raw",
        (Form::Data(DataKind::Url), _) => "?url",
        (Form::Data(DataKind::Text), "ts" | "js" | "json" | "css") => "?text",
        (Form::Data(DataKind::Bytes), "ts" | "js" | "json" | "css") => "?bytes",
        _ => "",
    };
    format!("/{file}{query}")
}

/// A URL as a path below the folder of compiled sources.
pub(super) fn below(url: &str) -> String {
    let parts = url.split('/').map(|part| if part == ".." { "_" } else { part });
    parts.collect::<Vec<_>>().join("/").replace('?', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_forms_of_one_file_apart() {
        let of = |file: &str, form: Form| url(Utf8Path::new(file), form);
        assert_eq!(of("a.ts", Form::Code), "/a.ts");
        assert_eq!(of("a.ts", Form::Data(DataKind::Raw)), "/a.ts?raw");
        assert_eq!(of("a.wasm", Form::Data(DataKind::Wasm)), "/a.wasm");
        assert_eq!(of("a.json", Form::Data(DataKind::Json)), "/a.json");
        assert_eq!(of("a.json", Form::Data(DataKind::Text)), "/a.json?text");
        assert_eq!(below("/../../b/a.ts?raw"), "/_/_/b/a.ts-raw");
    }

    #[test]
    fn paths_outside_the_root_go_up() {
        let relative = |file: &str| relative_to(Utf8Path::new("/a/b"), Utf8Path::new(file));
        assert_eq!(relative("/a/b/c.ts"), "c.ts");
        assert_eq!(relative("/a/d/c.ts"), "../d/c.ts");
    }
}
