//! `wpt-gen schema`.

use super::{Exit, print};
use crate::emit::json;

pub(super) fn run() -> Exit {
    print(&json::schema());
    Exit::Success
}
