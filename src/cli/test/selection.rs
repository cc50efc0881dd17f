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
    report::frames::SourceMaps,
    runtime::session::Location,
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
        if filters.iter().any(|filter| filter.line.is_some())
            && arguments.flags.is("includeTaskLocation") == Some(false)
        {
            let message = "Received line number filters while `includeTaskLocation` option is disabled";
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

    /// The lines that filters name, by test file, absolute; `maps` knows the files relative to `root`. As in Vitest, only an
    /// exact path goes with a line.
    pub(super) fn locations(
        &self,
        files: &[(String, Utf8PathBuf)],
        root: &Utf8Path,
        maps: &dyn SourceMaps,
    ) -> Result<HashMap<Utf8PathBuf, Vec<Location>>, Stop> {
        let mut locations: HashMap<Utf8PathBuf, Vec<Location>> = HashMap::new();
        for filter in &self.filters {
            let Some(line) = filter.line else { continue };
            let file = self.absolute(&filter.path);
            if !files.iter().any(|(_, known)| *known == file) {
                return Err(Stop::Message(format!(
                    "Couldn't find file {}. Note when specifying the test location you have to specify the full test \
                     filename.",
                    filter.path
                )));
            }
            let name = file.strip_prefix(root).unwrap_or(&file);
            let compiled = maps.compiled_lines(name.as_str(), line);
            locations.entry(file).or_default().push(Location { line, compiled });
        }
        Ok(locations)
    }

    /// A path as it was given, without `.` and `..`.
    fn absolute(&self, path: &str) -> Utf8PathBuf {
        normalize(&self.here.join(path))
    }
}
