//! Which files each test file is made of, so that a change of one says which tests it is about.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

/// The files of a project that tests reach, all relative to its root.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// What stands for the contents of each file, in every form that it is imported in.
    contents: BTreeMap<Utf8PathBuf, Vec<String>>,
    /// Who imports a file.
    importers: BTreeMap<Utf8PathBuf, Vec<Utf8PathBuf>>,
    /// Files that can send something to the Worker, or have its bindings.
    users_of_worker: BTreeSet<Utf8PathBuf>,
    /// The Worker's main module.
    main: Option<Utf8PathBuf>,
    /// What every test file is made of: setup files, mocks of packages.
    shared: BTreeSet<Utf8PathBuf>,
}

/// Which test files a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected {
    /// Every one.
    All,
    /// Those among these files; relative to the root.
    Files(BTreeSet<Utf8PathBuf>),
}

impl Reach {
    /// Nothing yet; `main` and `shared` are known before anything is compiled.
    pub(super) fn new(main: Option<&Utf8Path>, shared: impl IntoIterator<Item = Utf8PathBuf>) -> Self {
        Self { main: main.map(Utf8Path::to_owned), shared: shared.into_iter().collect(), ..Self::default() }
    }

    /// A file was compiled; `content` stands for what it holds.
    pub(super) fn add(&mut self, file: &Utf8Path, content: &str) {
        self.contents.entry(file.to_owned()).or_default().push(content.to_owned());
    }

    /// A file imports another, or has it as its mock.
    pub(super) fn import(&mut self, importer: &Utf8Path, file: &Utf8Path) {
        self.importers.entry(file.to_owned()).or_default().push(importer.to_owned());
    }

    /// A file imports what leads to the Worker: `exports`, `SELF`, `env`.
    pub(super) fn uses_worker(&mut self, file: &Utf8Path) {
        self.users_of_worker.insert(file.to_owned());
    }

    /// Every test file is made of this one too.
    pub(super) fn share(&mut self, file: &Utf8Path) {
        self.shared.insert(file.to_owned());
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.contents.keys().map(Utf8PathBuf::as_path)
    }

    /// By file, what it imports: also the main module, if the file can reach the Worker, and what every one of `tests` is
    /// made of.
    pub fn imports<'f>(
        &'f self,
        tests: impl Iterator<Item = &'f Utf8Path>,
    ) -> BTreeMap<&'f Utf8Path, BTreeSet<&'f Utf8Path>> {
        let mut imports: BTreeMap<&Utf8Path, BTreeSet<&Utf8Path>> =
            self.files().map(|file| (file, BTreeSet::new())).collect();
        for (file, importers) in &self.importers {
            for importer in importers {
                imports.entry(importer).or_default().insert(file);
            }
        }
        for (file, main) in
            self.users_of_worker.iter().flat_map(|file| self.main.iter().map(move |main| (file, main)))
        {
            imports.entry(file).or_default().insert(main);
        }
        for test in tests {
            imports.entry(test).or_default().extend(self.shared.iter().map(Utf8PathBuf::as_path));
        }
        imports
    }

    /// Whether a test file can be made of this file.
    pub fn has(&self, file: &Utf8Path) -> bool {
        self.contents.contains_key(file)
    }

    /// The files that hold something else than `before`, came or went.
    pub fn changed_since(&self, before: &Self) -> BTreeSet<Utf8PathBuf> {
        let all = self.contents.keys().chain(before.contents.keys());
        all.filter(|file| self.contents.get(*file) != before.contents.get(*file)).cloned().collect()
    }

    /// What a change of these files is about.
    pub fn affected_by<'f>(&'f self, changed: impl IntoIterator<Item = &'f Utf8Path>) -> Affected {
        let mut found: BTreeSet<&Utf8Path> = BTreeSet::new();
        let mut waiting: Vec<&Utf8Path> = changed.into_iter().collect();
        while let Some(file) = waiting.pop() {
            if !found.insert(file) {
                continue;
            }
            if self.shared.contains(file) {
                return Affected::All;
            }
            waiting.extend(self.importers.get(file).into_iter().flatten().map(Utf8PathBuf::as_path));
            if self.main.as_deref() == Some(file) {
                waiting.extend(self.users_of_worker.iter().map(Utf8PathBuf::as_path));
            }
        }
        Affected::Files(found.into_iter().map(Utf8Path::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach() -> Reach {
        let path = Utf8Path::new;
        let mut reach = Reach::new(Some(path("src/index.ts")), [Utf8PathBuf::from("setup.ts")]);
        for (file, content) in [
            ("setup.ts", "0"),
            ("src/index.ts", "1"),
            ("src/add.ts", "2"),
            ("unit.test.ts", "3"),
            ("worker.test.ts", "4"),
        ] {
            reach.add(path(file), content);
        }
        reach.import(path("src/index.ts"), path("src/add.ts"));
        reach.import(path("unit.test.ts"), path("src/add.ts"));
        reach.uses_worker(path("worker.test.ts"));
        reach
    }

    fn affected(file: &str) -> Affected {
        reach().affected_by([Utf8Path::new(file)])
    }

    fn files(names: &[&str]) -> Affected {
        Affected::Files(names.iter().map(Utf8PathBuf::from).collect())
    }

    #[test]
    fn a_change_is_about_what_imports_the_file_or_reaches_the_worker() {
        assert_eq!(affected("unit.test.ts"), files(&["unit.test.ts"]));
        assert_eq!(affected("src/index.ts"), files(&["src/index.ts", "worker.test.ts"]));
        let all = ["src/add.ts", "src/index.ts", "unit.test.ts", "worker.test.ts"];
        assert_eq!(affected("src/add.ts"), files(&all));
        assert_eq!(affected("setup.ts"), Affected::All);
    }

    #[test]
    fn what_a_file_is_made_of_counts_as_imported() {
        let (main, test) = (Utf8Path::new("src/index.ts"), Utf8Path::new("worker.test.ts"));
        let reach = reach();
        let imports = reach.imports([test].into_iter());
        let names = |file: &Utf8Path| imports[file].iter().map(|file| file.as_str()).collect::<Vec<_>>();
        assert_eq!(names(main), ["src/add.ts"]);
        assert_eq!(names(test), ["setup.ts", "src/index.ts"]);
    }

    #[test]
    fn files_that_came_went_or_hold_something_else_have_changed() {
        let (before, mut after) = (reach(), reach());
        after.add(Utf8Path::new("new.test.ts"), "5");
        after.contents.remove(Utf8Path::new("unit.test.ts"));
        after.contents.insert("src/add.ts".into(), vec!["other".into()]);
        let changed: Vec<_> = after.changed_since(&before).into_iter().map(String::from).collect();
        assert_eq!(changed, ["new.test.ts", "src/add.ts", "unit.test.ts"]);
    }
}
