//! Results of slow steps, kept by the content of what they were made from, under `node_modules/.cache/wpt-gen`.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    sync::{Arc, Mutex, OnceLock},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Changes whenever the meaning of cached files does.
const FORMAT: &str = concat!("wpt-gen ", env!("CARGO_PKG_VERSION"), " 2");

/// The length of a hash in hexadecimal, with which each entry starts.
const HASH_LENGTH: usize = 64;

/// A folder of cached files.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: Utf8PathBuf,
}

impl Cache {
    /// The cache of a project.
    pub fn of_project(root: &Utf8Path) -> Self {
        Self { folder: root.join("node_modules/.cache/wpt-gen") }
    }

    /// A cache of its own below this one.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self { folder: self.folder.join(name) }
    }

    /// The folder, made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn folder(&self) -> io::Result<&Utf8Path> {
        fs::create_dir_all(&self.folder)?;
        Ok(&self.folder)
    }

    /// The entry `name` made from what `key` stands for.
    pub fn read(&self, name: &str, key: &Key) -> Option<Vec<u8>> {
        let mut file = self.open(name, key)?;
        let mut content = vec![];
        file.read_to_end(&mut content).ok()?;
        Some(content)
    }

    /// The entry's file, read up to what was kept.
    fn open(&self, name: &str, key: &Key) -> Option<File> {
        let mut file = File::open(self.path(name)).ok()?;
        let mut stored = [0; HASH_LENGTH];
        file.read_exact(&mut stored).ok()?;
        (stored == *key.0.as_bytes()).then_some(file)
    }

    /// The value `name` made from what `key` stands for.
    pub fn read_value<T: DeserializeOwned>(&self, name: &str, key: &Key) -> Option<T> {
        postcard::from_bytes(&self.read(name, key)?).ok()
    }

    /// Keeps a value. Its form does not describe itself, so the type may not have `skip_serializing_if`, `flatten` or
    /// `untagged`.
    pub fn write_value<T: Serialize>(&self, name: &str, key: &Key, value: &T) {
        if let Ok(content) = postcard::to_allocvec(value) {
            self.write(name, key, &content);
        }
    }

    /// The content `name` made from what `key` stands for; it is not read before it is needed.
    pub fn find(&self, name: &str, key: &Key) -> Option<Content> {
        let mut file = self.open(name, key)?;
        let mut hash = [0; HASH_LENGTH];
        file.read_exact(&mut hash).ok()?;
        let hash = str::from_utf8(&hash).ok()?.to_owned();
        Some(Content { hash, bytes: Bytes::Kept(Arc::new(Mutex::new(file))) })
    }

    /// Keeps a content that [`find`](Self::find) is to find.
    pub fn keep(&self, name: &str, key: &Key, content: &Content) {
        if let Ok(bytes) = content.bytes() {
            self.write(name, key, &[content.hash.as_bytes(), &bytes].concat());
        }
    }

    /// Keeps `content` as the entry `name`. A cache that cannot be written is a slower next run, not a failure.
    pub fn write(&self, name: &str, key: &Key, content: &[u8]) {
        let path = self.path(name);
        let written = (|| {
            let folder = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder)?;
            let temporary = tempfile::NamedTempFile::new_in(folder)?;
            fs::write(temporary.path(), [key.0.as_bytes(), content].concat())?;
            temporary.persist(&path).map_err(|error| error.error)
        })();
        drop(written);
    }

    /// A result that depends on `base` and on files that were found while it was made; `stamp` adds one of them to the
    /// key.
    pub fn read_traced<T: DeserializeOwned>(
        &self,
        name: &str,
        base: &KeyBuilder,
        stamp: Stamp<'_>,
    ) -> Option<T> {
        let inputs: Vec<Utf8PathBuf> = self.read_value(&inputs_of(name), &base.clone().finish())?;
        serde_json::from_slice(&self.read(name, &traced(base, &inputs, stamp))?).ok()
    }

    /// Keeps a result with the files that it depends on.
    pub fn write_traced<T: Serialize>(
        &self,
        name: &str,
        base: &KeyBuilder,
        inputs: &[Utf8PathBuf],
        stamp: Stamp<'_>,
        result: &T,
    ) {
        if let Ok(result) = serde_json::to_vec(result) {
            self.write_value(&inputs_of(name), &base.clone().finish(), &inputs);
            self.write(name, &traced(base, inputs, stamp), &result);
        }
    }

    /// As [`read_traced`](Self::read_traced), of what [`write_traced_value`](Self::write_traced_value) has kept.
    pub fn read_traced_value<T: DeserializeOwned>(
        &self,
        name: &str,
        base: &KeyBuilder,
        stamp: Stamp<'_>,
    ) -> Option<T> {
        let inputs: Vec<Utf8PathBuf> = self.read_value(&inputs_of(name), &base.clone().finish())?;
        self.read_value(name, &traced(base, &inputs, stamp))
    }

    /// As [`write_traced`](Self::write_traced), in the form of [`write_value`](Self::write_value).
    pub fn write_traced_value<T: Serialize>(
        &self,
        name: &str,
        base: &KeyBuilder,
        inputs: &[Utf8PathBuf],
        stamp: Stamp<'_>,
        result: &T,
    ) {
        self.write_value(&inputs_of(name), &base.clone().finish(), &inputs);
        self.write_value(name, &traced(base, inputs, stamp), result);
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        self.folder.join(name)
    }
}

/// The content of a file that is generated, with its hash.
#[derive(Clone, Debug)]
pub struct Content {
    hash: String,
    bytes: Bytes,
}

