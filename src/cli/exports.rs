//! `wpt-gen exports`.

use std::collections::BTreeMap;

use super::{CompileArguments, Exit, Format, print};
use crate::{
    compile::Compilation,
    plan::{Export, Provenance},
};

pub(super) fn run(arguments: &CompileArguments) -> Exit {
    let Some((_, compilations)) = arguments.compile() else { return Exit::BadInput };
    print(&match arguments.format() {
        Format::Text | Format::Github => tables(&compilations),
        Format::Json => json(&compilations),
    });
    Exit::Success
}

/// A table for each project, below its name if there are several.
fn tables(compilations: &[Compilation]) -> String {
    let tables = compilations.iter().map(|compilation| {
        let table = table(&compilation.plan.worker.exports);
        if compilations.len() == 1 { table } else { format!("{}\n{table}", compilation.name()) }
    });
    tables.collect::<Vec<_>>().join("\n")
}

/// A list; with several projects, an object of lists by their names.
fn json(compilations: &[Compilation]) -> String {
    let text = match compilations {
        [one] => serde_json::to_string_pretty(&one.plan.worker.exports),
        several => {
            let lists = several.iter().map(|it| (it.name(), &it.plan.worker.exports));
            serde_json::to_string_pretty(&lists.collect::<BTreeMap<_, _>>())
        }
    };
    text.unwrap_or_default() + "\n"
}

/// One line for each export, below a line of headings.
fn table(exports: &[Export]) -> String {
    let headings = ["name", "kind", "evidence", "provenance"].map(str::to_owned);
    let rows = exports.iter().map(|export| {
        let provenance = match &export.provenance {
            Provenance::Source { .. } => export.provenance.to_string(),
            Provenance::Rule { reason, .. } => reason.clone(),
        };
        [export.name.clone(), export.kind.name().to_owned(), export.evidence.clone(), provenance]
    });
    let rows: Vec<[String; 4]> = std::iter::once(headings).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let lines = rows.iter().map(|[name, kind, evidence, provenance]| {
        let [first, second, third] = widths;
        format!("{name:first$}  {kind:second$}  {evidence:third$}  {provenance}\n")
    });
    lines.collect()
}
