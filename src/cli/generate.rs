//! `wpt-gen gen`.

use clap::Args;

use super::{Exit, ProjectArguments, output_folder, print_diagnostics, print_error};
use crate::{compile::compile, output, plan::INTERNAL_BINDING_PREFIX};

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
    let compilation = match compile(&project) {
        Ok(compilation) => compilation,
        Err(diagnostics) => {
            print_diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    print_diagnostics(&compilation.warnings);
    let folder = output_folder(&project.root);
    if let Err(error) = output::write(&compilation, &folder) {
        print_error(&error.to_string());
        return Exit::BadInput;
    }
    let plan = &compilation.plan;
    println!(
        "wrote .wpt: {} test files, {} bindings, {} modules",
        plan.test_workers.len(),
        plan.worker
            .bindings
            .iter()
            .filter(|binding| !binding.name.starts_with(INTERNAL_BINDING_PREFIX))
            .count(),
        plan.extensions.iter().map(|extension| extension.modules.len()).sum::<usize>()
            + plan.worker.modules.len(),
    );
    Exit::Success
}
