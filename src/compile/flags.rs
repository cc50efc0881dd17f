//! The compatibility flags that a Worker has of its own.

use super::bindings::of;
use crate::{
    compat::OwnFlag,
    config::{origin::Spanned, vitest::WorkerOptions, wrangler::Wrangler},
    plan::Flag,
};

/// The flags of the wrangler file, then those that the options add.
pub(super) fn own(wrangler: Option<&Wrangler>, options: &WorkerOptions) -> Vec<OwnFlag> {
    let own_flag = |flag: &Spanned<String>| OwnFlag {
        flag: Flag { name: flag.value.clone(), provenance: of(&flag.origin) },
        origin: Some(flag.origin.clone()),
    };
    let written = wrangler.into_iter().flat_map(|wrangler| &wrangler.compatibility_flags);
    // A flag that the file has twice is a problem of the file's; one that the options say again is not.
    let mut flags: Vec<OwnFlag> = written.map(own_flag).collect();
    for flag in &options.compatibility_flags {
        if flags.iter().all(|own| own.flag.name != flag.value) {
            flags.push(own_flag(flag));
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        config::wrangler,
        diagnostic::{Diagnostics, SourceFile},
    };

    #[test]
    fn only_the_options_may_repeat_a_flag() {
        let text = r#"{ "compatibility_flags": ["rpc", "rpc"] }"#;
        let file = Arc::new(SourceFile::new("wrangler.json", text));
        let wrangler = wrangler::read(&file, None, &mut Diagnostics::new()).unwrap();
        let again = wrangler.compatibility_flags[..1].to_vec();
        let options = WorkerOptions { compatibility_flags: again, ..WorkerOptions::default() };
        let flags = own(Some(&wrangler), &options);
        assert_eq!(flags.iter().map(|own| own.flag.name.as_str()).collect::<Vec<_>>(), ["rpc", "rpc"]);
    }
}
