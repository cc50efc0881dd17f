//! Flags over the config that Vitest has evaluated.

use serde_json::{Value, json};

use super::{Effect, Flags, flags};
use crate::config::vitest::TestOptions;

impl Flags {
    /// Lets the flags go before what the config of a project says. What was compiled stays as it is.
    pub(in crate::cli) fn lay_over(&self, test: &mut TestOptions) {
        for flag in flags().filter(|flag| flag.effect == Effect::Config) {
            if let Some(value) = self.get(flag.name) {
                let path: Vec<&str> = flag.name.split('.').collect();
                set(&mut test.serialized_config, &path, value.clone());
            }
        }
        self.shuffle(test);
        let run = &mut test.run;
        let switches = [
            ("passWithNoTests", &mut run.pass_with_no_tests),
            ("dangerouslyIgnoreUnhandledErrors", &mut run.dangerously_ignore_unhandled_errors),
            ("hideSkippedTests", &mut run.hide_skipped_tests),
            ("cache", &mut run.cache),
            ("clearScreen", &mut run.clear_screen),
        ];
        for (name, field) in switches {
            if let Some(value) = self.is(name) {
                *field = value;
            }
        }
        for (name, field) in [("silent", &mut run.silent), ("update", &mut run.update)] {
            if let Some(value) = self.get(name) {
                *field = value.clone();
            }
        }
        let numbers = [
            ("teardownTimeout", &mut run.teardown_timeout),
            ("slowTestThreshold", &mut run.slow_test_threshold),
        ];
        for (name, field) in numbers {
            *field = self.get(name).and_then(Value::as_f64).or(*field);
        }
        if self.is("fileParallelism") == Some(false) {
            run.max_workers = Some(1);
        } else if let Some(workers) = self.get("maxWorkers").and_then(Value::as_u64) {
            run.max_workers = usize::try_from(workers).ok();
        }
        test.exclude.extend(self.list("exclude").map(str::to_owned));
        if let Some(value) = self.get("expandSnapshotDiff") {
            set(&mut test.serialized_config, &["snapshotOptions", "expand"], value.clone());
        }
        if let Some(value) = self.get("isolate") {
            set(&mut test.serialized_config, &["isolate"], (value != false).into());
        }
    }

    /// Files and tests are shuffled together, or each alone.
    fn shuffle(&self, test: &mut TestOptions) {
        test.run.has_seed |= self.get("sequence.seed").is_some();
        let both = self.is("sequence.shuffle");
        let files = self.is("sequence.shuffle.files").or(both);
        let tests = self.is("sequence.shuffle.tests").or(both);
        if let Some(files) = files {
            test.run.shuffle_files = files;
        }
        if let Some(tests) = tests {
            set(&mut test.serialized_config, &["sequence", "shuffle"], tests.into());
        }
    }
}

/// Puts a value where `path` leads. What is in the way is a number that stands for an object's `count`, as in `retry`.
pub(super) fn set(config: &mut Value, path: &[&str], value: Value) {
    match path {
        [] => *config = value,
        [name, rest @ ..] => {
            if config.is_number() {
                *config = json!({ "count": config.take() });
            }
            if config.is_object() && rest.is_empty() && config[*name].is_object() && value.is_number() {
                // `--retry=2 --retry.delay=10`
                config[*name]["count"] = value;
                return;
            }
            if !config.is_object() {
                *config = json!({});
            }
            set(&mut config[*name], rest, value);
        }
    }
}
