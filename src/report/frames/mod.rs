//! Stacks: from V8's text to positions in the user's sources.

mod code_frame;
mod filter;
mod source_maps;
mod v8;

pub use code_frame::{CodeFrame, code_frame};
pub(crate) use filter::is_dependency;
pub use filter::{Frames, visible};
pub use source_maps::{JsonSourceMaps, OriginalPosition, SourceMaps};
pub(crate) use v8::map_frame;
pub use v8::{map_stack, map_to_sources, parse_line};

/// One call of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The function's name; empty for code outside of functions and for nameless ones.
    pub function: String,
    /// The file: an absolute path, or a name like `node:fs` or `wpt:runner`.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// One-based, in UTF-16 units.
    pub column: u32,
}