#[derive(Clone, Debug)]
enum Bytes {
    Here(Vec<u8>),
    /// An entry of the cache. It stays open: the cache may be given another of that name meanwhile.
    Kept(Arc<Mutex<File>>),
}

impl Content {
    /// A content whose hash is known.
    pub(crate) fn hashed(bytes: Vec<u8>, hash: String) -> Self {
        Self { hash, bytes: Bytes::Here(bytes) }
    }

    /// The SHA-256, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The bytes.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.bytes {
            Bytes::Here(bytes) => Ok(Cow::Borrowed(bytes)),
            Bytes::Kept(file) => {
                let mut file = file.lock().map_err(|_| io::ErrorKind::Other)?;
                file.seek(SeekFrom::Start(2 * HASH_LENGTH as u64))?;
                let mut bytes = vec![];
                file.read_to_end(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self { hash: hash(&bytes), bytes: Bytes::Here(bytes) }
    }
}

/// Adds a file to a key.
pub type Stamp<'a> = &'a dyn Fn(KeyBuilder, &Utf8Path) -> KeyBuilder;

/// The entry that lists what the result `name` depends on.
fn inputs_of(name: &str) -> String {
    format!("{name}.inputs")
}

fn traced(base: &KeyBuilder, inputs: &[Utf8PathBuf], stamp: Stamp<'_>) -> Key {
    inputs.iter().fold(base.clone(), |key, path| stamp(key, path)).finish()
}

/// Stands for everything a cached result depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Builds a [`Key`].
#[derive(Clone)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// A key for this version of wpt-gen.
    pub fn new() -> Self {
        static VERSION: OnceLock<Sha256> = OnceLock::new();
        let version = VERSION.get_or_init(|| {
            let key = Self(Sha256::new()).text(FORMAT);
            // Versions that are being worked on differ under one number.
            let program = std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
            program.map_or(key.clone(), |path| key.stat(&path)).0
        });
        Self(version.clone())
    }

    /// Adds a string; its length is part of the key, so that neighbours do not run together.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
        self
    }

    /// Adds a file's path and content, or that there is none; for a folder, the names in it.
    #[must_use]
    pub fn file(self, path: &Utf8Path) -> Self {
        let this = self.text(path.as_str());
        if path.is_dir() {
            let mut names: Vec<_> = path
                .read_dir_utf8()
                .map(|entries| entries.flatten().map(|entry| entry.file_name().to_owned()).collect())
                .unwrap_or_default();
            names.sort_unstable();
            return names.iter().fold(this, |key, name| key.text(name));
        }
        match fs::read(path) {
            Ok(content) => this.text(&hash(&content)),
            Err(_) => this.text("missing"),
        }
    }

    /// Adds a file's path, size and time of change: for files that are many and seldom change.
    #[must_use]
    pub fn stat(self, path: &Utf8Path) -> Self {
        let this = self.text(path.as_str());
        let Ok(metadata) = fs::metadata(path) else { return this.text("missing") };
        let changed =
            metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        this.number(metadata.len().into()).number(changed.unwrap_or_default().as_nanos())
    }

    fn number(mut self, number: u128) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    /// The key.
    pub fn finish(self) -> Key {
        Key(hex(&self.0.finalize()))
    }
}

impl Default for KeyBuilder {
    fn default() -> Self {
        Self::new()
    }
}

/// The SHA-256 of `content`, in hexadecimal.
pub fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_its_key_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let cache = Cache::of_project(root);
        let [one, two] = ["one", "two"].map(|text| KeyBuilder::new().text(text).finish());
        assert_eq!(cache.read("a/b", &one), None);
        cache.write("a/b", &one, b"content");
        assert_eq!(cache.read("a/b", &one).as_deref(), Some(&b"content"[..]));
        assert_eq!(cache.read("a/b", &two), None);
    }

    #[test]
    fn a_content_that_was_found_stays_what_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::of_project(Utf8Path::from_path(folder.path()).unwrap());
        let key = KeyBuilder::new().finish();
        assert!(cache.find("text", &key).is_none());
        cache.keep("text", &key, &b"one".to_vec().into());
        let found = cache.find("text", &key).unwrap();
        cache.keep("text", &key, &b"other".to_vec().into());
        assert_eq!(found.hash(), hash(b"one"));
        for _ in 0..2 {
            assert_eq!(*found.bytes().unwrap(), *b"one");
        }
        assert_eq!(*cache.find("text", &key).unwrap().bytes().unwrap(), *b"other");
    }

    #[test]
    fn a_traced_result_is_found_while_its_inputs_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let cache = Cache::of_project(root);
        let base = KeyBuilder::new().text("base");
        let stamp: Stamp<'_> = &KeyBuilder::file;
        let read = || cache.read_traced::<u32>("result", &base, stamp);
        fs::write(root.join("a"), "1").unwrap();
        assert_eq!(read(), None);
        cache.write_traced("result", &base, &[root.join("a")], stamp, &7);
        assert_eq!(read(), Some(7));
        fs::write(root.join("a"), "2").unwrap();
        assert_eq!(read(), None);
    }

    #[test]
    fn a_key_changes_with_a_file_and_with_the_names_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let key = || KeyBuilder::new().file(&root.join("a")).file(root).finish();
        let missing = key();
        fs::write(root.join("a"), "1").unwrap();
        let first = key();
        fs::write(root.join("a"), "2").unwrap();
        let second = key();
        fs::write(root.join("b"), "").unwrap();
        let third = key();
        assert!(missing != first && first != second && second != third);
    }
}
