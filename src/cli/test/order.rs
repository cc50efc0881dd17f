//! The order in which test files run, as Vitest's sequencers have it: by what is known of their last runs, or random.

use std::{cmp::Reverse, collections::BTreeMap, fs};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::{
    cache::{Cache, Key, KeyBuilder},
    report::model::{Run, State},
};

/// The entry of the cache.
const CACHE_ENTRY: &str = "results";

/// How the last runs of test files went.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Results {
    files: BTreeMap<String, FileResult>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct FileResult {
    failed: bool,
    /// Milliseconds.
    duration: f64,
}

impl Results {
    /// What the cache has.
    pub(super) fn read(cache: &Cache) -> Self {
        cache.read_value(CACHE_ENTRY, &key()).unwrap_or_default()
    }

    /// Notes how the files of a run went, and keeps all that.
    pub(super) fn keep(mut self, run: &Run, cache: &Cache) {
        for file in run.files() {
            let Some(result) = &file.result else { continue };
            let result = FileResult {
                failed: result.state == State::Fail,
                duration: result.duration.unwrap_or_default(),
            };
            self.files.insert(name(&file.project_name, &file.filepath), result);
        }
        cache.write_value(CACHE_ENTRY, &key(), &self);
    }

    /// The files (absolute) of a project in the order in which they run: those of which nothing is known, the largest first;
    /// those that failed; the others, the longest first.
    pub(super) fn sort(&self, project: &str, files: &mut [Utf8PathBuf]) {
        files.sort_by_cached_key(|path| {
            match self.files.get(&name(project, path)) {
                None => (0, Reverse(fs::metadata(path).map_or(0, |file| file.len()))),
                // Microseconds: a number that can be compared.
                Some(FileResult { failed, duration }) => {
                    let time = std::time::Duration::from_secs_f64(duration.max(0.0) / 1000.0).as_micros();
                    (if *failed { 1 } else { 2 }, Reverse(u64::try_from(time).unwrap_or(u64::MAX)))
                }
            }
        });
    }
}

fn key() -> Key {
    KeyBuilder::new().text("1").finish()
}

fn name(project: &str, path: &Utf8Path) -> String {
    format!("{project}:{path}")
}

/// Vitest's shuffle: the same seed gives the same order.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an index of a list, which JavaScript computes with such numbers"
)]
pub(super) fn shuffle<T>(items: &mut [T], seed: f64) {
    let mut seed = seed;
    for length in (1..=items.len()).rev() {
        let random = seed.sin() * 10_000.0;
        let index = ((random - random.floor()) * length as f64).floor() as usize;
        items.swap(index, length - 1);
        seed += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_order_that_it_gives_in_vitest() {
        let shuffled = |seed: f64| {
            let mut letters: Vec<char> = "abcdefgh".chars().collect();
            shuffle(&mut letters, seed);
            letters.into_iter().collect::<String>()
        };
        // What `shuffle` of Vitest 5.1.1 makes of it.
        assert_eq!([1.0, 2.0, 1_700_000_000_000.0].map(shuffled), ["ahcdebgf", "agcedfbh", "bghecfad"]);
    }

    #[test]
    fn unknown_files_run_first_then_failed_ones_then_the_longest() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let paths = ["fast", "slow", "failed", "small", "large"].map(|name| root.join(name));
        fs::write(&paths[3], "1").unwrap();
        fs::write(&paths[4], "12345").unwrap();
        let known = [(false, 1.0), (false, 20.5), (true, 0.5)];
        let files = paths
            .iter()
            .zip(known)
            .map(|(path, (failed, duration))| (name("p", path), FileResult { failed, duration }));
        let results = Results { files: files.collect() };
        let mut sorted = paths.to_vec();
        results.sort("p", &mut sorted);
        let names: Vec<_> = sorted.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(names, ["large", "small", "failed", "slow", "fast"]);
    }
}
