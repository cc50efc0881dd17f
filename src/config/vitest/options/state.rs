//! Options about state: Durable Objects, Queues, Workflows, rate limits.

use std::ops::RangeInclusive;

use super::{
    WorkerOptions,
    records::{Named, array, number, object, objects, record},
};
use crate::config::{
    origin::Spanned,
    tree::{Field, Fields, Foreign, Reader, Value},
};

/// A Durable Object class, and perhaps a Worker that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurableObject {
    /// The class, as exported.
    pub class_name: Spanned<String>,
    /// The Worker that exports it; the one that has the option if absent.
    pub script_name: Option<Spanned<String>>,
    /// Whether its storage has SQL.
    pub use_sqlite: Option<Spanned<bool>>,
    /// Whether it has no storage, and ids that are any texts.
    pub is_ephemeral: bool,
}

/// The sending end of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueProducer {
    /// The queue.
    pub queue_name: Spanned<String>,
    /// How long messages are held back, in seconds.
    pub delivery_delay: Option<Spanned<f64>>,
}

/// The receiving end of a queue. What is absent has Miniflare's default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueConsumer {
    /// How many messages come together at most.
    pub max_batch_size: Option<Spanned<f64>>,
    /// How long a batch is waited for, in seconds.
    pub max_batch_timeout: Option<Spanned<f64>>,
    /// How often a message is tried again.
    pub max_retries: Option<Spanned<f64>>,
    /// Where messages go that failed too often.
    pub dead_letter_queue: Option<Spanned<String>>,
    /// How long a message waits before it is tried again, in seconds.
    pub retry_delay: Option<Spanned<f64>>,
}

/// A binding to a Workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// The Workflow's name.
    pub name: Spanned<String>,
    /// The class, as exported.
    pub class_name: Spanned<String>,
    /// The Worker that exports it; the one that has the option if absent.
    pub script_name: Option<Spanned<String>>,
    /// How many steps an instance may have.
    pub step_limit: Option<Spanned<f64>>,
}

/// A Workflow of an exported class that nothing is bound to.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowExport {
    /// The Workflow's name.
    pub name: Spanned<String>,
    /// How many steps an instance may have.
    pub step_limit: Option<Spanned<f64>>,
}

/// A rate limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratelimit {
    /// Bindings of one namespace count together.
    pub namespace_id: Option<Spanned<String>>,
    /// How often, in a period.
    pub limit: Spanned<f64>,
    /// The period in seconds: 10, or 60 if absent.
    pub period: Option<Spanned<f64>>,
}

/// Seconds that a message can be delayed by: up to a day.
const DELAY: RangeInclusive<f64> = 0.0..=86_400.0;

pub(super) fn read(worker: &mut WorkerOptions, reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    worker.durable_objects = record(reader, fields, "durableObjects", durable_object);
    let unbound = fields.get("additionalUnboundDurableObjects");
    let unbound = unbound.and_then(|field| field.items(reader)).unwrap_or_default();
    worker.additional_unbound_durable_objects =
        unbound.iter().filter_map(|item| object(reader, item, durable_object_fields)).collect();
    worker.queue_producers = queue_producers(reader, fields);
    worker.queue_consumers = queue_consumers(reader, fields);
    worker.workflows = objects(reader, fields, "workflows", |reader, fields| {
        Some(Workflow {
            name: fields.required_string(reader, "name")?,
            class_name: fields.required_string(reader, "className")?,
            script_name: fields.string(reader, "scriptName"),
            step_limit: number(reader, fields, "stepLimit", 1.0..=f64::MAX),
        })
    });
    worker.workflow_exports = objects(reader, fields, "workflowExports", |reader, fields| {
        Some(WorkflowExport {
            name: fields.required_string(reader, "name")?,
            step_limit: number(reader, fields, "stepLimit", 1.0..=f64::MAX),
        })
    });
    worker.ratelimits = objects(reader, fields, "ratelimits", ratelimit);
}

/// `"Class"` or `{ className, … }`.
fn durable_object(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<DurableObject> {
    match &field.node.value {
        Value::Table(_) => object(reader, field, durable_object_fields),
        _ => Some(DurableObject {
            class_name: field.string(reader)?,
            script_name: None,
            use_sqlite: None,
            is_ephemeral: false,
        }),
    }
}

fn durable_object_fields(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<DurableObject> {
    // A text names the namespace inside workerd; each test file has one of its own.
    let is_ephemeral = fields.get("unsafeUniqueKey").is_some_and(|field| {
        if let Value::Foreign(Foreign::Symbol(symbol)) = &field.node.value {
            return symbol == "miniflare.kUnsafeEphemeralUniqueKey";
        }
        field.string(reader);
        false
    });
    Some(DurableObject {
        class_name: fields.required_string(reader, "className")?,
        script_name: fields.string(reader, "scriptName"),
        use_sqlite: fields.bool(reader, "useSQLite"),
        is_ephemeral,
    })
}

/// `["QUEUE"]`, `{ NAME: "queue" }` or `{ NAME: { queueName, deliveryDelay } }`.
fn queue_producers(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Named<QueueProducer>> {
    let plain = |queue_name| QueueProducer { queue_name, delivery_delay: None };
    if let Some(names) = array(reader, fields, "queueProducers") {
        return names.into_iter().map(|name| Named { value: plain(name.clone()), name }).collect();
    }
    record(reader, fields, "queueProducers", |reader, field| match &field.node.value {
        Value::Table(_) => object(reader, field, |reader, fields| {
            Some(QueueProducer {
                queue_name: fields.required_string(reader, "queueName")?,
                delivery_delay: number(reader, fields, "deliveryDelay", DELAY),
            })
        }),
        _ => field.string(reader).map(plain),
    })
}

/// `["queue"]` or `{ queue: { maxBatchSize, … } }`.
fn queue_consumers(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Named<QueueConsumer>> {
    if let Some(names) = array(reader, fields, "queueConsumers") {
        return names.into_iter().map(|name| Named { name, value: QueueConsumer::default() }).collect();
    }
    objects(reader, fields, "queueConsumers", |reader, fields| {
        Some(QueueConsumer {
            max_batch_size: number(reader, fields, "maxBatchSize", 0.0..=100.0),
            max_batch_timeout: number(reader, fields, "maxBatchTimeout", 0.0..=60.0),
            max_retries: number(reader, fields, "maxRetries", 0.0..=100.0),
            dead_letter_queue: fields.string(reader, "deadLetterQueue"),
            retry_delay: number(reader, fields, "retryDelay", DELAY),
        })
    })
}

fn ratelimit(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Ratelimit> {
    let namespace_id = fields.string(reader, "namespace_id");
    let simple = fields.required(reader, "simple")?;
    let (limit, period) = object(reader, &simple, |reader, fields| {
        fields.required(reader, "limit")?;
        let limit = number(reader, fields, "limit", f64::MIN_POSITIVE..=f64::MAX)?;
        Some((limit, fields.get("period").and_then(|field| period(reader, &field))))
    })?;
    Some(Ratelimit { namespace_id, limit, period })
}

fn period(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<f64>> {
    let period = field.number(reader)?;
    if [10.0, 60.0].contains(&period.value) {
        return Some(period);
    }
    reader.wrong_type(field, "10 or 60");
    None
}
