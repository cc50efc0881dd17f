//! `remote`: the wish for a deployed resource, which a compiled test run never reaches.

use super::table::{Scalar, Slot};
use crate::{
    config::{
        origin::Spanned,
        tree::{Fields, Reader},
    },
    diagnostic::Diagnostic,
};

/// The `remote` of a binding; `true` is reported as ignored.
#[derive(Clone, Debug, Default)]
pub struct Remote(pub Option<Spanned<bool>>);

impl Slot for Remote {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Self> {
        let remote = fields.get(key).and_then(|field| bool::read(reader, &field));
        if let Some(remote) = remote.as_ref().filter(|remote| remote.value) {
            let path = &fields.table().path;
            let diagnostic = Diagnostic::warning("remote-binding", format!("`{path}.{key}` is ignored"));
            reader.diagnostics.push(remote.origin.label(diagnostic, "tests never reach a deployed resource"));
        }
        Some(Self(remote))
    }
}
