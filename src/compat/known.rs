//! The flags that workerd knows, and which of them are on.

use super::table::FLAGS;
use crate::config::date::Date;

/// A compatibility flag as workerd declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownFlag {
    /// What turns it on.
    pub enable: &'static str,
    /// What turns it off.
    pub disable: Option<&'static str>,
    /// From when on it is on by itself, `YYYY-MM-DD`.
    pub since: Option<&'static str>,
    /// What else turns it on.
    pub implied_by: &'static [ImpliedBy],
    /// Whether it is for trials only: no deployed Worker may have it.
    pub experimental: bool,
}

/// Flags of which any turns on another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ImpliedBy {
    /// The flags.
    pub flags: &'static [&'static str],
    /// From when on they do, `YYYY-MM-DD`.
    pub since: &'static str,
}

/// The flag that `name` turns on or off.
pub(super) fn find(name: &str) -> Option<&'static KnownFlag> {
    FLAGS.iter().find(|flag| flag.enable == name || flag.disable == Some(name))
}

/// All names of flags.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().flat_map(|flag| std::iter::once(flag.enable).chain(flag.disable))
}

/// Whether the flag is for trials only.
pub fn is_experimental(name: &str) -> bool {
    find(name).is_some_and(|flag| flag.experimental)
}

impl KnownFlag {
    /// The date from which on it is on by itself, if that is not after `date`.
    pub(super) fn default_since(&self, date: Date) -> Option<&'static str> {
        self.since.filter(|since| reached(since, date))
    }
}

/// A compatibility date with flags: what a Worker's behaviour follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings<'a> {
    date: Date,
    flags: Vec<&'a str>,
}

impl<'a> Settings<'a> {
    /// The settings of a Worker with these flags.
    pub fn new(date: Date, flags: impl IntoIterator<Item = &'a str>) -> Self {
        Self { date, flags: flags.into_iter().collect() }
    }

    /// These settings with one more flag.
    #[must_use]
    pub fn with(&self, flag: &'a str) -> Self {
        let mut with = self.clone();
        with.flags.push(flag);
        with
    }

    /// The compatibility date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Whether what the flag `enable` turns on is on: by the flag, by the date, or by what implies it.
    pub fn is_on(&self, enable: &str) -> bool {
        if self.flags.contains(&enable) {
            return true;
        }
        let Some(flag) = find(enable) else { return false };
        if flag.disable.is_some_and(|disable| self.flags.contains(&disable)) {
            return false;
        }
        let implied = |by: &ImpliedBy| {
            reached(by.since, self.date) && by.flags.iter().any(|implying| self.is_on(implying))
        };
        flag.default_since(self.date).is_some() || flag.implied_by.iter().any(implied)
    }
}

fn reached(since: &str, date: Date) -> bool {
    since.parse::<Date>().is_ok_and(|since| since <= date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_on(flag: &str, date: &str, flags: &[&str]) -> bool {
        Settings::new(date.parse().unwrap(), flags.iter().copied()).is_on(flag)
    }

    #[test]
    fn a_flag_is_on_by_itself_or_by_date() {
        assert!(!is_on("rpc", "2024-04-02", &[]));
        assert!(is_on("rpc", "2024-04-02", &["rpc"]));
        assert!(is_on("rpc", "2024-04-03", &[]));
        assert!(!is_on("rpc", "2024-04-03", &["no_rpc"]));
    }

    #[test]
    fn a_flag_is_on_by_what_implies_it_from_a_date_on() {
        assert!(!is_on("nodejs_compat_v2", "2024-09-22", &["nodejs_compat"]));
        assert!(is_on("nodejs_compat_v2", "2024-09-23", &["nodejs_compat"]));
        assert!(!is_on("nodejs_compat_v2", "2024-09-23", &["nodejs_compat", "no_nodejs_compat_v2"]));
        assert!(!is_on("nodejs_zlib", "2024-09-23", &[]));
        assert!(is_on("nodejs_zlib", "2024-09-23", &["nodejs_compat_v2"]));
        assert!(is_on("enable_nodejs_http_server_modules", "2025-09-01", &["nodejs_compat"]));
        assert!(!is_on(
            "enable_nodejs_http_server_modules",
            "2025-09-01",
            &["nodejs_compat", "disable_nodejs_http_modules"]
        ));
    }

    #[test]
    fn a_flag_is_found_by_both_of_its_names() {
        assert_eq!(find("no_rpc").map(|flag| flag.enable), Some("rpc"));
        assert!(find("experimental").is_some_and(|flag| flag.experimental));
        assert_eq!(find("nodejs_compatt"), None);
    }
}
