//! Products of one kind each: rate limits, Images, Stream, flags, what is known of the version, loaders of code.

use serde_json::Value;

use super::{Bindings, whole};
use crate::{
    config::{
        origin::Spanned,
        vitest::{Named, WorkerOptions},
        wrangler::{UnsafeBinding, Wrangler},
    },
    plan::BindingKind,
};

/// Miniflare's period of a rate limit that has none, in seconds.
const DEFAULT_PERIOD: f64 = 60.0;

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for binding in &wrangler.unsafe_.bindings {
        if let Some(limit) = unsafe_rate_limit(binding) {
            found.add(&binding.name, limit);
        }
    }
    for limit in &wrangler.ratelimits {
        let kind = BindingKind::RateLimit {
            id: limit.namespace_id.value.clone(),
            limit: whole(limit.simple.limit.value),
            period: whole(limit.simple.period.value),
        };
        found.add(&limit.name, kind);
    }
    for flags in &wrangler.flagship {
        let app = flags.app_id.as_ref().unwrap_or(&flags.binding);
        found.add(&flags.binding, BindingKind::Flagship { id: app.value.clone() });
    }
    for hello in &wrangler.unsafe_hello_world {
        found.add(&hello.binding, hello_world(hello.enable_timer.as_ref().is_some_and(|timer| timer.value)));
    }
    for loader in &wrangler.worker_loaders {
        found.add(&loader.binding, worker_loader(&loader.binding));
    }
    if let Some(images) = &wrangler.images {
        found.add(&images.binding, BindingKind::Images { id: IMAGES.to_owned() });
    }
    if let Some(stream) = &wrangler.stream {
        found.add(&stream.binding, BindingKind::Stream { id: VIDEOS.to_owned() });
    }
    if let Some(version) = &wrangler.version_metadata {
        found.add(&version.binding, BindingKind::VersionMetadata);
    }
}

/// A Worker has one collection of images, and one of videos.
const IMAGES: &str = "images";
const VIDEOS: &str = "videos";

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    for Named { name, value: limit } in &options.ratelimits {
        let kind = BindingKind::RateLimit {
            id: limit.namespace_id.as_ref().unwrap_or(name).value.clone(),
            limit: whole(limit.limit.value),
            period: whole(limit.period.as_ref().map_or(DEFAULT_PERIOD, |period| period.value)),
        };
        found.add(name, kind);
    }
    for Named { name, value: app } in &options.flagship {
        found.add(name, BindingKind::Flagship { id: app.value.clone() });
    }
    for Named { name, value: timer } in &options.hello_world {
        found.add(name, hello_world(*timer));
    }
    for name in &options.worker_loaders {
        found.add(name, worker_loader(name));
    }
    for (name, kind) in [
        (&options.images, BindingKind::Images { id: IMAGES.to_owned() }),
        (&options.stream, BindingKind::Stream { id: VIDEOS.to_owned() }),
        (&options.version_metadata, BindingKind::VersionMetadata),
        (&options.unsafe_eval_binding, BindingKind::UnsafeEval),
    ] {
        if let Some(name) = name {
            found.add(name, kind);
        }
    }
}

fn hello_world(timer: bool) -> BindingKind {
    BindingKind::HelloWorld { id: format!("timer-{timer}"), timer }
}

fn worker_loader(name: &Spanned<String>) -> BindingKind {
    BindingKind::WorkerLoader { id: Some(name.value.clone()) }
}

/// The older way to write a rate limit.
fn unsafe_rate_limit(binding: &UnsafeBinding) -> Option<BindingKind> {
    let table = &binding.table.value;
    let simple = table.get("simple").filter(|_| binding.kind.value == "ratelimit")?;
    Some(BindingKind::RateLimit {
        id: table.get("namespace_id").map_or_else(|| binding.name.value.clone(), text),
        limit: whole(simple.get("limit")?.as_f64()?),
        period: whole(simple.get("period")?.as_f64()?),
    })
}

/// An id that is a string or a number.
fn text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
