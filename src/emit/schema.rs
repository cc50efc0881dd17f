//! The Rust form of `schema/workerd.capnp`, made by `build.rs`.

#[allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, dead_code)]
pub(super) mod workerd_capnp {
    include!(concat!(env!("OUT_DIR"), "/workerd_capnp.rs"));
}
