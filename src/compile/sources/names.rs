//! What modules are called: by their path from the root, and the form that their content is imported in.

use camino::Utf8Path;

use super::Form;
use crate::bundle::resolve::DataKind;

/// What names a file in one form: its path from the root, and a query if the form is not the one its name says.
pub(super) fn url(file: &Utf8Path, form: Form) -> String {
    let query = match (form, file.extension().unwrap_or_default()) {
        (Form::Data(DataKind::Raw), _) => "?raw",
        (Form::Data(DataKind::Url), _) => "?url",
        (Form::Data(DataKind::Inline), _) => "?inline",
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
}
