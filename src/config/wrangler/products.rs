//! Bindings to products of one kind each: most take nothing but a name.

use super::{remote::Remote, table::table};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Reader},
    },
    diagnostic::Diagnostic,
};

table! {
    /// `browser`, `images`, `media`, `stream` or `analytics`.
    pub struct Product {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// Whether it asks for the deployed product.
        remote: Remote,
    }

    /// The `ai` table.
    pub struct Ai {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// Whether it asks for Workers AI's staging.
        staging: Option<Spanned<bool>>,
        /// Whether it asks for the deployed product.
        remote: Remote,
    }

    /// The `version_metadata` table.
    pub struct VersionMetadata {
        /// Its name in `env`.
        binding: Spanned<String>,
    }

    /// One of `ai_search`.
    pub struct AiSearch {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The instance.
        instance_name: Spanned<String>,
        /// Whether it asks for the deployed instance.
        remote: Remote,
    }

    /// One of `ai_search_namespaces` or `agent_memory`.
    pub struct Namespace {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The namespace.
        namespace: Spanned<String>,
        /// Whether it asks for the deployed namespace.
        remote: Remote,
    }

    /// One of `flagship`.
    pub struct Flagship {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The app's id.
        app_id: Option<Spanned<String>>,
        /// Whether it asks for the deployed app.
        remote: Remote,
    }

    /// One of `unsafe_hello_world`.
    pub struct HelloWorld {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// Whether it has a timer.
        enable_timer: Option<Spanned<bool>>,
    }

    /// One of `ratelimits`.
    pub struct RateLimit {
        /// Its name in `env`.
        name: Spanned<String>,
        /// The counters it shares with others.
        namespace_id: Spanned<String>,
        /// The limit itself.
        simple: SimpleRateLimit,
    }

    /// The `simple` of a rate limit.
    pub struct SimpleRateLimit {
        /// How many calls succeed in a period.
        limit: Spanned<f64>,
        /// The period, in seconds.
        period: Spanned<f64>,
    } check check_period
}

impl SimpleRateLimit {
    fn check_period(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        let periods = ["10", "60"];
        if !periods.contains(&self.period.value.to_string().as_str()) {
            let title = format!("`{}.period` cannot be {}", field.path, self.period.value);
            let diagnostic = Diagnostic::error("wrong-value", title);
            reader.diagnostics.push(self.period.origin.label(diagnostic, "expected 10 or 60, in seconds"));
        }
    }
}
