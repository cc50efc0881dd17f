//! Which Vitest runs a project's tests: its own, or ours where its own is too old.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    home::{Home, package_from},
};

/// The oldest Vitest whose worker runs in workerd.
const OLDEST: (u32, u32) = (4, 1);
/// The first major version that is not known to work.
const TOO_NEW: u32 = 6;

/// An installed Vitest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VitestPackage {
    /// Its folder, absolute.
    pub folder: Utf8PathBuf,
    /// Its version.
    pub version: String,
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
}

impl VitestPackage {
    /// The Vitest of the project at `root`, or the one wpt-gen is installed with if that is missing or too old.
    pub fn find(root: &Utf8Path, home: &Home, diagnostics: &mut Diagnostics) -> Option<Self> {
        let own = package_from(root, "vitest").and_then(|folder| Self::read(&folder));
        let Some(own) = own else { return Self::bundled(home, diagnostics) };
        let (major, minor) = own.major_minor();
        if (major, minor) < OLDEST {
            let bundled = Self::bundled(home, diagnostics)?;
            let title = format!(
                "this project has Vitest {}; its tests run on Vitest {}",
                own.version, bundled.version
            );
            diagnostics.push(
                Diagnostic::warning("old-vitest", title)
                    .help("install Vitest 4.1 or newer to choose the version yourself"),
            );
            return Some(bundled);
        }
        if major >= TOO_NEW {
            let title = format!("Vitest {} is newer than this wpt-gen knows", own.version);
            diagnostics.push(Diagnostic::error("new-vitest", title).help("install Vitest 4.1.x or 5.x"));
            return None;
        }
        Some(own)
    }

    fn bundled(home: &Home, diagnostics: &mut Diagnostics) -> Option<Self> {
        let found = home.package("vitest").ok().and_then(|folder| Self::read(&folder));
        if found.is_none() {
            diagnostics.push(
                Diagnostic::error("no-vitest", "Vitest is not installed")
                    .help("run `npm install --save-dev vitest`"),
            );
        }
        found
    }

    /// The Vitest in this folder.
    pub fn read(folder: &Utf8Path) -> Option<Self> {
        let text = std::fs::read(folder.join("package.json")).ok()?;
        let Manifest { version } = serde_json::from_slice(&text).ok()?;
        Some(Self { folder: folder.to_owned(), version })
    }

    /// The first two numbers of the version.
    pub fn major_minor(&self) -> (u32, u32) {
        let mut numbers = self.version.split('.').map(|part| part.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }
}
