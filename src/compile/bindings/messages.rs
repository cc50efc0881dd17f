//! Bindings that hand work over: queues, e-mail, pipelines.

use super::{Bindings, of, whole};
use crate::{
    config::{
        origin::{Origin, Spanned},
        vitest::{self, Named, WorkerOptions},
        wrangler::{self, ConsumerType, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, QueueConsumer},
};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    for producer in &wrangler.queues.producers {
        let queue = producer.queue.as_ref().unwrap_or(&producer.binding);
        found.add(&producer.binding, queue_of(queue, producer.delivery_delay.as_ref()));
    }
    for consumer in &wrangler.queues.consumers {
        match &consumer.kind {
            Some(kind) if kind.value == ConsumerType::HttpPull => {
                diagnostics.push(no_pulling(&consumer.queue, &kind.origin));
            }
            _ => found.consume(from_file(consumer)),
        }
    }
    for mail in &wrangler.send_email {
        let kind = email(
            mail.destination_address.as_ref(),
            mail.allowed_destination_addresses.as_deref(),
            mail.allowed_sender_addresses.as_deref(),
        );
        found.add(&mail.name, kind);
    }
    for pipeline in &wrangler.pipelines {
        let stream = pipeline.stream.as_ref().or(pipeline.pipeline.as_ref()).unwrap_or(&pipeline.binding);
        found.add(&pipeline.binding, BindingKind::Pipeline { pipeline: stream.value.clone() });
    }
}

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    for Named { name, value: producer } in &options.queue_producers {
        found.add(name, queue_of(&producer.queue_name, producer.delivery_delay.as_ref()));
    }
    for Named { name: queue, value: consumer } in &options.queue_consumers {
        found.consume(from_option(queue, consumer));
    }
    for mail in &options.send_email {
        let kind = email(
            mail.destination_address.as_ref(),
            mail.allowed_destination_addresses.as_deref(),
            mail.allowed_sender_addresses.as_deref(),
        );
        found.add(&mail.name, kind);
    }
    for Named { name, value: stream } in &options.pipelines {
        found.add(name, BindingKind::Pipeline { pipeline: stream.value.clone() });
    }
}

/// Clients that pull messages are no part of a test.
fn no_pulling(queue: &Spanned<String>, origin: &Origin) -> Diagnostic {
    let title = format!("nobody pulls the messages of the queue `{queue}` in tests");
    let diagnostic =
        origin.label(Diagnostic::warning("pull-consumer", title), "only Cloudflare can be pulled from");
    diagnostic.help("what is sent to the queue is dropped; spy on `send()` to see it")
}

fn queue_of(queue: &Spanned<String>, delay: Option<&Spanned<f64>>) -> BindingKind {
    BindingKind::Queue { id: queue.value.clone(), delivery_delay: delay.map(|delay| whole(delay.value)) }
}

fn from_file(consumer: &wrangler::QueueConsumer) -> QueueConsumer {
    QueueConsumer {
        queue: consumer.queue.value.clone(),
        max_batch_size: consumer.max_batch_size.as_ref().map(|size| whole(size.value)),
        max_batch_timeout: consumer.max_batch_timeout.as_ref().map(milliseconds),
        max_retries: consumer.max_retries.as_ref().map(|retries| whole(retries.value)),
        dead_letter_queue: consumer.dead_letter_queue.as_ref().map(|queue| queue.value.clone()),
        retry_delay: consumer.retry_delay.as_ref().map(|delay| whole(delay.value)),
        provenance: of(&consumer.queue.origin),
    }
}

fn from_option(queue: &Spanned<String>, consumer: &vitest::QueueConsumer) -> QueueConsumer {
    QueueConsumer {
        queue: queue.value.clone(),
        max_batch_size: consumer.max_batch_size.as_ref().map(|size| whole(size.value)),
        max_batch_timeout: consumer.max_batch_timeout.as_ref().map(milliseconds),
        max_retries: consumer.max_retries.as_ref().map(|retries| whole(retries.value)),
        dead_letter_queue: consumer.dead_letter_queue.as_ref().map(|queue| queue.value.clone()),
        retry_delay: consumer.retry_delay.as_ref().map(|delay| whole(delay.value)),
        provenance: of(&queue.origin),
    }
}

fn milliseconds(seconds: &Spanned<f64>) -> u32 {
    whole(seconds.value * 1000.0)
}

fn email(
    destination: Option<&Spanned<String>>,
    destinations: Option<&[Spanned<String>]>,
    senders: Option<&[Spanned<String>]>,
) -> BindingKind {
    let list = |addresses: &[Spanned<String>]| addresses.iter().map(|it| it.value.clone()).collect();
    BindingKind::Email {
        destination: destination.map(|address| address.value.clone()),
        destinations: destinations.map(list),
        senders: senders.map(list),
    }
}

impl Bindings {
    /// Adds a queue whose messages the Worker gets, in place of what was said of it before.
    fn consume(&mut self, consumer: QueueConsumer) {
        self.queue_consumers.retain(|other| other.queue != consumer.queue);
        self.queue_consumers.push(consumer);
    }
}
