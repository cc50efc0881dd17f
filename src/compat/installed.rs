//! What the installed workerd says of itself.

use std::process::{Command, Stdio};

use camino::Utf8Path;

use super::{known, schema};
use crate::{
    cache::{Cache, KeyBuilder},
    config::date::Date,
    home::Home,
};

/// The installed workerd. What it says is kept for as long as the executable is the same.
#[derive(Clone, Copy, Debug)]
pub struct Workerd<'a> {
    /// Where it is.
    pub home: &'a Home,
    /// Where its answers are kept.
    pub cache: &'a Cache,
}

impl Workerd<'_> {
    /// The newest compatibility date that it takes: a week after the date of its version.
    ///
    /// # Errors
    /// It is not installed, cannot be run, or does not answer with a date.
    pub fn newest_date(&self) -> Result<Date, String> {
        const CACHE_ENTRY: &str = "workerd-date";
        let executable = self.home.workerd().map_err(|error| error.to_string())?;
        let key = KeyBuilder::new().stat(&executable).finish();
        let kept = self.cache.read(CACHE_ENTRY, &key).and_then(|text| String::from_utf8(text).ok());
        if let Some(date) = kept.and_then(|text| text.parse::<Date>().ok()) {
            return Ok(date.plus_week());
        }
        let date = version(&executable)?;
        self.cache.write(CACHE_ENTRY, &key, date.to_string().as_bytes());
        Ok(date.plus_week())
    }

    /// Whether it knows the flag `name`. The executable itself is read only for flags that are not in the table.
    pub fn knows(&self, name: &str) -> bool {
        known::find(name).is_some() || self.other_flags().iter().any(|other| other == name)
    }

    /// The names of flags that it has and the table has not, because it is newer.
    fn other_flags(&self) -> Vec<String> {
        const CACHE_ENTRY: &str = "workerd-flags";
        let Ok(executable) = self.home.workerd() else { return vec![] };
        let key = KeyBuilder::new().stat(&executable).finish();
        if let Some(names) = self.cache.read_value(CACHE_ENTRY, &key) {
            return names;
        }
        let declared = schema::read(&executable).unwrap_or_default().into_iter();
        let names = declared.flat_map(|flag| std::iter::once(flag.enable).chain(flag.disable));
        let names: Vec<String> = names.filter(|name| known::find(name).is_none()).collect();
        self.cache.write_value(CACHE_ENTRY, &key, &names);
        names
    }
}

/// The date in what `workerd --version` prints: `workerd 2026-11-02`.
fn version(executable: &Utf8Path) -> Result<Date, String> {
    let output = Command::new(executable)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run workerd ({executable}): {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let date = printed.split_whitespace().find_map(|word| word.parse::<Date>().ok());
    date.ok_or_else(|| format!("workerd ({executable}) does not say its date: `{}`", printed.trim()))
}
