//! Launching workerd, and carrying messages between it and the host. Nothing here knows what a binding or a module is.

pub mod calls;
pub mod coverage;
pub mod flatted;
pub mod folder;
pub mod frames;
pub mod images;
pub mod inspector;
pub(crate) mod lane;
pub mod launch;
pub mod node;
mod queue;
pub mod run;
pub mod session;
pub mod snapshots;
