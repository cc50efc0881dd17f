//! Compiles a project, changes a variable of its Worker, and prints the configuration:
//! `cargo run --example as-a-library -- examples/hello GREETING "Good evening"`.

use std::{env, error::Error};

use wpt_gen::{
    Project, compile, emit,
    plan::{BindingKind, Provenance},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, name, text] = arguments.as_slice() else {
        return Err("usage: as-a-library <folder> <variable> <text>".into());
    };

    let project = Project::open(folder.as_str().into())?;
    let compilation = compile(&project).map_err(|problems| problems.render(false))?;

    // The plan is plain data. Whatever is made of it says why each part is there.
    let mut plan = compilation.plan;
    let bindings = &mut plan.worker.bindings;
    let binding = bindings.iter_mut().find(|binding| binding.name == *name).ok_or("no such variable")?;
    binding.kind = BindingKind::Text { value: text.clone() };
    binding.provenance = Provenance::rule("as-a-library", "changed by a program");

    // What people read, and what workerd reads: `workerd serve --binary --experimental -` takes it from stdin.
    let page = emit::text::config(&plan)?.page;
    let all: Vec<_> = plan.test_workers.iter().collect();
    let binary = emit::binary::config(&plan, &all, &compilation.modules, &[])?;
    println!("{page}\n# In binary, with all modules: {} bytes.", binary.message.len());
    Ok(())
}
