//! How long test files take: a file of the user's, to be committed or kept in a cache, by which shards are made equal.

use std::{collections::BTreeMap, fs, io, time::Duration};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use super::Stop;

/// Its form.
const VERSION: u32 = 1;

/// How long test files took when they were last recorded.
#[derive(Debug, Default)]
pub(super) struct Durations {
    /// In milliseconds, by name.
    files: BTreeMap<String, u64>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    version: u32,
    /// In milliseconds.
    files: BTreeMap<String, u64>,
}

impl Durations {
    /// Reads a record; there need not be one.
    ///
    /// # Errors
    /// It is no record, or of another version.
    pub(super) fn read(path: &Utf8Path) -> Result<Self, Stop> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Stop::Message(format!("{path}: {error}"))),
        };
        let problem = match serde_json::from_str::<Record>(&text) {
            Ok(Record { version: VERSION, files }) => return Ok(Self { files }),
            Ok(Record { version, .. }) => format!("its version is {version}, not {VERSION}"),
            Err(error) => error.to_string(),
        };
        let again = "remove it, and record it again with `wpt-gen test --record-durations`";
        Err(Stop::Message(format!("{path} is no record of durations: {problem}; {again}")))
    }

    /// Writes the record.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(self, path: &Utf8Path) -> io::Result<()> {
        let record = Record { version: VERSION, files: self.files };
        let text = serde_json::to_string_pretty(&record)? + "\n";
        fs::write(path, text)
    }

    /// Takes over how long files took, in milliseconds, and forgets those that are gone.
    pub(super) fn update(
        &mut self,
        is_there: impl Fn(&str) -> bool,
        took: impl IntoIterator<Item = (String, f64)>,
    ) {
        self.files.retain(|name, _| is_there(name));
        let whole = |time: f64| Duration::from_secs_f64(time.max(0.0).ceil() / 1000.0).as_millis();
        let took =
            took.into_iter().map(|(name, time)| (name, u64::try_from(whole(time)).unwrap_or(u64::MAX)));
        self.files.extend(took);
    }

    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How long a file takes; one that is not known takes as long as the others on average. Nothing takes no time.
    pub(super) fn of(&self, name: &str) -> u64 {
        let average = || self.files.values().sum::<u64>() / self.files.len().max(1) as u64;
        self.files.get(name).copied().unwrap_or_else(average).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_gone_are_forgotten_and_new_ones_take_the_average() {
        let mut durations = Durations::default();
        let took = [("a".to_owned(), 9.2), ("b".to_owned(), 30.0), ("c".to_owned(), 0.0)];
        durations.update(|_| true, took);
        durations.update(|name| name != "b", [("a".to_owned(), 20.0)]);
        assert_eq!(["a", "b", "c"].map(|name| durations.of(name)), [20, 10, 1]);
    }

    #[test]
    fn another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("durations.json");
        let problem = |text: &str| {
            fs::write(&path, text).unwrap();
            let Err(Stop::Message(message)) = Durations::read(&path) else { panic!() };
            message.replace(folder.path().to_str().unwrap(), "")
        };
        insta::assert_snapshot!(problem(r#"{ "version": 2, "files": {} }"#), @"/durations.json is no record of durations: its version is 2, not 1; remove it, and record it again with `wpt-gen test --record-durations`");
        assert!(problem("{}").contains("missing field `version`"));
    }
}
