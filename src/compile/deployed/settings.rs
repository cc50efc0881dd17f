//! From the wrangler file to what the bundler is told.

use crate::{
    bundle::production::Settings,
    compile::settings::module_rule,
    config::{
        origin::Spanned,
        wrangler::{self, Wrangler},
    },
};

/// How the Worker is bundled; `node` tells whether it has Node's modules.
pub(super) fn of(wrangler: &Wrangler, node: bool) -> Settings {
    let is = |key: &Option<Spanned<bool>>| key.as_ref().is_some_and(|value| value.value);
    let text = |key: &Option<Spanned<String>>| key.as_ref().map(|value| value.value.clone());
    let pairs = |list: &[wrangler::Replacement]| {
        list.iter().map(|it| (it.from.value.clone(), it.to.value.clone())).collect()
    };
    Settings {
        no_bundle: is(&wrangler.no_bundle),
        minify: is(&wrangler.minify),
        forget_names: wrangler.keep_names.as_ref().is_some_and(|keep| !keep.value),
        define: pairs(&wrangler.define),
        alias: pairs(&wrangler.alias),
        rules: wrangler.rules.iter().filter_map(module_rule).collect(),
        jsx_factory: text(&wrangler.jsx_factory),
        jsx_fragment: text(&wrangler.jsx_fragment),
        tsconfig: text(&wrangler.tsconfig),
        find_additional_modules: is(&wrangler.find_additional_modules),
        base_dir: text(&wrangler.base_dir),
        node,
    }
}
