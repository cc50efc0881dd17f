//! Bindings of all kinds share the one `env` object, so a name may be used once.

use super::Wrangler;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Reports every binding whose name an earlier one has, with both places.
pub(super) fn report_duplicates(wrangler: &Wrangler, diagnostics: &mut Diagnostics) {
    let mut bindings: Vec<_> = wrangler.binding_names().collect();
    bindings.sort_by_key(|(_, _, origin)| origin.span.start);
    for (index, (name, kind, origin)) in bindings.iter().enumerate() {
        let Some((_, earlier_kind, earlier)) = bindings[..index].iter().find(|(earlier, ..)| earlier == name)
        else {
            continue;
        };
        let title = if kind == earlier_kind {
            format!("two {kind} bindings are named `{name}`")
        } else {
            format!("a {earlier_kind} and a {kind} binding are both named `{name}`")
        };
        let diagnostic = Diagnostic::error("duplicate-binding", title);
        let diagnostic = origin.label(diagnostic, format!("{kind} here"));
        diagnostics.push(
            earlier
                .label(diagnostic, format!("{earlier_kind} here"))
                .help("give each binding a name of its own: all of them are properties of `env`"),
        );
    }
}
