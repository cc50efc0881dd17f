//! The compatibility flags that a Worker has of its own.

use super::bindings::of;
use crate::{
    compat::OwnFlag,
    config::{vitest::WorkerOptions, wrangler::Wrangler},
    plan::Flag,
};

/// The flags of the wrangler file, then those that the options add.
pub(super) fn own(wrangler: Option<&Wrangler>, options: &WorkerOptions) -> Vec<OwnFlag> {
    let written = wrangler.into_iter().flat_map(|wrangler| &wrangler.compatibility_flags);
    let mut flags: Vec<OwnFlag> = vec![];
    for flag in written.chain(&options.compatibility_flags) {
        if flags.iter().all(|own| own.flag.name != flag.value) {
            let origin = flag.origin.clone();
            let flag = Flag { name: flag.value.clone(), provenance: of(&origin) };
            flags.push(OwnFlag { flag, origin: Some(origin) });
        }
    }
    flags
}
