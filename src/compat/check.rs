//! What is wrong with the flags that a Worker is given.

use super::{OwnFlag, installed::Workerd, known};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};

/// Reports flags that workerd does not know, that are given twice, or that say the opposite of each other. For any Worker.
pub fn check(own: &[OwnFlag], workerd: Workerd<'_>, diagnostics: &mut Diagnostics) {
    for (index, flag) in own.iter().enumerate() {
        let name = flag.flag.name.as_str();
        if !workerd.knows(name) {
            diagnostics.push(unknown(flag));
            continue;
        }
        let before = &own[..index];
        if let Some(first) = before.iter().find(|other| other.flag.name == name) {
            let diagnostic = Diagnostic::error("repeated-flag", format!("the flag `{name}` is given twice"));
            let diagnostic = flag.label(diagnostic, "leave it out");
            diagnostics.push(first.label(diagnostic, "it is here already"));
        } else if let Some(other) = before.iter().find(|other| is_opposite(&other.flag.name, name)) {
            let title = format!("`{}` and `{name}` contradict each other", other.flag.name);
            let diagnostic = flag.label(Diagnostic::error("contradicting-flags", title), "says the opposite");
            let diagnostic = other.label(diagnostic, "");
            diagnostics.push(diagnostic.help("keep the one that the deployed Worker is to have"));
        } else if let Some(other) = before.iter().find(|other| both_nodes(&other.flag.name, name)) {
            let title = "`nodejs_compat` and `nodejs_compat_v2` cannot be used together";
            let diagnostic = flag.label(Diagnostic::error("contradicting-flags", title), "");
            let diagnostic = other.label(diagnostic, "");
            diagnostics
                .push(diagnostic.help("wrangler refuses to deploy such a Worker: keep `nodejs_compat`"));
        }
    }
}

fn unknown(flag: &OwnFlag) -> Diagnostic {
    let name = flag.flag.name.as_str();
    let title = format!("workerd knows no compatibility flag `{name}`");
    let diagnostic = flag.label(Diagnostic::error("unknown-flag", title), "");
    let plain = name.strip_prefix("experimental:").unwrap_or(name).to_lowercase().replace('-', "_");
    match nearest(&plain, known::names()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(
            "the flags are listed at https://developers.cloudflare.com/workers/configuration/compatibility-flags/",
        ),
    }
}

/// Whether two names are those of one flag.
fn is_opposite(one: &str, other: &str) -> bool {
    let of = |name| known::find(name).map(|flag| flag.enable);
    one != other && of(one).is_some() && of(one) == of(other)
}

fn both_nodes(one: &str, other: &str) -> bool {
    matches!((one, other), ("nodejs_compat", "nodejs_compat_v2") | ("nodejs_compat_v2", "nodejs_compat"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use camino::Utf8Path;

    use super::*;
    use crate::{
        cache::Cache,
        config::origin::Origin,
        diagnostic::SourceFile,
        home::Home,
        plan::{Flag, Provenance},
    };

    /// The problems of a wrangler file with these flags.
    fn problems(text: &str) -> String {
        let file = Arc::new(SourceFile::new("wrangler.json", text.to_owned()));
        let own: Vec<OwnFlag> = text
            .match_indices('"')
            .step_by(2)
            .zip(text.match_indices('"').skip(1).step_by(2))
            .map(|((start, _), (end, _))| OwnFlag {
                flag: Flag {
                    name: text[start + 1..end].to_owned(),
                    provenance: Provenance::source("wrangler.json", 1),
                },
                origin: Some(Origin::new(&file, start..end + 1)),
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::of_project(Utf8Path::from_path(folder.path()).unwrap());
        let home = Home::find().unwrap();
        let mut diagnostics = Diagnostics::new();
        check(&own, Workerd { home: &home, cache: &cache }, &mut diagnostics);
        diagnostics.render(false)
    }

    #[test]
    fn flags_of_workerd_are_right() {
        assert_eq!(problems(r#"["nodejs_compat", "no_rpc", "experimental", "unsafe_module"]"#), "");
    }

    #[test]
    fn an_unknown_flag_is_an_error() {
        insta::assert_snapshot!(
            problems(r#"["node_compat", "Nodejs-Compat", "experimental:nodejs_compat_v2", "x"]"#),
            @r#"
        error[unknown-flag]: workerd knows no compatibility flag `node_compat`
         --> wrangler.json:1:2
          |
        1 | ["node_compat", "Nodejs-Compat", "experimental:nodejs_compat_v2", "x"]
          |  ^^^^^^^^^^^^^
          |
          = help: did you mean `nodejs_compat`?

        error[unknown-flag]: workerd knows no compatibility flag `Nodejs-Compat`
         --> wrangler.json:1:17
          |
        1 | ["node_compat", "Nodejs-Compat", "experimental:nodejs_compat_v2", "x"]
          |                 ^^^^^^^^^^^^^^^
          |
          = help: did you mean `nodejs_compat`?

        error[unknown-flag]: workerd knows no compatibility flag `experimental:nodejs_compat_v2`
         --> wrangler.json:1:34
          |
        1 | ["node_compat", "Nodejs-Compat", "experimental:nodejs_compat_v2", "x"]
          |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: did you mean `nodejs_compat_v2`?

        error[unknown-flag]: workerd knows no compatibility flag `x`
         --> wrangler.json:1:67
          |
        1 | ["node_compat", "Nodejs-Compat", "experimental:nodejs_compat_v2", "x"]
          |                                                                   ^^^
          |
          = help: the flags are listed at https://developers.cloudflare.com/workers/configuration/compatibility-flags/
        "#
        );
    }

    #[test]
    fn flags_that_contradict_each_other_are_errors() {
        insta::assert_snapshot!(
            problems(r#"["rpc", "no_rpc", "rpc", "nodejs_compat_v2", "nodejs_compat"]"#),
            @r#"
        error[contradicting-flags]: `rpc` and `no_rpc` contradict each other
         --> wrangler.json:1:9
          |
        1 | ["rpc", "no_rpc", "rpc", "nodejs_compat_v2", "nodejs_compat"]
          |  -----  ^^^^^^^^ says the opposite
          |
          = help: keep the one that the deployed Worker is to have

        error[repeated-flag]: the flag `rpc` is given twice
         --> wrangler.json:1:19
          |
        1 | ["rpc", "no_rpc", "rpc", "nodejs_compat_v2", "nodejs_compat"]
          |  -----            ^^^^^ leave it out
          |  |
          |  it is here already

        error[contradicting-flags]: `nodejs_compat` and `nodejs_compat_v2` cannot be used together
         --> wrangler.json:1:46
          |
        1 | ["rpc", "no_rpc", "rpc", "nodejs_compat_v2", "nodejs_compat"]
          |                          ------------------  ^^^^^^^^^^^^^^^
          |
          = help: wrangler refuses to deploy such a Worker: keep `nodejs_compat`
        "#
        );
    }
}
