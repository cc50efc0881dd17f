//! Which keys the readers of a test asked for, whether the file had them or not.

use std::{cell::RefCell, collections::BTreeSet};

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

pub(super) fn record(place: String) {
    ASKED.with_borrow_mut(|asked| asked.insert(place));
}

/// The places asked for on this thread since the last call, as [`super::Field::with_unread`] takes them.
pub(in crate::config) fn take() -> BTreeSet<String> {
    ASKED.take()
}

#[test]
fn keys_are_recorded_by_their_places() {
    use std::sync::Arc;

    use super::{Field, Reader, parse};
    use crate::diagnostic::{Diagnostics, SourceFile};

    let file = Arc::new(SourceFile::new("a.json", r#"{ "list": [{ "a": 1 }, {}], "map": { "Own": {} } }"#));
    let mut diagnostics = Diagnostics::new();
    let root = parse(&file, &mut diagnostics).unwrap();
    let mut reader = Reader { file, diagnostics: &mut diagnostics };
    let mut fields = Field::root(&root).fields(&mut reader).unwrap();
    fields.list(&mut reader, "list", |_, item| item.get("a").map(|_| ()));
    for (_, own) in fields.get("map").unwrap().entries(&mut reader).unwrap() {
        own.fields(&mut reader).unwrap().get("b");
    }
    assert_eq!(take().into_iter().collect::<Vec<_>>(), ["list", "list[].a", "map", "map.*.b"]);
    assert!(take().is_empty());
}
