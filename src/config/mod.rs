//! Readers of the user's configuration: typed, and every value knows the file and place it came from.

pub mod cloudflare;
pub mod date;
pub mod dev_vars;
pub(crate) mod file;
pub mod origin;
pub mod places;
pub mod tree;
pub mod vitest;
pub mod wrangler;
