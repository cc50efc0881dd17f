//! The contents of generated modules, in memory.

use std::{borrow::Cow, collections::BTreeMap, fs, io, time::UNIX_EPOCH};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::{
    cache::{Cache, Content, KeyBuilder, hash},
    plan::ModuleStore,
};

/// Module contents by path relative to `.wpt/modules`.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    contents: BTreeMap<String, Content>,
    /// Keeps what was written, so that the next run need not read it.
    cache: Option<Cache>,
}

/// A file as it was written: its content's hash, its size, and when it changed, in nanoseconds since 1970.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    hash: String,
    size: u64,
    changed: u64,
}

impl Modules {
    /// No modules; `cache` keeps what is written of them.
    pub(crate) fn new(cache: &Cache) -> Self {
        Self { contents: BTreeMap::new(), cache: Some(cache.clone()) }
    }

    /// Adds a content, in place of what had the path before.
    pub(crate) fn insert(&mut self, path: &str, content: Content) {
        self.contents.insert(path.to_owned(), content);
    }

    /// All contents.
    pub(crate) fn all(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        self.contents.values().filter_map(|content| content.bytes().ok())
    }

    /// Makes `folder` hold exactly these modules; files that are right already are not touched.
    ///
    /// # Errors
    /// A file cannot be written or removed.
    pub fn write_to(&self, folder: &Utf8Path) -> io::Result<()> {
        let entry = format!("written/{}", &hash(folder.as_str().as_bytes())[..16]);
        let key = KeyBuilder::new().text(folder.as_str()).finish();
        let before = self.cache.as_ref().and_then(|cache| cache.read_value(&entry, &key));
        let before: BTreeMap<String, Written> = before.unwrap_or_default();
        let mut written = BTreeMap::new();
        for (path, content) in &self.contents {
            let file = folder.join(path);
            let known = before.get(path).filter(|known| known.hash == content.hash());
            let now = || stamp(&file, content.hash());
            let is_right = known.and_then(|known| now().filter(|now| now == known));
            if is_right.is_none() {
                write_if_changed(&file, &content.bytes()?)?;
            }
            let stamped = is_right.or_else(now);
            written.extend(stamped.map(|stamp| (path.clone(), stamp)));
        }
        for entry in
            walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file())
        {
            let known = Utf8Path::from_path(entry.path())
                .and_then(|path| path.as_str().strip_prefix(folder.as_str())?.strip_prefix('/'))
                .is_some_and(|path| self.contents.contains_key(path));
            if !known {
                fs::remove_file(entry.path())?;
            }
        }
        if let Some(cache) = self.cache.as_ref().filter(|_| written != before) {
            cache.write_value(&entry, &key, &written);
        }
        Ok(())
    }
}

impl Modules {
    /// Writes texts to `folder`, unless they were printed there from the same `plan` before and are as they were.
    ///
    /// # Errors
    /// They cannot be printed or written.
    pub(crate) fn write_texts<E>(
        &self,
        folder: &Utf8Path,
        plan: &str,
        print: impl FnOnce() -> Result<Vec<(&'static str, String)>, E>,
        io: impl Fn(io::Error) -> E,
    ) -> Result<(), E> {
        let entry = format!("printed/{}", &hash(folder.as_str().as_bytes())[..16]);
        let key = KeyBuilder::new().text(folder.as_str()).text(plan).finish();
        let before = self.cache.as_ref().and_then(|cache| cache.read_value(&entry, &key));
        let before: BTreeMap<String, Written> = before.unwrap_or_default();
        let is_same =
            |(name, known): (&String, &Written)| stamp(&folder.join(name), "").as_ref() == Some(known);
        if !before.is_empty() && before.iter().all(is_same) {
            return Ok(());
        }
        let mut written = BTreeMap::new();
        for (name, text) in print()? {
            let file = folder.join(name);
            write_if_changed(&file, text.as_bytes()).map_err(&io)?;
            written.extend(stamp(&file, "").map(|stamp| (name.to_owned(), stamp)));
        }
        if let Some(cache) = &self.cache {
            cache.write_value(&entry, &key, &written);
        }
        Ok(())
    }
}

/// What tells whether a file is still as it was written with content of this hash.
fn stamp(file: &Utf8Path, hash: &str) -> Option<Written> {
    let metadata = fs::metadata(file).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let changed = u64::try_from(changed.as_nanos()).ok()?;
    Some(Written { hash: hash.to_owned(), size: metadata.len(), changed })
}

impl ModuleStore for Modules {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let content = self.contents.get(path.as_str()).ok_or(io::ErrorKind::NotFound)?;
        Ok(content.bytes()?.into_owned())
    }
}

/// Writes a file unless it has this content.
pub(crate) fn write_if_changed(path: &Utf8Path, content: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == content.len() as u64)
        && fs::read(path).is_ok_and(|current| current == content)
    {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}
