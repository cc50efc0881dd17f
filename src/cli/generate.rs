//! `wpt-gen gen`.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{
    CompileArguments, Exit, Format, print,
    serve::{self, ServingArguments},
};
use crate::{
    compile::Compilation,
    output,
    plan::INTERNAL_BINDING_PREFIX,
    project::{Project, relative_path},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    compile: CompileArguments,
    /// What for.
    #[arg(long, value_enum, default_value_t = Target::Test, value_name = "TARGET")]
    target: Target,
    #[command(flatten, next_help_heading = "With --target serve")]
    serving: ServingArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Run tests: .wpt/.
    Test,
    /// Serve the Worker without its tests: .wpt/serve/.
    Serve,
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    if arguments.target == Target::Serve {
        return serve::generate(&arguments.compile, &arguments.serving);
    }
    let arguments = &arguments.compile;
    let Some((project, compilations)) = arguments.compile() else { return Exit::BadInput };
    for compilation in &compilations {
        if let Err(error) = output::write(compilation) {
            arguments.problems().error(&error.to_string());
            return Exit::BadInput;
        }
    }
    let written: Vec<Written> =
        compilations.iter().map(|compilation| Written::of(&project, compilation)).collect();
    if arguments.format() == Format::Json {
        let projects: Vec<Value> = written.iter().map(Written::json).collect();
        print(&format!("{:#}\n", json!({ "projects": projects })));
    } else {
        for written in &written {
            print(&written.text());
        }
    }
    Exit::Success
}

/// What was written for a project.
struct Written<'a> {
    /// The project's name; empty if the config has no `test.projects`.
    name: &'a str,
    /// The generated folder, relative to the folder that was opened.
    folder: String,
    test_files: usize,
    bindings: usize,
    modules: usize,
}

impl<'a> Written<'a> {
    fn of(opened: &Project, compilation: &'a Compilation) -> Self {
        let plan = &compilation.plan;
        let bindings = plan.worker.bindings.iter();
        Self {
            name: compilation.name(),
            folder: relative_path(&opened.root, &compilation.folder()).into_string(),
            test_files: plan.test_files().count(),
            bindings: bindings.filter(|binding| !binding.name.starts_with(INTERNAL_BINDING_PREFIX)).count(),
            modules: plan.extensions.iter().map(|extension| extension.modules.len()).sum::<usize>()
                + plan.worker.modules.len(),
        }
    }

    fn text(&self) -> String {
        let Self { folder, test_files, bindings, modules, .. } = self;
        let counts =
            [(test_files, "test file"), (bindings, "binding"), (modules, "module")].map(|(count, what)| {
                let plural = if *count == 1 { "" } else { "s" };
                format!("{count} {what}{plural}")
            });
        format!("wrote {folder}: {}; see {folder}/SUMMARY.md\n", counts.join(", "))
    }

    fn json(&self) -> Value {
        let Self { name, folder, test_files, bindings, modules } = self;
        json!({ "name": name, "folder": folder, "testFiles": test_files, "bindings": bindings, "modules": modules })
    }
}
