//! What a plugin throws, as it is shown.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::{
    diagnostic::{Diagnostic, SourceFile},
    project::relative_path,
};

/// Why the plugins give no answer.
#[derive(Clone, Debug, Deserialize)]
pub struct PluginProblem {
    /// What was said.
    pub message: String,
    /// The stack of the error; may be empty.
    #[serde(default)]
    pub stack: String,
    /// The plugin that threw; nothing if it is the config that cannot be opened.
    #[serde(default)]
    pub plugin: Option<String>,
    /// Its hook.
    #[serde(default)]
    pub hook: Option<String>,
    /// The place in a source that the plugin complains of.
    #[serde(default)]
    pub place: Option<Place>,
}

/// A place in a source.
#[derive(Clone, Debug, Deserialize)]
pub struct Place {
    /// A module's id.
    pub file: String,
    /// From one.
    pub line: usize,
    /// From zero.
    pub column: usize,
}

impl PluginProblem {
    /// A problem that no plugin is to blame for.
    pub fn new(message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            message: message.into(),
            stack: String::new(),
            plugin: None,
            hook: None,
            place: None,
        })
    }

    /// The error about the module or import that was asked for, as `asked` names it.
    pub(super) fn diagnostic(&self, root: &Utf8Path, asked: &str) -> Diagnostic {
        let message = self.message.replace(&format!("{root}/"), "");
        let message = message.trim();
        let Some(plugin) = &self.plugin else {
            let title = format!("the Vite plugins of the Vitest config cannot be asked: {message}");
            return Diagnostic::error("vite-plugins", title);
        };
        let hook = self.hook.as_deref().unwrap_or("hooks");
        let title = format!("the Vite plugin `{plugin}` threw in `{hook}` for {asked}: {message}");
        let diagnostic = Diagnostic::error("vite-plugin", title);
        match self.place.as_ref().and_then(|place| place.find(root)) {
            Some((file, at)) => diagnostic.label(&file, at..at, "here"),
            None => match self.frame(root) {
                Some(frame) => diagnostic.help(format!("thrown {frame}")),
                None => diagnostic,
            },
        }
    }

    /// The first line of the stack that is in a file of the project's, or else of a package's.
    fn frame(&self, root: &Utf8Path) -> Option<String> {
        let frames: Vec<&str> =
            self.stack.lines().map(str::trim).filter(|line| line.starts_with("at ")).collect();
        let own = frames.iter().find(|line| line.contains(root.as_str()) && !line.contains("/node_modules/"));
        let frame = own.or_else(|| frames.first())?;
        Some(frame.replace("file://", "").replace(&format!("{root}/"), ""))
    }
}

impl Place {
    fn find(&self, root: &Utf8Path) -> Option<(Arc<SourceFile>, usize)> {
        let path = Utf8PathBuf::from(self.file.split('?').next().unwrap_or_default());
        let text = std::fs::read_to_string(&path).ok()?;
        let before: usize = text.split_inclusive('\n').take(self.line.saturating_sub(1)).map(str::len).sum();
        let at = (before + self.column).min(text.len());
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at))?;
        Some((Arc::new(SourceFile::new(relative_path(root, &path), text)), at))
    }
}
