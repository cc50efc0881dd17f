//! `docs/wrangler-keys.md` against the reader.

use std::collections::BTreeSet;

use super::*;
use crate::config::tree::{Scope, asked};

/// The cells of the rows of a table of the document, its head left out.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect())
        .collect()
}

#[test]
fn every_key_is_documented() {
    let path = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/wrangler-keys.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (read_keys, unread_keys) = text.split_once("## Known, and not read").unwrap();

    asked::take();
    sound("wrangler.json", "{}", None);
    let mut asked = asked::take();
    // Keys of older wranglers are reported whatever they hold.
    for removed in ["legacy_env", "node_compat"] {
        assert!(asked.remove(removed), "{removed}");
    }
    let documented: BTreeSet<String> = rows(read_keys).iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(documented, asked);
    for row in rows(read_keys) {
        let scope = match row[1] {
            "inherited" => Scope::Inherited,
            "not inherited" => Scope::NotInherited,
            "top level only" => Scope::TopLevel,
            other => panic!("{other}"),
        };
        assert_eq!(scope, keys::scope(row[0]), "{}", row[0]);
        assert!(!row[2].is_empty(), "what does `{}` do?", row[0]);
    }

    let documented: Vec<_> = rows(unread_keys).iter().map(|row| row[0]).collect();
    assert_eq!(documented, keys::UNREAD);
    assert!(rows(unread_keys).iter().all(|row| !row[1].is_empty()));
}
