//! Reads the text V8 puts into `error.stack`.
//!
//! The forms (<https://v8.dev/docs/stack-trace-api>): `at fn (file:1:2)`, `at async fn (file:1:2)`, `at file:1:2`,
//! `at new Class (…)`, `at Type.fn [as name] (…)`; and, with nothing to point to, `(native)`, `(<anonymous>)`,
//! `(index 0)`.

use std::borrow::Cow;

use camino::Utf8Path;

use super::{Frame, SourceMaps, filter::is_runner};

/// Marks the functions of `vi.defineHelper`: they and what they called are not shown.
const HELPER: &str = "__VITEST_HELPER__";

/// Maps every position in `stack` that `maps` knows; returns the text with the new positions, and its frames.
///
/// Relative file names are taken to be relative to `root`.
pub fn map_stack(stack: &str, root: &Utf8Path, maps: Option<&dyn SourceMaps>) -> (String, Vec<Frame>) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut text = String::with_capacity(stack.len());
    for line in stack.split('\n') {
        if !text.is_empty() {
            text.push('\n');
        }
        let Some(frame) = parse_line(line) else {
            text.push_str(line);
            continue;
        };
        let (frame, changed) = map_frame(frame, root, maps);
        text.push_str(&if changed { written(line, &frame) } else { line.to_owned() });
        if frame.function.contains(HELPER) {
            frames.clear();
        } else {
            frames.push(frame);
        }
    }
    (text, frames)
}

/// The frame in the sources, and whether that is another text than it was.
pub(crate) fn map_frame(mut frame: Frame, root: &Utf8Path, maps: Option<&dyn SourceMaps>) -> (Frame, bool) {
    let found = maps.and_then(|maps| {
        let name = Utf8Path::new(&frame.file);
        let name = name.strip_prefix(root).or_else(|_| name.strip_prefix(".")).unwrap_or(name);
        maps.lookup(name.as_str(), frame.line, frame.column)
    });
    let mut changed = found.is_some();
    if let Some(found) = found {
        frame.line = found.line;
        frame.column = found.column;
        if let Some(file) = found.file {
            frame.file = file.into_string();
        }
        if let Some(name) = found.name.filter(|_| frame.function.is_empty()) {
            frame.function = name;
        }
    }
    if is_path(&frame.file) {
        changed |= !Utf8Path::new(&frame.file).is_absolute();
        frame.file = normal(&root.join(&frame.file));
    }
    (frame, changed)
}

