//! Files that are served: static assets, and Workers Sites before them.

use super::table::{Value, choice, table};
use crate::config::{
    origin::Spanned,
    tree::{Field, Reader},
};

table! {
    /// The `assets` table.
    pub struct Assets {
        /// The folder of the files; one that a build tool fills in may be missing.
        directory: Option<Spanned<String>>,
        /// The name in `env` of the binding that serves them, if there is one.
        binding: Option<Spanned<String>>,
        /// How HTML files get their paths.
        html_handling: Option<Spanned<HtmlHandling>>,
        /// What answers a path without a file.
        not_found_handling: Option<Spanned<NotFoundHandling>>,
        /// The path all files are under, such as `/docs/`.
        base_path: Option<Spanned<String>>,
        /// Which requests the Worker gets before the assets.
        run_worker_first: Option<RunWorkerFirst>,
    }

    /// The `site` table: Workers Sites.
    pub struct Site {
        /// The folder of the files.
        bucket: Spanned<String>,
        /// The older name of `main`.
        entry_point = "entry-point": Option<Spanned<String>>,
        /// Globs of the files to take.
        include: Option<Vec<Spanned<String>>>,
        /// Globs of the files to leave out.
        exclude: Option<Vec<Spanned<String>>>,
    }
}

choice! {
    /// `assets.html_handling`.
    pub enum HtmlHandling {
        /// A slash for `index.html` files, none for others.
        AutoTrailingSlash = "auto-trailing-slash",
        /// Always a slash.
        ForceTrailingSlash = "force-trailing-slash",
        /// Never a slash.
        DropTrailingSlash = "drop-trailing-slash",
        /// Files are found by their own path alone.
        None = "none",
    }

    /// `assets.not_found_handling`.
    pub enum NotFoundHandling {
        /// The top `index.html`, as a success.
        SinglePageApplication = "single-page-application",
        /// The nearest `404.html`.
        NotFoundPage = "404-page",
        /// An empty answer of status 404.
        None = "none",
    }
}

/// `assets.run_worker_first`.
#[derive(Clone, Debug)]
pub enum RunWorkerFirst {
    /// All requests or none.
    Always(Spanned<bool>),
    /// Requests of these paths; a `!` in front takes paths away.
    Paths(Vec<Spanned<String>>),
}

impl Value for RunWorkerFirst {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        use crate::config::tree::Value as Node;
        match field.node.value {
            Node::Bool(_) => field.bool(reader).map(Self::Always),
            Node::Array(_) => field.strings(reader).map(Self::Paths),
            _ => {
                reader.wrong_type(field, "`true`, `false` or an array of paths");
                None
            }
        }
    }
}
