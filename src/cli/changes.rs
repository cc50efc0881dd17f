//! Changes of files, as the system tells of them.

use std::{collections::BTreeSet, sync::mpsc, time::Duration};

use camino::{Utf8Path, Utf8PathBuf};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// Folders whose contents are not sources of a project.
const MADE: [&str; 3] = ["node_modules", ".wpt", ".git"];

/// Tells of changes in folders.
pub(super) struct Changes {
    watcher: RecommendedWatcher,
    /// The folders that are watched.
    folders: BTreeSet<Utf8PathBuf>,
}

impl Changes {
    /// Nothing is watched yet; `changed` is called with the path of each file or folder that has changed, on a thread of its
    /// own.
    pub(super) fn new(changed: impl Fn(Utf8PathBuf) + Send + 'static) -> Result<Self, String> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if event.kind.is_access() {
                return;
            }
            event
                .paths
                .into_iter()
                .filter_map(|path| Utf8PathBuf::from_path_buf(path).ok())
                .filter(|path| !is_made(path))
                .for_each(&changed);
        });
        Ok(Self { watcher: watcher.map_err(|error| error.to_string())?, folders: BTreeSet::new() })
    }

    /// Watches the folders of these files, and these folders.
    pub(super) fn watch<'p>(&mut self, paths: impl IntoIterator<Item = &'p Utf8Path>) {
        for path in paths.into_iter().filter(|path| !is_made(path)) {
            let folder = if path.is_dir() { Some(path) } else { path.parent().filter(|it| it.is_dir()) };
            let Some(folder) = folder.filter(|folder| !self.folders.contains(*folder)) else { continue };
            if self.watcher.watch(folder.as_std_path(), RecursiveMode::NonRecursive).is_ok() {
                self.folders.insert(folder.to_owned());
            }
        }
    }

    /// Watches a folder and those below it.
    pub(super) fn watch_below(&mut self, folder: &Utf8Path) {
        let walk = walkdir::WalkDir::new(folder).into_iter().filter_entry(|entry| {
            entry.file_type().is_dir() && !MADE.iter().any(|made| entry.file_name() == *made)
        });
        for entry in walk.flatten() {
            self.watch(Utf8Path::from_path(entry.path()));
        }
    }

    /// A folder that is gone is watched again when it comes back.
    pub(super) fn forget(&mut self, folder: &Utf8Path) {
        if self.folders.remove(folder) {
            let _ = self.watcher.unwatch(folder.as_std_path());
        }
    }
}

/// Whether tools make what is there.
fn is_made(path: &Utf8Path) -> bool {
    path.components().any(|part| MADE.contains(&part.as_str()))
}

/// What comes until nothing has come for the time of `quiet`: `first`, and what follows it.
pub(super) fn settled<T>(first: T, more: &mpsc::Receiver<T>, quiet: Duration) -> Vec<T> {
    let mut all = vec![first];
    while let Ok(next) = more.recv_timeout(quiet) {
        all.push(next);
    }
    all
}
