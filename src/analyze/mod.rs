//! What the sources say: which names the Worker exports, and of what kind.

pub mod exports;
