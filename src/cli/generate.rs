//! `wpt-gen gen`.

use clap::Args;

use super::{Exit, ProjectArguments, print_diagnostics, print_error};
use crate::{
    compile::{Compilation, compile_projects},
    output,
    plan::INTERNAL_BINDING_PREFIX,
    project::{Project, relative_path},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    project: ProjectArguments,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let project = match arguments.project.open() {
        Ok(project) => project,
        Err(error) => {
            print_error(&error);
            return Exit::BadInput;
        }
    };
    let compilations = match compile_projects(&project) {
        Ok(compilations) => compilations,
        Err(diagnostics) => {
            print_diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    for compilation in &compilations {
        print_diagnostics(&compilation.warnings);
        if let Err(error) = output::write(compilation) {
            print_error(&error.to_string());
            return Exit::BadInput;
        }
        println!("{}", written(&project, compilation));
    }
    Exit::Success
}

/// One line on what was written for a project.
fn written(opened: &Project, compilation: &Compilation) -> String {
    let plan = &compilation.plan;
    let folder = relative_path(&opened.root, &compilation.folder());
    let bindings = plan.worker.bindings.iter();
    format!(
        "wrote {folder}: {} test files, {} bindings, {} modules",
        plan.test_files().count(),
        bindings.filter(|binding| !binding.name.starts_with(INTERNAL_BINDING_PREFIX)).count(),
        plan.extensions.iter().map(|extension| extension.modules.len()).sum::<usize>()
            + plan.worker.modules.len(),
    )
}
