//! Products that only Cloudflare has. A binding to one is there, so that it can be mocked; its calls fail.

use super::Bindings;
use crate::{
    config::{
        origin::Spanned,
        vitest::{Named, WorkerOptions},
        wrangler::Wrangler,
    },
    plan::BindingKind,
};

const AGENT_MEMORY: &str = "Agent Memory";
const AI: &str = "Workers AI";
const AI_SEARCH: &str = "AI Search";
const ANALYTICS_SQL: &str = "Analytics SQL";
const ARTIFACTS: &str = "Artifacts";
const BROWSER: &str = "Browser Rendering";
const DISPATCH: &str = "a dispatch namespace";
const K2: &str = "a K2 stream";
const MEDIA: &str = "Media Transformations";
const MTLS: &str = "an mTLS certificate";
const VECTORIZE: &str = "a Vectorize index";
const VPC: &str = "Workers VPC";

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for product in &wrangler.unsafe_.bindings {
        found.remote(&product.name, &format!("an unsafe binding of type `{}`", product.kind));
    }
    found.remotes(AGENT_MEMORY, wrangler.agent_memory.iter().map(|it| &it.binding));
    found.remotes(AI, wrangler.ai.iter().map(|it| &it.binding));
    found.remotes(AI_SEARCH, wrangler.ai_search.iter().map(|it| &it.binding));
    found.remotes(AI_SEARCH, wrangler.ai_search_namespaces.iter().map(|it| &it.binding));
    found.remotes(ANALYTICS_SQL, wrangler.analytics.iter().map(|it| &it.binding));
    found.remotes(ARTIFACTS, wrangler.artifacts.iter().map(|it| &it.binding));
    found.remotes(BROWSER, wrangler.browser.iter().map(|it| &it.binding));
    found.remotes(DISPATCH, wrangler.dispatch_namespaces.iter().map(|it| &it.binding));
    found.remotes(K2, wrangler.k2.iter().map(|it| &it.binding));
    found.remotes(MEDIA, wrangler.media.iter().map(|it| &it.binding));
    found.remotes(MTLS, wrangler.mtls_certificates.iter().map(|it| &it.binding));
    found.remotes(VECTORIZE, wrangler.vectorize.iter().map(|it| &it.binding));
    found.remotes(VPC, wrangler.vpc_services.iter().map(|it| &it.binding));
    found.remotes(VPC, wrangler.vpc_networks.iter().map(|it| &it.binding));
}

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    let named = [
        (AGENT_MEMORY, &options.agent_memory),
        (ARTIFACTS, &options.artifacts),
        (DISPATCH, &options.dispatch_namespaces),
        (K2, &options.k2),
        (MTLS, &options.mtls_certificates),
        (VECTORIZE, &options.vectorize),
        (VPC, &options.vpc_services),
        (VPC, &options.vpc_networks),
    ];
    for (product, bindings) in named {
        found.remotes(product, bindings.iter().map(|Named { name, .. }| name));
    }
    let searches = options.ai_search_namespaces.iter().chain(&options.ai_search_instances);
    found.remotes(AI_SEARCH, searches.map(|Named { name, .. }| name));
    found.remotes(AI, &options.ai);
    found.remotes(ANALYTICS_SQL, &options.analytics_sql);
    found.remotes(BROWSER, &options.browser_rendering);
    found.remotes(MEDIA, &options.media);
}

impl Bindings {
    fn remotes<'a>(&mut self, product: &str, names: impl IntoIterator<Item = &'a Spanned<String>>) {
        names.into_iter().for_each(|name| self.remote(name, product));
    }

    fn remote(&mut self, name: &Spanned<String>, product: &str) {
        self.add(name, BindingKind::Remote { product: product.to_owned() });
    }
}
