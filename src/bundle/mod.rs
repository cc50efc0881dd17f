//! Turning a project's files into the modules that run inside workerd.

pub mod assets;
pub mod dependencies;
mod disabled;
pub mod esbuild;
pub mod globs;
pub mod production;
pub mod resolve;
pub mod rules;
pub mod runner;
pub mod simulators;
pub mod sites;
pub mod store;
pub mod transform;
