//! Frames of storage: what a process has stored at some moment, as copies of its files, to go back to.
//!
//! A file that is equal to a copy has the copy's own time of modification, so that it is known again without being
//! read: whoever writes to it changes that.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, SystemTime},
};

use camino::Utf8PathBuf;
use walkdir::WalkDir;

use super::launch::{Process, Workerd};

/// The calls of a session that this answers.
const PUSH: &str = "wptPushStorage";
const POP: &str = "wptPopStorage";

/// Databases of alarms: workerd keeps them open, and in memory.
const ALARMS: &str = "metadata.sqlite";
/// What `SQLite` makes anew from a database's log.
const INDEX: &str = "-shm";
/// Folders of files that are never written to twice.
const UNCHANGING: &str = "blobs";

/// The storage of a process, while one test file runs in it.
pub struct Storage {
    process: Process,
    frames: Frames,
}

impl Storage {
    /// The storage of `workerd`, without frames.
    pub fn of(workerd: &Workerd) -> Self {
        Self {
            process: workerd.process(),
            frames: Frames::new(workerd.disks(), workerd.folder().join("frames")),
        }
    }

    /// Does what a call of a session asks, or says why it cannot; `None` for calls that are not about storage.
    pub fn answer(&mut self, method: &str) -> Option<Result<(), String>> {
        let change = match method {
            PUSH => Frames::push,
            POP => Frames::pop,
            _ => return None,
        };
        // Nobody writes meanwhile.
        let result = self.process.pause().and_then(|_paused| change(&mut self.frames));
        Some(result.map_err(|error| error.to_string()))
    }
}

/// A stack of frames of some folders.
struct Frames {
    folders: Vec<Utf8PathBuf>,
    /// Where the copies are.
    store: Utf8PathBuf,
    stack: Vec<Frame>,
    /// The number of copies that there ever were.
    copies: u64,
    /// For each file, the latest copy that it was equal to.
    known: Frame,
}

/// By path, what all files were.
type Frame = BTreeMap<PathBuf, Rc<Copy>>;

/// A copy of a file, removed with the last frame that has it.
#[derive(Debug)]
struct Copy {
    path: PathBuf,
    /// The time of modification of files that are equal to it.
    mark: SystemTime,
}

impl Drop for Copy {
    fn drop(&mut self) {
        // If this fails, it is removed with the whole folder.
        let _ = fs::remove_file(&self.path);
    }
}

impl Frames {
    fn new(folders: Vec<Utf8PathBuf>, store: Utf8PathBuf) -> Self {
        Self { folders, store, stack: vec![], copies: 0, known: Frame::new() }
    }

    /// Remembers all files as they are.
    fn push(&mut self) -> io::Result<()> {
        let mut frame = Frame::new();
        for path in self.files()? {
            let copy = match self.equal(&path)? {
                Some(copy) => copy,
                None => self.copy(&path)?,
            };
            frame.insert(path, copy);
        }
        self.known.clone_from(&frame);
        self.stack.push(frame);
        Ok(())
    }

    /// Makes all files what they were at the last push that was not taken back.
    ///
    /// Who still has one of them open keeps what it has: a file that has changed is replaced, a database as well when
    /// only its log has. `SQLite` leaves files alone that are in the place of its own.
    fn pop(&mut self) -> io::Result<()> {
        let frame = self.stack.pop().ok_or_else(|| io::Error::other("there is no frame of storage"))?;
        let live = self.files()?;
        let mut changed = BTreeSet::new();
        for path in &live {
            let equal = self.equal(path)?;
            if !frame.get(path).zip(equal.as_ref()).is_some_and(|(copy, equal)| Rc::ptr_eq(copy, equal)) {
                changed.insert(database(path));
            }
        }
        let live: BTreeSet<PathBuf> = live.into_iter().collect();
        changed.extend(frame.keys().filter(|path| !live.contains(*path)).map(|path| database(path)));
        // In reverse order: a log that is found beside another database would be taken for its own.
        for path in live.iter().rev().filter(|path| changed.contains(&database(path))) {
            fs::remove_file(path)?;
        }
        for database in &changed {
            let index = PathBuf::from(format!("{}{INDEX}", database.display()));
            if index.exists() {
                fs::remove_file(index)?;
            }
        }
        for (path, copy) in frame.iter().filter(|(path, _)| changed.contains(&database(path))) {
            copy.restore(path)?;
        }
        self.known = frame;
        Ok(())
    }

