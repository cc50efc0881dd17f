//! Compiles a Cloudflare Workers project into a `workerd` configuration and runs its Vitest tests in it.
pub mod analyze;
pub mod bundle;
pub mod cache;
pub mod cli;
pub mod compat;
pub mod compile;
pub mod config;
pub mod diagnostic;
pub mod emit;
pub mod home;
pub mod output;
pub mod plan;
pub mod project;
pub mod report;
pub mod runtime;
