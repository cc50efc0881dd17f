//! Bindings that hand work over: queues, workflows, e-mail, pipelines.

use super::{Bindings, Need, Reference, Written, of, whole};
use crate::{
    config::{
        origin::Spanned,
        vitest::{self, Named, WorkerOptions},
        wrangler::{self, ConsumerType, Wrangler},
    },
    plan::{BindingKind, QueueConsumer, ServiceTarget},
};

pub(super) fn from_wrangler(wrangler: &Wrangler, written: Written<'_>, found: &mut Bindings) {
    for producer in &wrangler.queues.producers {
        let queue = producer.queue.as_ref().unwrap_or(&producer.binding);
        found.add(&producer.binding, queue_of(queue, producer.delivery_delay.as_ref()));
    }
    for consumer in &wrangler.queues.consumers {
        // Clients that pull messages are no part of a test.
        if consumer.kind.as_ref().is_none_or(|kind| kind.value == ConsumerType::Worker) {
            found.consume(from_file(consumer));
        }
    }
    for workflow in &wrangler.workflows {
        let (class, script) = (&workflow.class_name, workflow.script_name.as_ref());
        found.add_workflow(written, &workflow.binding, &workflow.name, class, script);
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

pub(super) fn from_options(options: &WorkerOptions, written: Written<'_>, found: &mut Bindings) {
    for Named { name, value: producer } in &options.queue_producers {
        found.add(name, queue_of(&producer.queue_name, producer.delivery_delay.as_ref()));
    }
    for Named { name: queue, value: consumer } in &options.queue_consumers {
        found.consume(from_option(queue, consumer));
    }
    for Named { name, value: workflow } in &options.workflows {
        let (class, script) = (&workflow.class_name, workflow.script_name.as_ref());
        found.add_workflow(written, name, &workflow.name, class, script);
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

    fn add_workflow(
        &mut self,
        written: Written<'_>,
        binding: &Spanned<String>,
        name: &Spanned<String>,
        class: &Spanned<String>,
        script: Option<&Spanned<String>>,
    ) {
        let target = script.map_or(ServiceTarget::SelfWorker, |script| {
            let reference = Reference {
                worker: script.value.clone(),
                origin: script.origin.clone(),
                who: format!("the workflow binding `{binding}`"),
                needs: Some(Need::Entrypoint(class.clone())),
            };
            self.worker(written.names, reference)
        });
        self.add(
            binding,
            BindingKind::Workflow { id: name.value.clone(), class: class.value.clone(), target },
        );
    }
}
