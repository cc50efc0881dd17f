//! Bindings that hand work over: queues, workflows, e-mail, pipelines and streams.

use super::{
    remote::Remote,
    storage::local_id,
    table::{choice, table, within},
};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Reader},
    },
    diagnostic::Diagnostic,
};

table! {
    /// The `queues` table.
    #[derive(Default)]
    pub struct Queues {
        /// Bindings that send.
        producers: Vec<QueueProducer>,
        /// Queues whose messages this Worker handles.
        consumers: Vec<QueueConsumer>,
    }

    /// One of `queues.producers`.
    pub struct QueueProducer {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The queue's name.
        queue: Option<Spanned<String>>,
        /// How long messages wait before they are delivered, in seconds.
        delivery_delay: Option<Spanned<f64>>,
        /// Whether it asks for the deployed queue.
        remote: Remote,
    } check check_ranges

    /// One of `queues.consumers`.
    pub struct QueueConsumer {
        /// The queue's name.
        queue: Spanned<String>,
        /// The kind of consumer: only a Worker runs here.
        kind = "type": Option<Spanned<ConsumerType>>,
        /// The most messages of one batch.
        max_batch_size: Option<Spanned<f64>>,
        /// How long a batch may wait for more messages, in seconds.
        max_batch_timeout: Option<Spanned<f64>>,
        /// How often a message is tried again.
        max_retries: Option<Spanned<f64>>,
        /// The queue of messages that failed too often.
        dead_letter_queue: Option<Spanned<String>>,
        /// How many batches are handled at the same time.
        max_concurrency: Option<Spanned<f64>>,
        /// How long a pulled message is hidden, in milliseconds.
        visibility_timeout_ms: Option<Spanned<f64>>,
        /// How long a message waits before it is tried again, in seconds.
        retry_delay: Option<Spanned<f64>>,
    } check check_ranges

    /// One of `workflows`.
    pub struct WorkflowBinding {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The workflow's name.
        name: Spanned<String>,
        /// The class that defines it.
        class_name: Spanned<String>,
        /// The Worker that exports the class, if not this one.
        script_name: Option<Spanned<String>>,
        /// Limits of its instances.
        limits: Option<WorkflowLimits>,
    }

    /// The `limits` of a workflow.
    pub struct WorkflowLimits {
        /// The most steps of one instance.
        steps: Option<Spanned<f64>>,
    } check check_ranges

    /// One of `send_email`.
    pub struct SendEmail {
        /// Its name in `env`.
        name: Spanned<String>,
        /// The only address mail may go to.
        destination_address: Option<Spanned<String>>,
        /// The addresses mail may go to.
        allowed_destination_addresses: Option<Vec<Spanned<String>>>,
        /// The addresses mail may come from.
        allowed_sender_addresses: Option<Vec<Spanned<String>>>,
        /// Whether it asks for mail that is really sent.
        remote: Remote,
    } check check_addresses

    /// One of `pipelines`.
    pub struct Pipeline {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The stream's id.
        stream: Option<Spanned<String>>,
        /// The older name of `stream`.
        pipeline: Option<Spanned<String>>,
        /// Whether it asks for the deployed stream.
        remote: Remote,
    } check check_stream

    /// One of `k2`: streams of records.
    pub struct K2Stream {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The stream's id.
        stream: Spanned<String>,
        /// Whether it asks for the deployed stream.
        remote: Remote,
    }

    /// One of `logfwdr.bindings`.
    pub struct LogForwarder {
        /// Its name in `env`.
        name: Spanned<String>,
        /// Where logs go.
        destination: Spanned<String>,
    }

    /// The `logfwdr` table.
    #[derive(Default)]
    pub struct Logfwdr {
        /// The bindings.
        bindings: Vec<LogForwarder>,
    }
}

choice! {
    /// The `type` of a queue consumer.
    pub enum ConsumerType {
        /// The Worker of this file.
        Worker = "worker",
        /// Clients that pull messages over HTTP.
        HttpPull = "http_pull",
    }
}

/// The longest delay of a message, in seconds: 24 hours.
const LONGEST_DELAY: f64 = 86_400.0;

impl QueueProducer {
    /// The queue's name; without one it is called like the binding.
    pub fn local_id(&self) -> &str {
        local_id([&self.queue], &self.binding)
    }

    fn check_ranges(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        within(reader, field, "delivery_delay", self.delivery_delay.as_ref(), 0.0..=LONGEST_DELAY);
    }
}

impl QueueConsumer {
    fn check_ranges(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        for (key, value, range) in [
            ("max_batch_size", &self.max_batch_size, 0.0..=100.0),
            ("max_batch_timeout", &self.max_batch_timeout, 0.0..=60.0),
            ("max_retries", &self.max_retries, 0.0..=100.0),
            ("retry_delay", &self.retry_delay, 0.0..=LONGEST_DELAY),
        ] {
            within(reader, field, key, value.as_ref(), range);
        }
    }
}

impl WorkflowLimits {
    fn check_ranges(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        within(reader, field, "steps", self.steps.as_ref(), 1.0..=25_000.0);
    }
}

impl SendEmail {
    fn check_addresses(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        if let (Some(one), Some(_)) = (&self.destination_address, &self.allowed_destination_addresses) {
            let title = format!(
                "`{}` has both `destination_address` and `allowed_destination_addresses`",
                field.path
            );
            let diagnostic = Diagnostic::error("conflicting-keys", title);
            reader.diagnostics.push(one.origin.label(diagnostic, "").help("keep one of the two"));
        }
    }
}

impl Pipeline {
    fn check_stream(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        if self.stream.is_none() && self.pipeline.is_none() {
            let diagnostic = Diagnostic::error("missing-key", format!("`{}` needs `stream`", field.path));
            reader.diagnostics.push(reader.origin(field.node).label(diagnostic, "`stream` is missing here"));
        }
    }
}
