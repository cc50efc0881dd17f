//! Bindings to other Workers and to networks.

use super::{remote::Remote, table::table};
use crate::{
    config::{
        origin::Spanned,
        tree::{Field, Reader},
    },
    diagnostic::Diagnostic,
};

table! {
    /// One of `services`.
    pub struct Service {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The Worker's name.
        service: Spanned<String>,
        /// The entrypoint class; the default export if there is none.
        entrypoint: Option<Spanned<String>>,
        /// The environment of that Worker.
        environment: Option<Spanned<String>>,
        /// What the entrypoint finds in `ctx.props`.
        props: Option<Spanned<serde_json::Value>>,
        /// Whether it asks for the deployed Worker.
        remote: Remote,
    } check check_props

    /// One of `dispatch_namespaces`.
    pub struct DispatchNamespace {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The namespace.
        namespace: Option<Spanned<String>>,
        /// The Worker that outgoing requests go through.
        outbound: Option<Outbound>,
        /// Whether it asks for the deployed namespace.
        remote: Remote,
    }

    /// The `outbound` of a dispatch namespace.
    pub struct Outbound {
        /// The Worker's name.
        service: Spanned<String>,
        /// Its environment.
        environment: Option<Spanned<String>>,
        /// The names of the parameters that are passed to it.
        parameters: Vec<Spanned<String>>,
    }

    /// One of `tail_consumers`.
    pub struct TailConsumer {
        /// The Worker that gets the events.
        service: Spanned<String>,
        /// Its environment.
        environment: Option<Spanned<String>>,
    }

    /// One of `streaming_tail_consumers`.
    pub struct StreamingTailConsumer {
        /// The Worker that gets the events.
        service: Spanned<String>,
    }

    /// One of `worker_loaders`.
    pub struct WorkerLoader {
        /// Its name in `env`.
        binding: Spanned<String>,
    }

    /// One of `mtls_certificates`.
    pub struct MtlsCertificate {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The certificate's id.
        certificate_id: Spanned<String>,
        /// Whether it asks for the deployed certificate.
        remote: Remote,
    }

    /// One of `vpc_services`.
    pub struct VpcService {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The service's id.
        service_id: Spanned<String>,
        /// Whether it asks for the deployed service.
        remote: Remote,
    }

    /// One of `vpc_networks`: named by a tunnel or by a network.
    pub struct VpcNetwork {
        /// Its name in `env`.
        binding: Spanned<String>,
        /// The tunnel's id.
        tunnel_id: Option<Spanned<String>>,
        /// The network's id.
        network_id: Option<Spanned<String>>,
        /// Whether it asks for the deployed network.
        remote: Remote,
    } check check_ids
}

impl Service {
    fn check_props(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        if let Some(props) = field.node.get("props").filter(|_| self.props.is_some()) {
            field.child("props", props).entries(reader);
        }
    }
}

impl VpcNetwork {
    fn check_ids(&self, reader: &mut Reader<'_>, field: &Field<'_>) {
        if self.tunnel_id.is_some() == self.network_id.is_some() {
            let title = format!("`{}` needs one of `tunnel_id` and `network_id`", field.path);
            let origin = reader.origin(field.node);
            reader.diagnostics.push(origin.label(Diagnostic::error("missing-key", title), ""));
        }
    }
}
