//! Runs the real `wpt-gen` on real projects, in real workerd with real Vitest, and looks at what a user would see:
//! exit code, output, files, and the processes that are left.

mod support;

mod alarms;
mod auxiliary;
mod auxiliary_options;
mod bad_input;
mod cache_api;
mod check;
mod cloudflare_config;
mod command_line;
mod console;
mod crashes;
mod determinism;
mod dynamic_import;
mod every_key;
mod every_option;
mod examples;
mod explain;
mod exports;
mod fake_timers;
mod golden;
mod hyperdrive;
mod images;
mod isolation;
mod library;
mod messages;
mod mocks;
mod network;
mod objects;
mod options;
mod parity;
mod processes;
mod projects;
mod rejections;
mod remote;
mod reset;
mod secrets;
mod serve;
mod snapshots;
mod static_files;
mod test_isolation;
mod types;
mod wait_until;
mod warm;
mod wrangler_file;
