//! Whole files in, values and rendered diagnostics out.

use super::*;

mod disk;
mod documented;
mod environments;
mod lint;
mod problems;
mod schema;
mod values;

fn try_read(path: &str, text: &str, environment: Option<&str>) -> (Option<Wrangler>, String) {
    let file = Arc::new(SourceFile::new(path, text));
    let mut diagnostics = Diagnostics::new();
    let wrangler = read(&file, environment, &mut diagnostics);
    (wrangler, diagnostics.render(false))
}

/// The diagnostics of a file that has some.
fn problems(path: &str, text: &str, environment: Option<&str>) -> String {
    let (_, rendered) = try_read(path, text, environment);
    assert!(!rendered.is_empty(), "nothing was reported");
    rendered
}

/// A file nothing is wrong with.
fn sound(path: &str, text: &str, environment: Option<&str>) -> Wrangler {
    let (wrangler, rendered) = try_read(path, text, environment);
    assert_eq!(rendered, "");
    wrangler.expect("a file without problems is read")
}

fn texts(values: &[Spanned<String>]) -> Vec<&str> {
    values.iter().map(|value| value.value.as_str()).collect()
}

/// The debug form of a value without the places and texts in it, which differ between files that say the same.
fn without_places(debug: &str, path: &str) -> String {
    let is_value = |line: &&str| !["text: ", "origin: "].iter().any(|key| line.trim_start().starts_with(key));
    let lines = debug.lines().filter(is_value);
    let lines =
        lines.map(|line| line.split(&format!(" @ {path}")).next().unwrap_or(line).trim_end_matches(','));
    let lines = lines.map(|line| line.replace(path, "FILE"));
    lines.collect::<Vec<_>>().join("\n")
}