    /// Every file that matters.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = vec![];
        for entry in self.folders.iter().flat_map(WalkDir::new) {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy();
            if entry.file_type().is_file() && !name.starts_with(ALARMS) && !name.ends_with(INDEX) {
                files.push(entry.into_path());
            }
        }
        Ok(files)
    }

    /// The copy that a file is equal to, if it is known.
    fn equal(&self, path: &Path) -> io::Result<Option<Rc<Copy>>> {
        let Some(copy) = self.known.get(path) else { return Ok(None) };
        Ok((fs::metadata(path)?.modified()? == copy.mark).then(|| Rc::clone(copy)))
    }

    fn copy(&mut self, path: &Path) -> io::Result<Rc<Copy>> {
        fs::create_dir_all(&self.store)?;
        self.copies += 1;
        let copy = Copy {
            path: self.store.join(self.copies.to_string()).into(),
            mark: SystemTime::UNIX_EPOCH + Duration::from_secs(self.copies),
        };
        duplicate(path, &copy.path, path)?;
        mark(path, copy.mark)?;
        Ok(Rc::new(copy))
    }
}

impl Copy {
    /// Makes the file at `path`, where there is none.
    fn restore(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        duplicate(&self.path, path, path)?;
        mark(path, self.mark)
    }
}

/// The path of the database that a file belongs to, or its own.
fn database(path: &Path) -> PathBuf {
    const DATABASE: &str = ".sqlite";
    let text = path.to_string_lossy();
    text.rfind(DATABASE).map_or_else(|| path.to_owned(), |at| text[..at + DATABASE.len()].into())
}

/// Makes another file of the same contents, for what is stored as `stored`.
fn duplicate(from: &Path, to: &Path, stored: &Path) -> io::Result<()> {
    if stored.parent().is_some_and(|folder| folder.ends_with(UNCHANGING)) {
        fs::hard_link(from, to)
    } else {
        fs::copy(from, to).map(drop)
    }
}

fn mark(path: &Path, time: SystemTime) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder {
        folder: tempfile::TempDir,
        frames: Frames,
    }

    impl Folder {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
            let disk = path.join("disk");
            fs::create_dir(&disk).unwrap();
            Self { folder, frames: Frames::new(vec![disk], path.join("frames")) }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join("disk").join(name)
        }

        fn write(&self, name: &str, text: &str) {
            fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
            // In place, as SQLite does.
            fs::write(self.path(name), text).unwrap();
        }

        fn contents(&self) -> String {
            let entries = WalkDir::new(self.path("")).sort_by_file_name().into_iter().map(Result::unwrap);
            let files = entries.filter(|entry| entry.file_type().is_file());
            let shown = files.map(|entry| {
                let name = entry.path().strip_prefix(self.path("")).unwrap().to_owned();
                format!("{}={}", name.display(), fs::read_to_string(entry.path()).unwrap())
            });
            shown.collect::<Vec<_>>().join(" ")
        }

        fn copies(&self) -> usize {
            fs::read_dir(self.folder.path().join("frames")).unwrap().count()
        }
    }

    #[test]
    fn frames_stack() {
        let mut folder = Folder::new();
        folder.write("a/1.sqlite", "one");
        folder.write("a/blobs/x", "blob");
        folder.frames.push().unwrap();
        folder.write("a/1.sqlite", "two");
        folder.write("b/2.sqlite", "new");
        folder.frames.push().unwrap();
        fs::remove_file(folder.path("a/blobs/x")).unwrap();
        folder.write("b/2.sqlite-wal", "log");
        folder.write("c", "c");
        folder.frames.pop().unwrap();
        assert_eq!(folder.contents(), "a/1.sqlite=two a/blobs/x=blob b/2.sqlite=new");
        folder.frames.pop().unwrap();
        assert_eq!(folder.contents(), "a/1.sqlite=one a/blobs/x=blob");
        assert!(folder.frames.pop().is_err());
    }

    #[test]
    fn what_did_not_change_is_not_copied_again() {
        let mut folder = Folder::new();
        folder.write("1.sqlite", "one");
        folder.write("2.sqlite", "two");
        folder.frames.push().unwrap();
        for round in 0..3 {
            folder.frames.push().unwrap();
            assert_eq!(folder.copies(), 2);
            // As long as what was there, and written at once.
            folder.write("1.sqlite", &format!("on{round}"));
            folder.frames.pop().unwrap();
            assert_eq!(folder.contents(), "1.sqlite=one 2.sqlite=two");
        }
    }

    #[test]
    fn a_database_that_is_open_is_replaced_when_its_log_has_changed() {
        use std::io::Write as _;
        let mut folder = Folder::new();
        folder.write("1.sqlite", "one");
        folder.write("metadata.sqlite", "alarms");
        folder.write("1.sqlite-shm", "index");
        folder.frames.push().unwrap();
        let mut open = File::options().append(true).open(folder.path("1.sqlite")).unwrap();
        folder.write("1.sqlite-wal", "log");
        folder.write("metadata.sqlite", "other alarms");
        folder.frames.pop().unwrap();
        open.write_all(b" and more").unwrap();
        assert_eq!(folder.contents(), "1.sqlite=one metadata.sqlite=other alarms");
    }
}
