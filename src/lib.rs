//! Compiles a Cloudflare Workers project into a `workerd` configuration and runs its Vitest tests in it.
pub mod diagnostic;
pub mod emit;
pub mod plan;
