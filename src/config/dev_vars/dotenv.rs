//! The syntax of `.env` files as npm's `dotenv` 16 reads it, which wrangler bundles.
//!
//! The crate `dotenvy` reads another dialect: it substitutes `$NAME` from the process environment, has no backtick
//! quotes and stops at a line it cannot read, where `dotenv` goes on.

/// One `NAME=value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
    /// The 1-based line of the name.
    pub(super) line: usize,
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) assignments: Vec<Assignment>,
    /// The 1-based lines that say nothing and are neither empty nor comments.
    pub(super) ignored: Vec<usize>,
}

pub(super) fn parse(text: &str) -> Parsed {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut parsed = Parsed::default();
    let mut rest = text.as_str();
    let mut line = 1;
    while !rest.is_empty() {
        let (first, mut next) = rest.split_once('\n').unwrap_or((rest, ""));
        let content = first.trim();
        match name_of(content) {
            Some((name, after)) => {
                let start = first.trim_end().len() - after.len();
                let (value, end) = value_at(rest, start);
                parsed.assignments.push(Assignment { name: name.to_owned(), value, line });
                let line_end = rest[end..].find('\n').map_or(rest.len(), |newline| end + newline + 1);
                next = &rest[line_end..];
            }
            None if content.is_empty() || content.starts_with('#') => {}
            None => parsed.ignored.push(line),
        }
        line += rest[..rest.len() - next.len()].matches('\n').count();
        rest = next;
    }
    parsed
}

/// The name before `=`, or before `:` and a space, and what follows; an `export` in front is skipped.
fn name_of(line: &str) -> Option<(&str, &str)> {
    let after_export =
        line.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace)).map(str::trim_start);
    after_export.and_then(assigned).or_else(|| assigned(line))
}

fn assigned(line: &str) -> Option<(&str, &str)> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    let end = line.find(|character| !is_name(character)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let colon = || rest.strip_prefix(':').filter(|value| value.starts_with(char::is_whitespace));
    let value = rest.trim_start().strip_prefix('=').or_else(colon)?;
    (!name.is_empty()).then_some((name, value))
}

/// The value that starts at `start`, and where it ends.
fn value_at(text: &str, start: usize) -> (String, usize) {
    let rest = &text[start..];
    let quoted_from = rest.len() - rest.trim_start().len();
    if let Some(quote @ ('\'' | '"' | '`')) = rest[quoted_from..].chars().next()
        && let Some(length) = quoted_length(&rest[quoted_from..], quote)
    {
        let inside = &rest[quoted_from + 1..quoted_from + length - 1];
        return (unescape(inside, quote), start + quoted_from + length);
    }
    let length = rest.find(['#', '\n']).unwrap_or(rest.len());
    let value = rest[..length].trim();
    (unquote(value), start + length)
}

/// The length of the quoted text at the start, quotes included: it may go over lines, must be followed by nothing but a
/// comment, and ends at the last quote that allows that.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut length = None;
    for (at, _) in text.match_indices(quote).skip(1) {
        let after = text[at + 1..].split('\n').next().unwrap_or("").trim_start();
        if after.is_empty() || after.starts_with('#') {
            length = Some(at + 1);
        }
        // A quote after a backslash may be part of the value; any other one ends the search.
        if !text[..at].ends_with('\\') {
            break;
        }
    }
    length
}

/// A value that is quoted without being a well-formed quoted value, such as `'it's'`.
fn unquote(value: &str) -> String {
    match value.chars().next() {
        Some(quote @ ('\'' | '"' | '`')) => {
            let inside = value[1..].strip_suffix(quote);
            unescape(inside.unwrap_or(value), quote)
        }
        _ => value.to_owned(),
    }
}

/// Double quotes know two escapes; no quotes know any other.
fn unescape(value: &str, quote: char) -> String {
    if quote == '"' { value.replace("\\n", "\n").replace("\\r", "\r") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        parse(text).assignments.into_iter().map(|assignment| (assignment.name, assignment.value)).collect()
    }

    /// Each expectation is what `dotenv` 16.3.1, as bundled in wrangler, gives for the line.
    #[test]
    fn values_are_those_of_dotenv() {
        for (text, expected) in [
            ("A=1", "1"),
            ("A = 1 ", "1"),
            ("  export A=1", "1"),
            ("A: 1", "1"),
            ("A=", ""),
            ("A= # nothing", ""),
            ("A=#nothing", ""),
            ("A=a # comment", "a"),
            ("A=a#comment", "a"),
            ("A='a # b' # c", "a # b"),
            ("A=\"a\\nb\\tc\"", "a\nb\\tc"),
            ("A='a\\nb'", "a\\nb"),
            ("A=`it's \"x\"`", "it's \"x\""),
            ("A='it's'", "it's"),
            ("A=\"x\" y", "\"x\" y"),
            ("A=\"unclosed", "\"unclosed"),
            ("A=\"two\nlines\"", "two\nlines"),
            ("A=\"say \\\"hi\\\"\"", "say \\\"hi\\\""),
            ("A=$B and ${C}", "$B and ${C}"),
            ("A=x=y", "x=y"),
            ("A=\n'next line'", "next line"),
            ("A=é", "é"),
        ] {
            assert_eq!(values(text), [("A".to_owned(), expected.to_owned())], "{text}");
        }
    }

    #[test]
    fn lines_are_counted_over_values_of_several() {
        let parsed = parse("# c\r\n\r\nA=\"1\r\n2\"\r\nnonsense\r\nB.c-d=3\r\nexport=4");
        let lines: Vec<_> =
            parsed.assignments.iter().map(|a| (a.name.as_str(), a.value.as_str(), a.line)).collect();
        assert_eq!(lines, [("A", "1\n2", 3), ("B.c-d", "3", 6), ("export", "4", 7)]);
        assert_eq!(parsed.ignored, [5]);
    }
}
