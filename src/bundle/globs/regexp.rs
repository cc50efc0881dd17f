//! Globs of wrangler files as regular expressions: those of npm's `glob-to-regexp` with `globstar`, which knows `*` and
//! `**` only.

/// The source of a regular expression that matches what the glob does, from anywhere in a path.
pub(crate) fn regexp_of(glob: &str) -> String {
    let characters: Vec<char> = glob.chars().collect();
    let mut source = String::with_capacity(glob.len());
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        at += 1;
        match c {
            '*' => {
                let start = at - 1;
                while characters.get(at) == Some(&'*') {
                    at += 1;
                }
                let is_border = |c: Option<&char>| c.is_none_or(|c| *c == '/');
                let before = start.checked_sub(1).and_then(|before| characters.get(before));
                if at - start > 1 && is_border(before) && is_border(characters.get(at)) {
                    source.push_str("((?:[^/]*(?:/|$))*)");
                    at += 1;
                } else {
                    source.push_str("([^/]*)");
                }
            }
            '/' | '$' | '^' | '+' | '.' | '(' | ')' | '=' | '!' | '|' | '?' | '[' | ']' | '{' | '}' | ',' => {
                source.push('\\');
                source.push(c);
            }
            c => source.push(c),
        }
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_the_only_magic() {
        assert_eq!(regexp_of("*.md"), r"([^/]*)\.md");
        assert_eq!(regexp_of("**/*.md"), r"((?:[^/]*(?:/|$))*)([^/]*)\.md");
        assert_eq!(regexp_of("a/**"), r"a\/((?:[^/]*(?:/|$))*)");
        assert_eq!(regexp_of("a**b{c,d}?"), r"a([^/]*)b\{c\,d\}\?");
    }
}
