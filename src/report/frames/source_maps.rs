//! From a position in a compiled module to the one in its source.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use camino::{Utf8Path, Utf8PathBuf};
use oxc_sourcemap::SourceMap;

/// Where something was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginalPosition {
    /// The source, if it is another file than the one asked for; relative to the root, or absolute.
    pub file: Option<Utf8PathBuf>,
    /// One-based.
    pub line: u32,
    /// One-based, in UTF-16 units.
    pub column: u32,
    /// The name the map has for the place.
    pub name: Option<String>,
}

/// Knows the source maps of the compiled modules.
pub trait SourceMaps: Send + Sync {
    /// The source of a position (one-based, as in a stack) in `file`, a path relative to the project's root where
    /// it is below that.
    fn lookup(&self, file: &str, line: u32, column: u32) -> Option<OriginalPosition>;

    /// The lines of the compiled module `file` that come from a line of its source; all are one-based.
    fn compiled_lines(&self, file: &str, line: u32) -> Vec<u32>;
}

/// Gives the text of a module's source map.
type Load = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Source maps in their JSON form, loaded and read when a stack first needs them.
pub struct JsonSourceMaps {
    load: Load,
    read: Mutex<HashMap<String, Option<Arc<SourceMap<'static>>>>>,
}

impl JsonSourceMaps {
    /// Maps that come from `load`, which is asked once for each file.
    pub fn new(load: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { load: Box::new(load), read: Mutex::default() }
    }

    fn map(&self, file: &str) -> Option<Arc<SourceMap<'static>>> {
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let map = read.entry(file.to_owned()).or_insert_with(|| {
            let json = (self.load)(file)?;
            Some(Arc::new(SourceMap::from_json_string(&json).ok()?.into_owned()))
        });
        map.clone()
    }
}

impl SourceMaps for JsonSourceMaps {
    fn lookup(&self, file: &str, line: u32, column: u32) -> Option<OriginalPosition> {
        let map = self.map(file)?;
        let table = map.generate_lookup_table();
        let token = map.lookup_source_view_token(&table, line.checked_sub(1)?, column.checked_sub(1)?)?;
        let source = token.get_source()?;
        Some(OriginalPosition {
            file: other_file(file, map.get_source_root(), source, map.get_sources().len()),
            line: token.get_src_line() + 1,
            column: token.get_src_col() + 1,
            name: token.get_name().map(str::to_owned),
        })
    }

    fn compiled_lines(&self, file: &str, line: u32) -> Vec<u32> {
        let Some(map) = self.map(file) else { return vec![] };
        let tokens = map.get_tokens().filter(|token| token.get_src_line() + 1 == line);
        let mut lines: Vec<u32> = tokens.map(|token| token.get_dst_line() + 1).collect();
        lines.dedup();
        lines
    }
}

/// The source's path, if it is not the module's own. Sources are relative to the folder of the map; a module
/// compiled on its own carries its source's name, whatever folder its map gives.
fn other_file(file: &str, root: Option<&str>, source: &str, sources: usize) -> Option<Utf8PathBuf> {
    let module = Utf8Path::new(file);
    if sources == 1 && Utf8Path::new(source).file_name() == module.file_name() {
        return None;
    }
    let folder = module.parent().unwrap_or(Utf8Path::new("")).join(root.unwrap_or_default());
    Some(folder.join(source.strip_prefix("file://").unwrap_or(source)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use oxc_sourcemap::SourceMapBuilder;

    use super::*;

    fn map(source: &str, others: usize) -> String {
        let mut builder = SourceMapBuilder::default();
        let id = builder.set_source_and_content(source, "");
        for _ in 0..others {
            builder.set_source_and_content("other.ts", "");
        }
        builder.add_token(3, 4, 10, 2, Some(id), None);
        builder.into_sourcemap().to_json_string()
    }

    #[test]
    fn positions_are_one_based_on_both_sides() {
        let maps = JsonSourceMaps::new(|file| (file == "src/a.ts").then(|| map("a.ts", 0)));
        let found = OriginalPosition { file: None, line: 11, column: 3, name: None };
        assert_eq!(maps.lookup("src/a.ts", 4, 5), Some(found.clone()));
        assert_eq!(maps.lookup("src/a.ts", 4, 50), Some(found));
        assert_eq!(maps.lookup("src/a.ts", 4, 1), None);
        assert_eq!(maps.lookup("src/a.ts", 0, 0), None);
        assert_eq!(maps.lookup("src/b.ts", 4, 5), None);
    }

    #[test]
    fn a_bundle_names_its_sources() {
        let maps = JsonSourceMaps::new(|_| Some(map("../src/lib.ts", 1)));
        let found = maps.lookup("deps/chunk.js", 4, 5).unwrap();
        assert_eq!(found.file.unwrap(), "deps/../src/lib.ts");
    }

    #[test]
    fn a_map_is_loaded_once_even_if_it_is_none() {
        let loaded = Arc::new(AtomicUsize::new(0));
        let count = loaded.clone();
        let maps = JsonSourceMaps::new(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Some("no JSON".to_owned())
        });
        assert_eq!(maps.lookup("a.ts", 1, 1), None);
        assert_eq!(maps.lookup("a.ts", 2, 1), None);
        assert_eq!(loaded.load(Ordering::Relaxed), 1);
    }
}
