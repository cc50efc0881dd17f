//! Which test files and tests are run.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::Stop;
use crate::{bundle::globs::FileFilter, plan::Plan};

/// What is run.
#[derive(Clone, Debug, Args)]
pub(super) struct SelectionArguments {
    /// Run only test files whose path contains one of these.
    pub(super) filters: Vec<String>,
    /// Run only tests whose full name matches this regular expression.
    #[arg(long, alias = "testNamePattern", short = 't', value_name = "PATTERN")]
    pub(super) test_name_pattern: Option<String>,
    /// Succeed if there are no test files.
    #[arg(long, alias = "passWithNoTests")]
    pub(super) pass_with_no_tests: bool,
}

/// Leaves the test files that the command line's filters name.
pub(super) fn keep_wanted(plan: &mut Plan, root: &Utf8Path, filters: &[String]) -> Result<(), Stop> {
    let mut parsed = vec![];
    for filter in filters {
        let filter = FileFilter::parse(filter)?;
        if filter.line.is_some() {
            return Err(Stop::Message(
                "filters by line are not supported yet; name the test with -t".to_owned(),
            ));
        }
        parsed.push(filter);
    }
    let here = std::env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let here = here.as_deref().unwrap_or(root);
    plan.keep_files(&mut |file| {
        parsed.is_empty() || parsed.iter().any(|filter| filter.keeps(root, here, file))
    });
    Ok(())
}
