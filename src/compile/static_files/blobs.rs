//! The contents of files as bindings: wrangler's `text_blobs` and `data_blobs`, and Miniflare's options for them.

use camino::{Utf8Path, Utf8PathBuf};

use super::Compiler;
use crate::{
    cache::hash,
    compile::{bindings::of, sources::similar_file},
    config::{
        origin::Spanned,
        vitest::{Contents, Named},
        wrangler::NamedFile,
    },
    diagnostic::Diagnostic,
    plan::BindingKind,
    project::relative_path,
};

/// As what a file is bound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blob {
    Text,
    Data,
}

impl Compiler<'_, '_> {
    pub(super) fn blobs(&mut self) {
        if let Some(wrangler) = self.wanted.written.wrangler {
            for (files, blob) in [(&wrangler.text_blobs, Blob::Text), (&wrangler.data_blobs, Blob::Data)] {
                for NamedFile { name, path } in files {
                    let file = wrangler.directory().join(&path.value);
                    let file = relative_path(&self.wanted.project.root, &file);
                    let contents = path.clone().map(|_| Contents::File(file));
                    if let Some(kind) = self.blob(&contents, blob) {
                        self.bind(name, kind);
                    }
                }
            }
            for NamedFile { name, path } in &wrangler.wasm_modules {
                self.refuse_wasm(name, &path.value);
            }
        }
        let options = self.wanted.written.options;
        for (files, blob) in
            [(&options.text_blob_bindings, Blob::Text), (&options.data_blob_bindings, Blob::Data)]
        {
            for Named { name, value } in files {
                if let Some(kind) = self.blob(value, blob) {
                    self.bindings.set(&name.value, kind, of(&name.origin));
                }
            }
        }
        for Named { name, value } in &options.wasm_bindings {
            let file = match &value.value {
                Contents::File(file) => file.as_str(),
                Contents::Bytes(_) => "./module.wasm",
            };
            self.refuse_wasm(name, file);
        }
    }

    fn blob(&mut self, contents: &Spanned<Contents>, blob: Blob) -> Option<BindingKind> {
        let bytes = match &contents.value {
            Contents::Bytes(bytes) => bytes.clone(),
            Contents::File(file) => self.read(&contents.clone().map(|_| file.clone()))?,
        };
        if blob == Blob::Text && str::from_utf8(&bytes).is_err() {
            let diagnostic = Diagnostic::error("not-text", "a text blob is not UTF-8 text")
                .help("bind it as a data blob to get its bytes");
            self.diagnostics.push(contents.origin.label(diagnostic, ""));
            return None;
        }
        let name = &hash(&bytes)[..16];
        Some(match blob {
            Blob::Text => {
                BindingKind::TextModule { source: self.modules.file(&format!("blobs/{name}.txt"), bytes) }
            }
            Blob::Data => {
                BindingKind::DataModule { source: self.modules.file(&format!("blobs/{name}.bin"), bytes) }
            }
        })
    }

    fn read(&mut self, file: &Spanned<Utf8PathBuf>) -> Option<Vec<u8>> {
        let root = &self.wanted.project.root;
        let error = match std::fs::read(root.join(&file.value)) {
            Ok(bytes) => return Some(bytes),
            Err(error) => error,
        };
        let diagnostic = Diagnostic::error("missing-file", format!("cannot read {}: {error}", file.value));
        let diagnostic = match similar_file(root, &file.value) {
            Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
            None => diagnostic,
        };
        self.diagnostics.push(file.origin.label(diagnostic, ""));
        None
    }

    /// workerd takes Wasm bindings in service workers only.
    fn refuse_wasm(&mut self, name: &Spanned<String>, file: &str) {
        let file = Utf8Path::new(file);
        let specifier = if file.starts_with(".") { file.to_string() } else { format!("./{file}") };
        let title = format!("the Wasm binding `{name}` does not work in an ES module Worker");
        let help = format!("import the file instead: `import {name} from \"{specifier}\"`");
        self.diagnostics.push(name.origin.label(Diagnostic::error("wasm-binding", title).help(help), ""));
    }
}
