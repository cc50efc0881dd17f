//! Turns the committed code-generation request of `schema/workerd.capnp` into Rust.
//!
//! No `capnp` program takes part: `schema/regenerate.py` wrote the request, `schema/check.py` proves it.

use std::{env, error::Error, fs::File, path::PathBuf};

const REQUEST: &str = "schema/workerd.cgr";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={REQUEST}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    capnpc::codegen::CodeGenerationCommand::new()
        .output_directory(out)
        // Where `src/emit/schema.rs` includes the result: generated paths start there.
        .default_parent_module(vec!["emit".into(), "schema".into()])
        .run(File::open(REQUEST)?)?;
    Ok(())
}
