//! Where reports go: the terminal, with or without colour, or a file.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{self, BufWriter, IsTerminal, Write},
};

use camino::Utf8Path;

/// Whether output to `stream` should be coloured.
///
/// [`use_colour`] decides, or it is as Node programs decide it: `NO_COLOR` (set to anything but an empty string) wins, then `FORCE_COLOR` (anything
/// but `0` and `false`), then what [`anstream`] finds out about the stream and the environment.
pub fn colour_for(stream: &(impl IsTerminal + anstream::stream::RawStream)) -> bool {
    let told = match anstream::ColorChoice::global() {
        anstream::ColorChoice::Never => Some(false),
        anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => Some(true),
        anstream::ColorChoice::Auto => None,
    };
    told.or_else(|| asked_for(|name| std::env::var_os(name)))
        .unwrap_or_else(|| anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never)
}

/// Uses colours from now on, or none, whatever the environment says.
pub fn use_colour(wanted: bool) {
    let choice = if wanted { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never };
    choice.write_global();
}

/// What the environment asks for, if it asks for anything.
fn asked_for(variable: impl Fn(&str) -> Option<OsString>) -> Option<bool> {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Some(false);
    }
    let force = variable("FORCE_COLOR")?;
    Some(force != OsStr::new("0") && force != OsStr::new("false"))
}

/// The width of the terminal on standard output, in columns; `None` where it is not one.
pub fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Creates the file of `--outputFile` and the folders above it.
pub fn create_output_file(path: &Utf8Path) -> io::Result<Box<dyn Write>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(Box::new(BufWriter::new(fs::File::create(path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Option<bool> {
        asked_for(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_environment_decides_on_colour() {
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("NO_COLOR", "")]), None);
        assert_eq!(with(&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]), Some(false));
        assert_eq!(with(&[("FORCE_COLOR", "")]), Some(true));
        assert_eq!(with(&[("FORCE_COLOR", "0")]), Some(false));
    }

    #[test]
    fn folders_of_an_output_file_are_created() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("deep/er/out.json");
        create_output_file(&path).unwrap().write_all(b"{}").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    }
}
