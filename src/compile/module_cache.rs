//! Compiled modules of the last run, so that a run compiles only what has changed.
//!
//! A module is taken from here if its text is the same, and each of its imports still leads where it led. The latter is known
//! without looking if the [`tree`](super::tree) is the same. One file holds everything: an index, and behind it the texts
//! that the index points into.

use std::{collections::BTreeMap, ops::Range};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::{
    bundle::{
        resolve::Resolved,
        transform::{CompiledModule, Import},
    },
    cache::{Cache, Key, hash},
};

const CACHE_ENTRY: &str = "modules";

/// The modules of the last run, and those of this one.
#[derive(Debug, Default)]
pub(super) struct ModuleCache {
    content: Vec<u8>,
    /// Where the texts start in it.
    texts: usize,
    /// Those of the last run that this one has not asked for yet.
    old: BTreeMap<String, Entry>,
    kept: BTreeMap<String, Entry>,
    made: BTreeMap<String, (Entry, CompiledModule)>,
    /// What the tree was and is.
    tree: [String; 2],
}

/// A module that was compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The hash of its text.
    pub(super) text: String,
    /// The compiler's options for it.
    pub(super) options: String,
    /// What it imports, in the order in which the compiler asked.
    pub(super) imports: Vec<ResolvedImport>,
    /// The hash of its code.
    code: String,
    /// Where the texts are, from the end of the index: the code, the map, and the rest of the module.
    places: [Range<usize>; 3],
}

/// An import, what it led to, and what the code says instead of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ResolvedImport {
    pub(super) import: Import,
    pub(super) found: Option<Found>,
    pub(super) target: Option<String>,
}

/// What an import led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) resolved: Resolved,
    /// The Vite plugin of the user's that says so, where it would be something else without.
    pub(super) plugin: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Index {
    tree: String,
    modules: BTreeMap<String, Entry>,
}

impl ModuleCache {
    /// Reads what was kept under `key`; `tree` stands for what imports resolve by.
    pub(super) fn read(cache: &Cache, key: &Key, tree: String) -> Self {
        let read = || {
            let content = cache.read(CACHE_ENTRY, key)?;
            let (length, _) = content.split_first_chunk::<8>()?;
            let end = usize::try_from(u64::from_le_bytes(*length)).ok()?.checked_add(8)?;
            let index: Index = postcard::from_bytes(content.get(8..end)?).ok()?;
            Some((content, end, index))
        };
        match read() {
            Some((content, texts, Index { tree: before, modules })) => {
                Self { content, texts, old: modules, tree: [before, tree], ..Self::default() }
            }
            None => Self { tree: [String::new(), tree], ..Self::default() },
        }
    }

    /// Whether every import leads where it led.
    pub(super) fn is_same_tree(&self) -> bool {
        self.tree[0] == self.tree[1]
    }

    /// Takes the entry of a module whose text has this hash.
    pub(super) fn entry(&mut self, file: &Utf8Path, text: &str) -> Option<Entry> {
        if self.old.get(file.as_str())?.text != text {
            return None;
        }
        self.old.remove(file.as_str())
    }

    /// The module of an entry, and the hash of its code.
    pub(super) fn module(&self, entry: &Entry) -> Option<(CompiledModule, String)> {
        let [code, map, rest] = &entry.places;
        let text = |place| String::from_utf8(self.text(place)?.to_vec()).ok();
        let rest: CompiledModule = postcard::from_bytes(self.text(rest)?).ok()?;
        Some((CompiledModule { code: text(code)?, map: text(map)?, ..rest }, entry.code.clone()))
    }

    fn text(&self, place: &Range<usize>) -> Option<&[u8]> {
        self.content.get(self.texts..)?.get(place.clone())
    }

    /// Keeps an entry for the next run.
    pub(super) fn keep(&mut self, file: &Utf8Path, entry: Entry) {
        self.kept.insert(file.to_string(), entry);
    }

    /// Adds a module that was compiled.
    pub(super) fn add(
        &mut self,
        file: &Utf8Path,
        text: String,
        options: String,
        imports: Vec<ResolvedImport>,
        module: &CompiledModule,
    ) {
        let code = hash(module.code.as_bytes());
        let entry = Entry { text, options, imports, code, places: Default::default() };
        self.made.insert(file.to_string(), (entry, module.clone()));
    }

    /// Writes what this run kept and added, if that is not what was read.
    pub(super) fn write(self, cache: &Cache, key: &Key) {
        if self.made.is_empty() && self.old.is_empty() && self.is_same_tree() {
            return;
        }
        let mut texts: Vec<u8> = vec![];
        let mut modules = BTreeMap::new();
        let mut add = |text: &[u8]| {
            texts.extend_from_slice(text);
            texts.len() - text.len()..texts.len()
        };
        let text = |place: &Range<usize>| self.content.get(self.texts..)?.get(place.clone());
        for (file, mut entry) in self.kept {
            for place in &mut entry.places {
                *place = add(text(place).unwrap_or_default());
            }
            modules.insert(file, entry);
        }
        for (file, (mut entry, mut module)) in self.made {
            let [code, map] = [&mut module.code, &mut module.map].map(std::mem::take);
            let Ok(rest) = postcard::to_allocvec(&module) else { continue };
            entry.places = [add(code.as_bytes()), add(map.as_bytes()), add(&rest)];
            modules.insert(file, entry);
        }
        let [_, tree] = self.tree;
        let Ok(index) = postcard::to_allocvec(&Index { tree, modules }) else { return };
        let length = (index.len() as u64).to_le_bytes();
        cache.write(CACHE_ENTRY, key, &[&length[..], &index, &texts].concat());
    }
}
