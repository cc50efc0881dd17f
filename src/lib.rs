//! Compiles a Cloudflare Workers project into a `workerd` configuration and runs its Vitest tests in it.
pub mod cache;
pub mod config;
pub mod diagnostic;
pub mod emit;
pub mod home;
pub mod plan;
