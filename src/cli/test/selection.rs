//! Which test files and tests are run.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Stop, arguments::Arguments};
use crate::{
    bundle::{
        dependencies::normalize,
        globs::{FileFilter, TestGlobs},
    },
    compile::Compilation,
    plan::Plan,
};

/// What the command line asks for.
pub(super) struct Selection {
    filters: Vec<FileFilter>,
    /// The folder in which the command was given.
    here: Utf8PathBuf,
    /// Globs of files that are left out, as they were given.
    excluded: Vec<String>,
    /// The folder that test files are to be in; absolute.
    folder: Option<Utf8PathBuf>,
}

impl Selection {
    /// Reads the filters and flags.
    pub(super) fn new(arguments: &Arguments, root: &Utf8Path) -> Result<Self, Stop> {
        let filters = arguments.filters();
        let filters =
            filters.iter().map(|filter| FileFilter::parse(filter)).collect::<Result<Vec<_>, _>>()?;
        if filters.iter().any(|filter| filter.line.is_some()) {
            let message = "filters by line are not supported yet; name the test with -t";
            return Err(Stop::Message(message.to_owned()));
        }
        let here = std::env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
        let folder = arguments.flags.list("dir").next();
        Ok(Self {
            filters,
            here: here.unwrap_or_else(|| root.to_owned()),
            excluded: arguments.flags.list("exclude").map(str::to_owned).collect(),
            folder: folder.map(|folder| root.join(folder)),
        })
    }

    /// Whether a filter names a line.
    pub(super) fn has_lines(&self) -> bool {
        self.filters.iter().any(|filter| filter.line.is_some())
    }

    /// Leaves the wanted test files of a project.
    pub(super) fn apply(&self, plan: &mut Plan, compilation: &Compilation) -> Result<(), Stop> {
        let root = &compilation.project.root;
        let dir = self.folder.as_ref().unwrap_or(&compilation.test.dir);
        let globs = TestGlobs::new(dir, &[], &self.excluded, &[])?;
        plan.keep_files(&mut |file| {
            let path = root.join(file);
            self.folder.as_ref().is_none_or(|folder| path.starts_with(folder))
                && !path.strip_prefix(dir).is_ok_and(|file| globs.excludes(file))
                && (self.filters.is_empty()
                    || self.filters.iter().any(|filter| filter.keeps(root, &self.here, file)))
        });
        Ok(())
    }

    /// The lines that filters name, by test file, absolute. As in Vitest, only an exact path goes with a line.
    pub(super) fn lines<'f>(
        &self,
        files: impl Iterator<Item = &'f Utf8Path>,
    ) -> Result<HashMap<Utf8PathBuf, Vec<u32>>, Stop> {
        let mut lines: HashMap<Utf8PathBuf, Vec<u32>> = HashMap::new();
        for filter in &self.filters {
            if let Some(line) = filter.line {
                lines.entry(self.absolute(&filter.path)).or_default().push(line);
            }
        }
        if lines.is_empty() {
            return Ok(lines);
        }
        let files: Vec<&Utf8Path> = files.collect();
        for filter in self.filters.iter().filter(|filter| filter.line.is_some()) {
            if !files.contains(&self.absolute(&filter.path).as_path()) {
                return Err(Stop::Message(format!(
                    "Couldn't find file {}. Note when specifying the test location you have to specify the full test \
                     filename.",
                    filter.path
                )));
            }
        }
        Ok(lines)
    }

    /// A path as it was given, without `.` and `..`.
    fn absolute(&self, path: &str) -> Utf8PathBuf {
        normalize(&self.here.join(path))
    }
}
