//! How a Worker is built, limited, placed, observed and reached.

use super::table::{Value, choice, table, within};
use crate::config::{
    origin::Spanned,
    tree::{self, Field, Reader},
};

table! {
    /// The `build` table: a command that has to run before the Worker is compiled.
    pub struct Build {
        /// The command, for a shell.
        command: Option<Spanned<String>>,
        /// The folder it runs in.
        cwd: Option<Spanned<String>>,
        /// The files and folders it reads; wrangler's default is `./src`.
        watch_dir: Option<OneOrMany>,
    }

    /// The `limits` table.
    pub struct Limits {
        /// The most CPU time of one invocation, in milliseconds.
        cpu_ms: Option<Spanned<f64>>,
        /// The most requests one invocation may make.
        subrequests: Option<Spanned<f64>>,
    }

    /// The `placement` table.
    pub struct Placement {
        /// How the place is chosen.
        mode: Option<Spanned<PlacementMode>>,
        /// Where to begin, for smart placement.
        hint: Option<Spanned<String>>,
        /// A cloud provider's region to be near to.
        region: Option<Spanned<String>>,
        /// A host and port to be near to.
        host: Option<Spanned<String>>,
        /// A host name to be near to.
        hostname: Option<Spanned<String>>,
    }

    /// The `observability` table.
    pub struct Observability {
        /// Whether logs and traces are kept.
        enabled: Option<Spanned<bool>>,
        /// The share of requests that are kept, from 0 to 1.
        head_sampling_rate: Option<Spanned<f64>>,
        /// Whether query strings are cut from what is kept.
        redact_query_string: Option<Spanned<bool>>,
        /// Real-time issues.
        issues: Option<ObservedIssues>,
        /// Logs.
        logs: Option<ObservedLogs>,
        /// Traces.
        traces: Option<ObservedTraces>,
    } check check_rate

    /// `observability.issues`.
    pub struct ObservedIssues {
        /// Whether they are found.
        enabled: Option<Spanned<bool>>,
    }

    /// `observability.logs`.
    pub struct ObservedLogs {
        /// Whether they are kept.
        enabled: Option<Spanned<bool>>,
        /// The share that is kept, from 0 to 1.
        head_sampling_rate: Option<Spanned<f64>>,
        /// Whether each invocation makes an entry.
        invocation_logs: Option<Spanned<bool>>,
        /// Whether Cloudflare stores them.
        persist: Option<Spanned<bool>>,
        /// Where else they go.
        destinations: Vec<Spanned<String>>,
    } check check_rate

    /// `observability.traces`.
    pub struct ObservedTraces {
        /// Whether they are kept.
        enabled: Option<Spanned<bool>>,
        /// The share that is kept, from 0 to 1.
        head_sampling_rate: Option<Spanned<f64>>,
        /// Whether Cloudflare stores them.
        persist: Option<Spanned<bool>>,
        /// Where else they go.
        destinations: Vec<Spanned<String>>,
    } check check_rate

    /// The `triggers` table.
    #[derive(Default)]
    pub struct Triggers {
        /// When the `scheduled` handler runs.
        crons: Vec<Spanned<String>>,
        /// Events of other products that start a workflow.
        events: Vec<EventTrigger>,
    }

    /// One of `triggers.events`.
    pub struct EventTrigger {
        /// The event.
        kind = "type": Spanned<EventType>,
        /// Which of these events.
        filter: Option<EventFilter>,
        /// What they start.
        targets: Vec<EventTarget>,
    }

    /// The `filter` of an event trigger.
    pub struct EventFilter {
        /// Only those of this namespace.
        namespace: Option<Spanned<String>>,
        /// Only those of this repository.
        repo_name: Option<Spanned<String>>,
    }

    /// One of an event trigger's `targets`.
    pub struct EventTarget {
        /// What it is: a workflow.
        kind = "type": Spanned<EventTargetType>,
        /// The workflow's name.
        workflow_name: Spanned<String>,
    }

    /// A route written as a table.
    pub struct RouteTable {
        /// The URL pattern, or the domain.
        pattern: Spanned<String>,
        /// The zone's id.
        zone_id: Option<Spanned<String>>,
        /// The zone's name.
        zone_name: Option<Spanned<String>>,
        /// Whether the pattern is a domain of the Worker's own.
        custom_domain: Option<Spanned<bool>>,
        /// Whether the domain serves the Worker.
        enabled: Option<Spanned<bool>>,
        /// Whether the domain serves previews.
        previews_enabled: Option<Spanned<bool>>,
    }
}

choice! {
    /// `placement.mode`.
    pub enum PlacementMode {
        /// Near the visitor.
        Off = "off",
        /// Near the services it calls.
        Smart = "smart",
        /// Near a given place.
        Targeted = "targeted",
    }

    /// The `type` of an event trigger: what happened to a repository of Artifacts.
    pub enum EventType {
        /// It was created.
        Created = "cf.artifacts.repo.created",
        /// It was deleted.
        Deleted = "cf.artifacts.repo.deleted",
        /// It was forked.
        Forked = "cf.artifacts.repo.forked",
        /// It was imported.
        Imported = "cf.artifacts.repo.imported",
        /// Something was pushed to it.
        Pushed = "cf.artifacts.repo.pushed",
        /// It was cloned.
        Cloned = "cf.artifacts.repo.cloned",
        /// It was fetched from.
        Fetched = "cf.artifacts.repo.fetched",
        /// A token for it was made.
        TokenCreated = "cf.artifacts.repo.token.created",
        /// A token for it was revoked.
        TokenRevoked = "cf.artifacts.repo.token.revoked",
    }

    /// What an event can start.
    pub enum EventTargetType {
        /// An instance of a workflow.
        Workflow = "workflow",
    }
}

/// A string, or an array of them.
#[derive(Clone, Debug)]
pub struct OneOrMany(pub Vec<Spanned<String>>);

impl Value for OneOrMany {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        match field.node.value {
            tree::Value::String(_) => field.string(reader).map(|one| Self(vec![one])),
            tree::Value::Array(_) => field.strings(reader).map(Self),
            _ => {
                reader.wrong_type(field, "a string or an array of strings");
                None
            }
        }
    }
}

/// One of `routes`, or the `route`.
#[derive(Clone, Debug)]
pub enum Route {
    /// A pattern alone.
    Pattern(Spanned<String>),
    /// A pattern and its zone, or a custom domain.
    Table(Box<RouteTable>),
}

impl Route {
    /// The URL pattern, or the domain.
    pub fn pattern(&self) -> &Spanned<String> {
        match self {
            Self::Pattern(pattern) => pattern,
            Self::Table(table) => &table.pattern,
        }
    }
}

impl Value for Route {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        match field.node.value {
            tree::Value::String(_) => field.string(reader).map(Self::Pattern),
            tree::Value::Table(_) => RouteTable::read(reader, field).map(Box::new).map(Self::Table),
            _ => {
                let table = reader.language().table();
                reader.wrong_type(field, &format!("a string or {table}"));
                None
            }
        }
    }
}

impl Observability {
    fn check_rate(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        check_rate(reader, field, self.head_sampling_rate.as_ref());
    }
}

impl ObservedLogs {
    fn check_rate(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        check_rate(reader, field, self.head_sampling_rate.as_ref());
    }
}

impl ObservedTraces {
    fn check_rate(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        check_rate(reader, field, self.head_sampling_rate.as_ref());
    }
}

fn check_rate(reader: &mut Reader<'_>, field: &Field<'_>, rate: Option<&Spanned<f64>>) {
    within(reader, field, "head_sampling_rate", rate, 0.0..=1.0);
}
