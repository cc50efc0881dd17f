//! Names for the constants of the text form.

use std::collections::BTreeSet;

/// Words that mean something to Cap'n Proto, and the name of our own root constant.
const RESERVED: [&str; 19] = [
    "annotation",
    "config",
    "const",
    "embed",
    "enum",
    "extends",
    "false",
    "fixed",
    "group",
    "import",
    "inf",
    "interface",
    "nan",
    "struct",
    "true",
    "union",
    "using",
    "void",
    "workerd",
];

/// Gives out identifiers, each once.
pub(super) struct Identifiers {
    taken: BTreeSet<String>,
}

impl Identifiers {
    /// Nothing is taken but reserved words.
    pub(super) fn new() -> Self {
        Self { taken: RESERVED.map(str::to_owned).into() }
    }

    /// An identifier that resembles `name`: `test/a-b.ts` gives `testABTs`, and `testABTs2` the next time.
    pub(super) fn claim(&mut self, name: &str) -> String {
        let base = camel_case(name);
        let mut candidate = base.clone();
        for number in 2.. {
            if self.taken.insert(candidate.clone()) {
                break;
            }
            candidate = format!("{base}{number}");
        }
        candidate
    }
}

/// The letters and digits of ASCII in `name`, words joined as Cap'n Proto wants constants to be written.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            let starts_word = !previous.is_ascii_alphanumeric()
                || (previous.is_ascii_lowercase() && c.is_ascii_uppercase());
            match (out.is_empty(), starts_word) {
                (true, _) if c.is_ascii_digit() => out.extend(['n', c]),
                (false, true) => out.push(c.to_ascii_uppercase()),
                _ => out.push(c.to_ascii_lowercase()),
            }
        }
        previous = c;
    }
    if out.is_empty() { "unnamed".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_legal_and_unique() {
        let mut identifiers = Identifiers::new();
        let names = [
            "test/a-b.test.ts",
            "test/a_b.test.ts",
            "API_URL",
            "wpt:simulators",
            "config",
            "7up",
            "日本",
            "ünïts",
            "myVar",
        ]
        .map(|name| identifiers.claim(name));
        insta::assert_snapshot!(
            names.join(" "),
            @"testABTestTs testABTestTs2 apiUrl wptSimulators config2 n7up unnamed nTs myVar"
        );
    }
}
