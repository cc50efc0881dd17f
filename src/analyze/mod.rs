//! What the sources say: which names the Worker exports and of what kind, and which names it uses that nobody declares.

pub(crate) mod cache_api;
pub mod exports;
pub mod globals;
pub mod packages;
