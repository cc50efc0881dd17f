//! Contents of files as bindings.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Bindings, Written};
use crate::{
    bundle::store::Modules,
    config::{
        origin::Spanned,
        vitest::{Contents, Named},
        wrangler::NamedFile,
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, ModuleSource},
    project::relative_path,
};

/// What a file becomes.
type Kind = fn(ModuleSource) -> BindingKind;

const TEXT: Kind = |source| BindingKind::TextModule { source };
const DATA: Kind = |source| BindingKind::DataModule { source };
const WASM: Kind = |source| BindingKind::WasmModule { source };

/// Reads files below a root.
pub(in crate::compile) struct Files<'a> {
    /// The project's root.
    pub(in crate::compile) root: &'a Utf8Path,
    /// Where the contents go.
    pub(in crate::compile) modules: &'a mut Modules,
}

pub(super) fn collect(
    written: Written<'_>,
    files: &mut Files<'_>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) {
    if let Some(wrangler) = written.wrangler {
        for (named, kind) in
            [(&wrangler.text_blobs, TEXT), (&wrangler.data_blobs, DATA), (&wrangler.wasm_modules, WASM)]
        {
            for NamedFile { name, path } in named {
                let file = relative_path(files.root, &wrangler.directory().join(&path.value));
                let file = path.clone().map(|_| file);
                files.bind(name, &file, kind, found, diagnostics);
            }
        }
    }
    let options = written.options;
    for (named, kind) in [
        (&options.text_blob_bindings, TEXT),
        (&options.data_blob_bindings, DATA),
        (&options.wasm_bindings, WASM),
    ] {
        for Named { name, value } in named {
            match &value.value {
                Contents::File(file) => {
                    let file = Spanned::new(file.clone(), value.origin.clone());
                    files.bind(name, &file, kind, found, diagnostics);
                }
                Contents::Bytes(bytes) => found.add(name, kind(files.store(name, bytes.clone()))),
            }
        }
    }
}

impl Files<'_> {
    fn bind(
        &mut self,
        name: &Spanned<String>,
        file: &Spanned<Utf8PathBuf>,
        kind: Kind,
        found: &mut Bindings,
        diagnostics: &mut Diagnostics,
    ) {
        match std::fs::read(self.root.join(&file.value)) {
            Ok(bytes) => {
                let source = self.store(name, bytes);
                found.add(name, kind(source));
            }
            Err(error) => {
                let title = format!("the file of the binding `{name}` cannot be read");
                let diagnostic =
                    file.origin.label(Diagnostic::error("missing-file", title), error.to_string());
                diagnostics.push(diagnostic);
            }
        }
    }

    fn store(&mut self, name: &Spanned<String>, bytes: Vec<u8>) -> ModuleSource {
        self.modules.file(&format!("bindings/{name}"), bytes)
    }
}
