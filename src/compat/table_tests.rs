//! The table of flags is what the installed workerd declares. `WPT_UPDATE_FLAGS=1` writes it anew.

use std::{env, fmt::Write as _, fs};

use super::schema::{self, DeclaredFlag};
use crate::home::Home;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/compat/table.rs");

#[test]
fn the_table_of_flags_is_that_of_the_installed_workerd() {
    let workerd = Home::find().unwrap().workerd().unwrap();
    let flags = schema::read(&workerd).unwrap();
    let table = table(&flags);
    if env::var_os("WPT_UPDATE_FLAGS").is_some() {
        fs::write(TABLE, &table).unwrap();
    }
    let committed = fs::read_to_string(TABLE).unwrap();
    let differing: Vec<_> = table.lines().filter(|line| !committed.contains(line)).collect();
    assert!(
        committed == table,
        "workerd has other flags than src/compat/table.rs; run the test with WPT_UPDATE_FLAGS=1\n{}",
        differing.join("\n")
    );
}

/// The text of the table.
fn table(flags: &[DeclaredFlag]) -> String {
    let implied = flags.iter().any(|flag| !flag.implied_by.is_empty());
    let mut text = format!(
        "//! The compatibility flags of workerd. Generated; see `src/compat/table_tests.rs`.\n\n\
         use super::known::{};\n\n\
         #[rustfmt::skip]\n\
         pub(super) const FLAGS: [KnownFlag; {}] = [\n",
        if implied { "{ImpliedBy, KnownFlag}" } else { "KnownFlag" },
        flags.len()
    );
    for DeclaredFlag { enable, disable, since, implied_by, experimental } in flags {
        let since = since.map(|date| date.to_string());
        let implied_by: Vec<_> = implied_by
            .iter()
            .map(|(flags, date)| format!("ImpliedBy {{ flags: &{flags:?}, since: \"{date}\" }}"))
            .collect();
        let implied_by = implied_by.join(", ");
        writeln!(
            text,
            "    KnownFlag {{ enable: {enable:?}, disable: {disable:?}, since: {since:?}, implied_by: &[{implied_by}], experimental: {experimental} }},",
        )
        .expect("a String takes any text");
    }
    text + "];\n"
}
