//! The `wpt-gen` command.
fn main() {}
