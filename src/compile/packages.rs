//! The bundle of npm packages, and the flags that packages need which only tests use.

use crate::{
    bundle::dependencies::{self, Dependencies, DependenciesError},
    compat::{self, Flags, Needs, NodeNeed, OwnFlag},
    config::date::Date,
    project::Project,
};

use super::sources::Sources;

/// Bundles the packages that the sources import, and gives the flags to run the tests with.
///
/// # Errors
/// They cannot be bundled.
pub(super) fn bundle(
    project: &Project,
    sources: &Sources,
    own: &[OwnFlag],
    date: Date,
    mut needs: Needs,
) -> Result<(Flags, Dependencies), DependenciesError> {
    let Project { root, home, cache, .. } = project;
    let build = |node: bool| dependencies::build(root, &sources.dependencies, node, home, cache);
    let flags = compat::flags(own, date, &needs);
    let has_node = flags.settings(date).has_node_modules();
    let bundled = build(has_node);
    if sources.test_dependencies.is_empty() {
        return Ok((flags, bundled?));
    }
    // Packages that name Node's modules without `node:` cannot be bundled but with Node compatibility.
    let with_node = match &bundled {
        Ok(bundled) => bundled.clone(),
        Err(_) if has_node => return Ok((flags, bundled?)),
        Err(_) => match build(true) {
            Ok(with_node) => with_node,
            Err(_) => return Ok((flags, bundled?)),
        },
    };
    needs.node.extend(node_needs(sources, &with_node));
    let more = compat::flags(own, date, &needs);
    let dependencies = match more.settings(date).has_node_modules() {
        node if node == has_node => bundled?,
        node => build(node)?,
    };
    Ok((more, dependencies))
}

/// Node's modules that packages import which only tests use.
fn node_needs<'a>(
    sources: &'a Sources,
    dependencies: &'a Dependencies,
) -> impl Iterator<Item = NodeNeed> + use<'a> {
    sources.test_dependencies.iter().flat_map(|(url, file)| {
        let builtins = dependencies.builtins.get(url).into_iter().flatten();
        let package = url.trim_start_matches("/node_modules/");
        builtins.filter(|name| name.starts_with("node:")).map(move |name| NodeNeed {
            name: name.clone(),
            file: format!("the package {package}, which {file} imports,"),
        })
    })
}
