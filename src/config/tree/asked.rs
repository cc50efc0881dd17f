//! Which keys the readers of a test asked for, whether the file had them or not.

use std::{cell::RefCell, collections::BTreeSet};

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

pub(super) fn record(place: String) {
    ASKED.with_borrow_mut(|asked| asked.insert(place));
}

/// The places asked for on this thread since the last call, as [`super::Unread::path`] writes them.
pub fn take() -> BTreeSet<String> {
    ASKED.take()
}
