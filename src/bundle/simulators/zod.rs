//! `miniflare:zod` without what Miniflare's scripts do not use, and evaluated when it is first used: see
//! `runner-js/src/zod.ts`.

use camino::Utf8Path;

use super::SimulatorsError;
use crate::{
    bundle::esbuild::Build,
    cache::{Cache, Content, KeyBuilder},
    home::Home,
};

const ENTRY: &str = "src/zod.ts";
const USED: &str = "src/zod-used.ts";
const CACHE_ENTRY: &str = "zod.js";
const ARGUMENTS: [&str; 5] =
    ["--bundle", "--format=esm", "--platform=neutral", "--minify", "--external:node-internal:*"];

/// The module's text.
pub(super) fn bundle(home: &Home, cache: &Cache) -> Result<Content, SimulatorsError> {
    let entry = home.runner_js(ENTRY);
    let key = KeyBuilder::new()
        .file(&home.package("zod")?.join("package.json"))
        .file(&home.package("esbuild")?.join("package.json"))
        .stat(&entry)
        .stat(&home.runner_js(USED));
    let key = ARGUMENTS.iter().fold(key, |key, argument| key.text(argument)).finish();
    if let Some(content) = cache.find(CACHE_ENTRY, &key) {
        return Ok(content);
    }
    let folder = cache.folder().and_then(tempfile::tempdir_in).map_err(SimulatorsError::Cache)?;
    let output = Utf8Path::from_path(folder.path()).expect("it is in a UTF-8 folder").join(CACHE_ENTRY);
    let mut arguments = ARGUMENTS.map(str::to_owned).to_vec();
    arguments.push(entry.into_string());
    let executable = home.esbuild()?;
    Build { executable: &executable, directory: home.root(), output: &output, arguments, stdin: None }
        .run()?;
    let content = Content::from(std::fs::read(&output).map_err(SimulatorsError::Cache)?);
    cache.keep(CACHE_ENTRY, &key, &content);
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::bundle::simulators::{Scripts, products};

    /// Names that `text` uses of `object`, such as `string` in `z2.string()`.
    fn used(text: &str, object: &str) -> BTreeSet<String> {
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let access = format!("{object}.");
        let members = text.match_indices(&access).filter(|(at, _)| {
            !text[..*at].ends_with(|before: char| is_name(before) || before == '.' || before == '$')
        });
        members
            .map(|(at, found)| text[at + found.len()..].chars().take_while(|char| is_name(*char)).collect())
            .collect()
    }

    /// What `text` imports of `miniflare:zod`, and what it calls that.
    fn imported(text: &str) -> Vec<(&str, &str)> {
        let imports = text.match_indices("} from \"miniflare:zod\"");
        let names = imports.flat_map(|(end, _)| {
            let start = text[..end].rfind('{').unwrap() + 1;
            text[start..end].split(',').map(str::trim)
        });
        names.map(|name| name.split_once(" as ").unwrap_or((name, name))).collect()
    }

    #[test]
    fn all_that_scripts_use_of_zod_is_there() {
        let home = Home::at(env!("CARGO_MANIFEST_DIR"));
        let own = fs::read_to_string(home.runner_js(USED)).unwrap();
        let (_, own) = own.split_once("export const z = {").unwrap();
        let own: BTreeSet<&str> =
            own.lines().filter_map(|line| line.trim().split([',', ':']).next()).collect();
        let exported = ["z", "HexDataSchema", "Base64DataSchema", "HEX_REGEXP", "BASE64_REGEXP"];
        let scripts = Scripts::of(&home).unwrap();
        let mut found = BTreeSet::new();
        for script in products::scripts() {
            let text = String::from_utf8(scripts.read(script).unwrap()).unwrap();
            for (name, alias) in imported(&text) {
                assert!(exported.contains(&name), "{script} imports {name}");
                let used = if name == "z" { used(&text, alias) } else { BTreeSet::new() };
                assert!(
                    used.iter().all(|name| own.contains(name.as_str())),
                    "{script} uses {used:?} of {own:?}"
                );
                found.extend(used);
            }
        }
        assert!(found.len() > 10, "{found:?}");
    }
}