/// A stack with the positions that `maps` knows, and without the frames of our runner.
pub fn map_to_sources(stack: &str, root: &Utf8Path, maps: &dyn SourceMaps) -> String {
    let (text, _) = map_stack(stack, root, Some(maps));
    let lines = text.lines().filter(|line| parse_line(line).is_none_or(|frame| !is_runner(&frame.file)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads one line of a stack; `None` for lines that name no position in a file.
pub fn parse_line(line: &str) -> Option<Frame> {
    let call = line.trim().strip_prefix("at ")?;
    let evaluated = call.contains("(eval at ");
    let (function, place) = match call.strip_suffix(')').filter(|_| !evaluated) {
        // A path may have parentheses of its own; the function's name ends before the first ` (`.
        Some(call) => call.split_once(" (")?,
        None if evaluated => return None,
        None => ("", call),
    };
    let place = place.strip_prefix("async ").unwrap_or(place);
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    if matches!(file, "" | "eval" | "<anonymous>") {
        return None;
    }
    let file = match file.strip_prefix("file://") {
        Some(path) => percent_decoded(path),
        None => Cow::Borrowed(file),
    };
    let function = function.strip_prefix("async ").unwrap_or(function);
    Some(Frame { function: plain_name(function), file: file.into_owned(), line, column })
}

/// The line of the stack for a frame whose position may have changed.
fn written(old: &str, frame: &Frame) -> String {
    let indent = &old[..old.len() - old.trim_start().len()];
    let asynchronous = if old.trim_start().starts_with("at async ") { "async " } else { "" };
    let Frame { function, file, line, column } = frame;
    match function.as_str() {
        "" => format!("{indent}at {asynchronous}{file}:{line}:{column}"),
        _ => format!("{indent}at {asynchronous}{function} ({file}:{line}:{column})"),
    }
}

/// Whether a file name is a path and no specifier with a scheme, such as `node:fs` or `https://…`.
fn is_path(file: &str) -> bool {
    let scheme = file.split_once(':').map(|(scheme, _)| scheme);
    // One letter is a Windows drive.
    !scheme.is_some_and(|scheme| {
        scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Without `.` and `..`, and with forward slashes.
fn normal(path: &Utf8Path) -> String {
    use camino::Utf8Component::{CurDir, ParentDir};
    let mut parts = camino::Utf8PathBuf::new();
    for part in path.components() {
        match part {
            CurDir => {}
            ParentDir => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.into_string().replace('\\', "/")
}

/// The name without what the module transform put before it: imports are properties of `__vite_ssr_import_0__`
/// or `__vi_import_0__`, called as `(0, import.name)`.
fn plain_name(function: &str) -> String {
    let mut name = function.replace("Object.__vite_ssr_export_default__", "");
    name = name.replace("__vite_ssr_export_default__", "");
    for prefix in ["__vite_ssr_import_", "__vi_import_"] {
        while let Some(start) = name.find(prefix) {
            let rest = &name[start + prefix.len()..];
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let Some(after) = rest[digits..].strip_prefix("__.") else { break };
            let end = name.len() - after.len();
            name.replace_range(start..end, "");
        }
    }
    for call in ["(0,", "(0 ,"] {
        if let Some(inner) = name.strip_prefix(call).and_then(|rest| rest.strip_suffix(')')) {
            name = inner.trim().to_owned();
        }
    }
    name.trim().to_owned()
}

/// `%20` and the like decoded; as it is where that gives no text.
fn percent_decoded(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(path), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::frames::OriginalPosition;

    fn read(line: &str) -> Option<(String, String, u32, u32)> {
        parse_line(line).map(|frame| (frame.function, frame.file, frame.line, frame.column))
    }

    #[test]
    fn reads_the_forms_of_v8() {
        let found = |function: &str, file: &str| Some((function.to_owned(), file.to_owned(), 12, 8));
        assert_eq!(read("    at add (src/index.ts:12:8)"), found("add", "src/index.ts"));
        assert_eq!(read("    at async add (src/index.ts:12:8)"), found("add", "src/index.ts"));
        assert_eq!(read("    at src/index.ts:12:8"), found("", "src/index.ts"));
        assert_eq!(read("    at async src/index.ts:12:8"), found("", "src/index.ts"));
        assert_eq!(read("at new Room (/a b/é (1)/x.ts:12:8)"), found("new Room", "/a b/é (1)/x.ts"));
        assert_eq!(read("at A.b [as c] (x.ts:12:8)"), found("A.b [as c]", "x.ts"));
        assert_eq!(read("at file:///a%20b/x.ts:12:8"), found("", "/a b/x.ts"));
        assert_eq!(read("at f (node:internal/x:12:8)"), found("f", "node:internal/x"));
        assert_eq!(read("at __vi_import_0__.add (x.ts:12:8)"), found("add", "x.ts"));
        assert_eq!(read("at (0,__vite_ssr_import_12__.add) (x.ts:12:8)"), found("add", "x.ts"));
        assert_eq!(read("at Object.__vite_ssr_export_default__ (x.ts:12:8)"), found("", "x.ts"));
    }

    #[test]
    fn lines_without_a_position_are_no_frames() {
        let lines = [
            "Error: at noon (src/index.ts:1:2)",
            "    at new Promise (<anonymous>)",
            "    at async Promise.all (index 0)",
            "    at Array.map (native)",
            "    at eval (eval at run (src/index.ts:1:2), <anonymous>:1:1)",
            "    at <anonymous>:1:1",
            "    at x.ts:one:2",
        ];
        for line in lines {
            assert_eq!(read(line), None, "{line}");
        }
    }

    struct Shift;
    impl SourceMaps for Shift {
        fn lookup(&self, file: &str, line: u32, column: u32) -> Option<OriginalPosition> {
            (file == "src/index.ts").then(|| OriginalPosition {
                line: line - 1,
                column: column + 2,
                ..Default::default()
            })
        }

        fn compiled_lines(&self, _file: &str, line: u32) -> Vec<u32> {
            vec![line + 1]
        }
    }

    #[test]
    fn the_text_of_a_stack_is_mapped_with_its_frames() {
        let stack = "Error: no\nat all\n    at f (src/index.ts:12:8)\n    at /root/src/../src/index.ts:3:1\n    at async g (/root/src/index.ts:3:1)\n    at h (node:fs:1:1)";
        let (text, frames) = map_stack(stack, "/root".into(), Some(&Shift));
        insta::assert_snapshot!(text, @r"
        Error: no
        at all
            at f (/root/src/index.ts:11:10)
            at /root/src/../src/index.ts:3:1
            at async g (/root/src/index.ts:2:3)
            at h (node:fs:1:1)
        ");
        assert_eq!(frames.len(), 4);
    }

    #[test]
    fn helpers_and_what_they_called_are_left_out() {
        let stack =
            "Error\n    at inner (/a.ts:1:1)\n    at __VITEST_HELPER__ (/a.ts:2:1)\n    at test (/b.ts:3:1)";
        let (_, frames) = map_stack(stack, "/".into(), None);
        assert_eq!(frames, [Frame { function: "test".into(), file: "/b.ts".into(), line: 3, column: 1 }]);
    }
}
