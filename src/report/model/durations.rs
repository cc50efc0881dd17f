//! Where the time went: the parts in brackets behind `Duration`.

use super::File;

/// One part of the time, with its share of all parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// As Vitest calls it: `transform`, `setup`, `import`, `tests`, `environment` or `worker`.
    pub name: &'static str,
    /// Milliseconds, summed over the files.
    pub time: f64,
    /// Between 0 and 100.
    pub percent: f64,
}

/// The parts, disjoint, in milliseconds, summed over all files (which may run side by side).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Durations {
    /// Waiting for modules.
    pub transform: f64,
    /// Setup files, without that.
    pub setup: f64,
    /// Importing and collecting, without that.
    pub import: f64,
    /// Tests and hooks.
    pub tests: f64,
    /// Loading the environment.
    pub environment: f64,
    /// Getting the worker ready.
    pub worker: f64,
}

impl Durations {
    pub(super) fn of<'a>(files: impl IntoIterator<Item = &'a File>) -> Self {
        let mut sum = Self::default();
        for file in files {
            sum.transform += file.setup_fetch_duration + file.collect_fetch_duration;
            sum.setup += (file.setup_duration - file.setup_fetch_duration).max(0.0);
            sum.import += (file.collect_duration - file.collect_fetch_duration).max(0.0);
            sum.tests += file.result.as_ref().and_then(|result| result.duration).unwrap_or(0.0);
            sum.environment += file.environment_load;
            sum.worker += file.prepare_duration;
        }
        sum
    }

    /// The parts that make up at least half a percent, greatest first.
    pub fn phases(&self) -> Vec<Phase> {
        let all = [
            ("transform", self.transform),
            ("setup", self.setup),
            ("import", self.import),
            ("tests", self.tests),
            ("environment", self.environment),
            ("worker", self.worker),
        ];
        let total: f64 = all.iter().map(|(_, time)| time).sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let mut phases: Vec<_> = all
            .into_iter()
            .map(|(name, time)| Phase { name, time, percent: time / total * 100.0 })
            .filter(|phase| phase.percent >= 0.5)
            .collect();
        phases.sort_by(|a, b| b.time.total_cmp(&a.time));
        phases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_are_left_out_and_the_rest_sorted() {
        let durations =
            Durations { transform: 0.4, import: 20.0, tests: 79.0, worker: 0.6, ..Durations::default() };
        let names: Vec<_> = durations.phases().iter().map(|phase| phase.name).collect();
        assert_eq!(names, ["tests", "import", "worker"]);
        assert_eq!(Durations::default().phases(), []);
    }
}
