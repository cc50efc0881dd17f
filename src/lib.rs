//! Compiles a Cloudflare Workers project (wrangler file, Vitest config, source) ahead of time into a `workerd`
//! configuration and bundles, and runs the project's Vitest tests in `workerd`.
//!
//! Data moves one way: [`Project`] → [`compile`](fn@compile) → [`Plan`] → [`emit`]. Everything after the plan reads the
//! plan and nothing else.
//!
//! ```no_run
//! use wpt_gen::{Project, compile, emit};
//!
//! let project = Project::open("examples/hello".into())?;
//! let compilation = compile(&project).map_err(|problems| problems.render(false))?;
//! for binding in &compilation.plan.worker.bindings {
//!     println!("{}: {}", binding.name, binding.kind.name());
//! }
//! println!("{}", emit::text::config(&compilation.plan)?.page);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod analyze;
pub mod bundle;
pub mod cache;
pub mod cli;
pub mod compat;
pub mod compile;
pub mod config;
pub mod diagnostic;
pub mod emit;
pub mod explain;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod home;
pub mod output;
pub mod plan;
pub mod plugins;
pub mod project;
pub mod report;
pub mod runtime;

pub use compile::{Compilation, compile, compile_projects};
pub use plan::Plan;
pub use project::Project;
