//! Builds the Cap'n Proto message of a configuration.
//!
//! The field names used here are those of `schema/workerd.capnp`. Empty lists and defaults are left out, so that the
//! text form, which leaves them out too, reads back to the same message.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use camino::{Utf8Path, Utf8PathBuf};
use capnp::{message, struct_list};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{
    EmitError, products,
    reach::Placed,
    schema::workerd_capnp::{
        self as format, config, service_designator,
        worker::{durable_object_namespace, module},
    },
};
use crate::plan::{
    Binding, BindingKind, Extension, Https, Module, ModuleKind, ModuleSource, ModuleStore, Plan, ServiceKind,
    ServiceRef, ServiceTarget, Socket, TestWorker, Worker, WorkflowExport,
};

/// Where workerd asks for containers.
const DOCKER: &str = "unix:/var/run/docker.sock";

/// A message under construction.
pub(super) type Message = message::Builder<message::HeapAllocator>;

/// Where the builder takes module contents from.
pub(super) enum Contents<'a> {
    /// From a store, each file read once.
    Store {
        store: &'a dyn ModuleStore,
        read: BTreeMap<Utf8PathBuf, Rc<[u8]>>,
        /// By environment variable.
        secrets: &'a [(String, String)],
    },
    /// Every file is empty: for printing, which embeds files by name.
    Blank,
}

impl<'a> Contents<'a> {
    /// Real contents.
    pub(super) fn of(store: &'a dyn ModuleStore, secrets: &'a [(String, String)]) -> Self {
        Self::Store { store, read: BTreeMap::new(), secrets }
    }

    /// A secret that workerd cannot read from its environment itself: only in a message that is not printed.
    fn secret(&self, variable: &str) -> Option<&'a str> {
        let Self::Store { secrets, .. } = self else { return None };
        secrets.iter().find(|(name, _)| name == variable).map(|(_, value)| value.as_str())
    }

    fn bytes(&mut self, source: &ModuleSource) -> Result<Rc<[u8]>, EmitError> {
        let Self::Store { store, read, .. } = self else { return Ok(Rc::default()) };
        let path = source.path();
        if let Some(bytes) = read.get(path) {
            return Ok(Rc::clone(bytes));
        }
        let bytes: Rc<[u8]> = match store.read(path) {
            Ok(bytes) => {
                // One more for the zero byte after text.
                length(bytes.len() + 1)?;
                bytes.into()
            }
            Err(source) => return Err(EmitError::Read { path: path.to_owned(), source }),
        };
        read.insert(path.to_owned(), Rc::clone(&bytes));
        Ok(bytes)
    }
}

/// `bytes` as the text that a text field needs.
fn utf8<'b>(bytes: &'b [u8], path: &Utf8Path) -> Result<&'b str, EmitError> {
    str::from_utf8(bytes)
        .map_err(|error| EmitError::NotText { path: path.to_owned(), offset: error.valid_up_to() })
}

fn length(len: usize) -> Result<u32, EmitError> {
    // A list pointer has 29 bits for its length.
    u32::try_from(len).ok().filter(|len| *len < 1 << 29).ok_or(EmitError::TooLarge("a list or module"))
}

/// The message for `placed`, with sockets for `subset` and all extensions.
pub(super) fn build(
    plan: &Plan,
    subset: &[&TestWorker],
    placed: &[Placed<'_>],
    contents: &mut Contents<'_>,
) -> Result<Message, EmitError> {
    let mut message = Message::new_default();
    let mut root = message.init_root::<config::Builder<'_>>();

    let mut services = root.reborrow().init_services(length(placed.len())?);
    for (index, entry) in (0..).zip(placed) {
        service(services.reborrow().get(index), entry, contents)?;
    }

    let sockets = sockets(plan, subset);
    let mut list = root.reborrow().init_sockets(length(sockets.len())?);
    for (index, entry) in (0..).zip(sockets) {
        socket(list.reborrow().get(index), entry);
    }

    if !plan.extensions.is_empty() {
        let mut list = root.reborrow().init_extensions(length(plan.extensions.len())?);
        for (index, entry) in (0..).zip(&plan.extensions) {
            extension(list.reborrow().get(index), entry, contents)?;
        }
    }
    if !plan.v8_flags.is_empty() {
        let mut list = root.reborrow().init_v8_flags(length(plan.v8_flags.len())?);
        (0..).zip(&plan.v8_flags).for_each(|(index, flag)| list.set(index, flag.name.as_str()));
    }
    if !plan.autogates.is_empty() {
        let mut list = root.reborrow().init_autogates(length(plan.autogates.len())?);
        (0..).zip(&plan.autogates).for_each(|(index, flag)| list.set(index, flag.name.as_str()));
    }
    root.set_structured_logging(plan.structured_logging);
    Ok(message)
}

/// A message that is one Worker, whose own service is called `name`.
pub(super) fn definition(
    from: &Worker,
    name: &str,
    contents: &mut Contents<'_>,
) -> Result<Message, EmitError> {
    let mut message = Message::new_default();
    worker(message.init_root(), from, name, contents)?;
    Ok(message)
}

/// The sockets that lead to the test Workers of `subset` or to other services, in the plan's order.
pub(super) fn sockets<'a>(plan: &'a Plan, subset: &[&TestWorker]) -> Vec<&'a Socket> {
    let others = plan.services.iter().map(|service| service.name.as_str());
    let services: BTreeSet<_> = subset.iter().map(|test| test.service.as_str()).chain(others).collect();
    plan.sockets.iter().filter(|socket| services.contains(socket.service.as_str())).collect()
}

fn socket(mut to: format::socket::Builder<'_>, from: &Socket) {
    to.set_name(from.name.as_str());
    to.set_address(from.address.as_deref().unwrap_or("127.0.0.1:0"));
    to.reborrow().init_http();
    designate(
        to.init_service(),
        &ServiceRef { service: from.service.clone(), entrypoint: from.entrypoint.clone(), props: None },
    );
}

fn extension(
    to: format::extension::Builder<'_>,
    from: &Extension,
    contents: &mut Contents<'_>,
) -> Result<(), EmitError> {
    let mut list = to.init_modules(length(from.modules.len())?);
    for (index, entry) in (0..).zip(&from.modules) {
        let mut module = list.reborrow().get(index);
        module.set_name(entry.name.as_str());
        module.set_internal(entry.internal);
        module.set_es_module(utf8(&contents.bytes(&entry.source)?, entry.source.path())?);
    }
    Ok(())
}

fn service(
    mut to: format::service::Builder<'_>,
    from: &Placed<'_>,
    contents: &mut Contents<'_>,
) -> Result<(), EmitError> {
    to.set_name(from.name());
    let kind = match from {
        Placed::Test(_, definition) => return worker(to.init_worker(), definition, from.name(), contents),
        Placed::Auxiliary(_, copy) => &copy.kind,
        Placed::Other(service) => &service.kind,
    };
    match kind {
        ServiceKind::Worker(definition) | ServiceKind::Auxiliary(definition) => {
            worker(to.init_worker(), definition, from.name(), contents)?;
        }
        ServiceKind::Disk { writable, path } => {
            let mut disk = to.init_disk();
            disk.set_path(path.as_str());
            disk.set_writable(*writable);
        }
        ServiceKind::Folder { path, writable } => {
            let mut disk = to.init_disk();
            disk.set_path(path.as_str());
            disk.set_writable(*writable);
            disk.set_allow_dotfiles(true);
        }
        ServiceKind::Network { allow, deny, trust_browser_cas, trusted_certificates } => {
            let mut network = to.init_network();
            // Also when empty: the default is not empty.
            let mut list = network.reborrow().init_allow(length(allow.len())?);
            (0..).zip(allow).for_each(|(index, range)| list.set(index, range.as_str()));
            if !deny.is_empty() {
                let mut list = network.reborrow().init_deny(length(deny.len())?);
                (0..).zip(deny).for_each(|(index, range)| list.set(index, range.as_str()));
            }
            if *trust_browser_cas || !trusted_certificates.is_empty() {
                trust(network.init_tls_options(), *trust_browser_cas, trusted_certificates)?;
            }
        }
        ServiceKind::Tcp { address } => {
            let mut external = to.init_external();
            external.set_address(address.as_str());
            external.init_tcp();
        }
        ServiceKind::Node { option, native } => {
            let mut http = to.init_external().init_http();
            if !native {
                // As to a proxy: the function gets the whole URL.
                http.set_style(format::http_options::Style::Proxy);
            }
            http.set_cf_blob_header("wpt-cf");
            let mut header = http.init_inject_request_headers(1).get(0);
            header.set_name("wpt-function");
            let form = if *native { "node" } else { "fetch" };
            let option = utf8_percent_encode(option, NON_ALPHANUMERIC);
            header.set_value(format!("{form}:{option}").as_str());
        }
        ServiceKind::External { address, https } => {
            let mut external = to.init_external();
            if let Some(address) = address {
                external.set_address(address.as_str());
            }
            match https {
                None => {
                    external.init_http();
                }
                Some(Https { trust_browser_cas, trusted_certificates, certificate_host }) => {
                    let mut https = external.init_https();
                    if let Some(host) = certificate_host {
                        https.set_certificate_host(host.as_str());
                    }
                    trust(https.init_tls_options(), *trust_browser_cas, trusted_certificates)?;
                }
            }
        }
    }
    Ok(())
}

/// Whose certificates are trusted.
fn trust(
    mut to: format::tls_options::Builder<'_>,
    browser_cas: bool,
    certificates: &[String],
) -> Result<(), EmitError> {
    to.set_trust_browser_cas(browser_cas);
    if !certificates.is_empty() {
        let mut list = to.init_trusted_certificates(length(certificates.len())?);
        (0..).zip(certificates).for_each(|(index, certificate)| list.set(index, certificate.as_str()));
    }
    Ok(())
}

fn worker(
    mut to: format::worker::Builder<'_>,
    from: &Worker,
    own_name: &str,
    contents: &mut Contents<'_>,
) -> Result<(), EmitError> {
    if let [Module { kind: ModuleKind::ServiceWorker, source, .. }, ..] = from.modules.as_slice() {
        to.set_service_worker_script(utf8(&contents.bytes(source)?, source.path())?);
    } else {
        modules(to.reborrow().init_modules(length(from.modules.len())?), from, contents)?;
    }

    to.set_compatibility_date(from.compatibility_date.date.as_str());
    if !from.compatibility_flags.is_empty() {
        let mut flags = to.reborrow().init_compatibility_flags(length(from.compatibility_flags.len())?);
        (0..).zip(&from.compatibility_flags).for_each(|(index, flag)| flags.set(index, flag.name.as_str()));
    }

    if !from.bindings.is_empty() {
        let mut bindings = to.reborrow().init_bindings(length(from.bindings.len())?);
        for (index, Binding { name, kind, .. }) in (0..).zip(&from.bindings) {
            binding(bindings.reborrow().get(index), name, kind, own_name, contents)?;
        }
    }

    if let Some(outbound) = &from.global_outbound {
        designate(to.reborrow().init_global_outbound(), outbound);
    }
    if let Some(outbound) = &from.cache_api_outbound {
        designate(to.reborrow().init_cache_api_outbound(), outbound);
    }

    if !from.durable_objects.is_empty() {
        let len = length(from.durable_objects.len())?;
        namespaces(to.reborrow().init_durable_object_namespaces(len), from);
    }
    if let Some(disk) = &from.durable_object_storage {
        to.reborrow().init_durable_object_storage().set_local_disk(disk.as_str());
    }
    if from.durable_objects.iter().any(|namespace| namespace.container.is_some()) {
        to.reborrow().init_container_engine().init_local_docker().set_socket_path(DOCKER);
    }
    if !from.tails.is_empty() {
        designate_all(to.reborrow().init_tails(length(from.tails.len())?), &from.tails);
    }
    if !from.streaming_tails.is_empty() {
        let len = length(from.streaming_tails.len())?;
        designate_all(to.reborrow().init_streaming_tails(len), &from.streaming_tails);
    }
    if !from.workflows.is_empty() {
        workflows(to.init_workflows_engine(), &from.workflows)?;
    }
    Ok(())
}

fn modules(
    mut to: struct_list::Builder<'_, module::Owned>,
    from: &Worker,
    contents: &mut Contents<'_>,
) -> Result<(), EmitError> {
    for (index, entry) in (0..).zip(&from.modules) {
        let bytes = contents.bytes(&entry.source)?;
        let text = || utf8(&bytes, entry.source.path());
        let mut module = to.reborrow().get(index);
        module.set_name(entry.name.as_str());
        match entry.kind {
            ModuleKind::EsModule | ModuleKind::ServiceWorker => module.set_es_module(text()?),
            ModuleKind::CommonJs => module.set_common_js_module(text()?),
            ModuleKind::Text => module.set_text(text()?),
            ModuleKind::Json => module.set_json(text()?),
            ModuleKind::Data => module.set_data(&bytes),
            ModuleKind::Wasm => module.set_wasm(&bytes),
        }
    }
    Ok(())
}

fn namespaces(mut to: struct_list::Builder<'_, durable_object_namespace::Owned>, from: &Worker) {
    for (index, entry) in (0..).zip(&from.durable_objects) {
        let mut namespace = to.reborrow().get(index);
        namespace.set_class_name(entry.class.as_str());
        namespace.set_unique_key(entry.unique_key.as_str());
        namespace.set_enable_sql(entry.sqlite);
        namespace.set_prevent_eviction(entry.prevent_eviction);
        if let Some(image) = &entry.container {
            namespace.init_container().set_image_name(image.as_str());
        }
    }
}

fn workflows(
    mut to: format::workflows_engine::Builder<'_>,
    from: &[WorkflowExport],
) -> Result<(), EmitError> {
    let engine = products::workflow_engine();
    designate(to.reborrow().init_actor_class(), &engine);
    let mut list = to.init_workflows(length(from.len())?);
    for (index, entry) in (0..).zip(from) {
        let mut workflow = list.reborrow().get(index);
        workflow.set_class_name(entry.class.as_str());
        workflow.set_name(entry.id.as_str());
        designate(workflow.init_binding_service(), &products::workflow(&entry.id, &entry.class));
    }
    Ok(())
}

fn binding(
    mut to: format::worker::binding::Builder<'_>,
    name: &str,
    kind: &BindingKind,
    own_name: &str,
    contents: &mut Contents<'_>,
) -> Result<(), EmitError> {
    let simpler = products::in_terms_of_workerd(name, kind);
    to.set_name(name);
    match simpler.as_ref().unwrap_or(kind) {
        BindingKind::Text { value } => to.set_text(value.as_str()),
        BindingKind::Json { value } => to.set_json(value.to_string().as_str()),
        BindingKind::Secret { variable } => to.set_from_environment(variable.as_str()),
        BindingKind::TextModule { source } => to.set_text(utf8(&contents.bytes(source)?, source.path())?),
        BindingKind::DataModule { source } => to.set_data(&contents.bytes(source)?),
        BindingKind::WasmModule { source } => to.set_wasm_module(&contents.bytes(source)?),
        BindingKind::Kv { .. } => state(to.init_kv_namespace(), kind),
        BindingKind::R2 { .. } => state(to.init_r2_bucket(), kind),
        BindingKind::Queue { .. } => state(to.init_queue(), kind),
        BindingKind::Hyperdrive { service, scheme, database, user, password } => {
            let mut hyperdrive = to.init_hyperdrive();
            hyperdrive.set_scheme(scheme.as_str());
            hyperdrive.set_database(database.as_str());
            hyperdrive.set_user(user.as_str());
            if let Some(password) = password.as_deref().and_then(|variable| contents.secret(variable)) {
                hyperdrive.set_password(password);
            }
            designate(hyperdrive.init_designator(), &ServiceRef::to(service));
        }
        BindingKind::WorkerLoader { id } => {
            let mut loader = to.init_worker_loader();
            if let Some(id) = id {
                loader.set_id(id.as_str());
            }
        }
        BindingKind::KvService { target, entrypoint } => {
            let reference = reference(target, entrypoint.as_ref(), None, own_name);
            designate(to.init_kv_namespace(), &reference);
        }
        BindingKind::UnsafeEval => to.set_unsafe_eval(()),
        BindingKind::DurableObject { class, service } => {
            let mut namespace = to.init_durable_object_namespace();
            namespace.set_class_name(class.as_str());
            if let Some(service) = service {
                namespace.set_service_name(service.as_str());
            }
        }
        BindingKind::Service { target, entrypoint, props } => {
            let reference = reference(target, entrypoint.as_ref(), props.as_ref(), own_name);
            designate(to.init_service(), &reference);
        }
        BindingKind::Wrapped { module, entrypoint, inner } => {
            let mut wrapped = to.init_wrapped();
            wrapped.set_module_name(module.as_str());
            if let Some(entrypoint) = entrypoint {
                wrapped.set_entrypoint(entrypoint.as_str());
            }
            let mut list = wrapped.init_inner_bindings(length(inner.len())?);
            for (index, part) in (0..).zip(inner) {
                binding(list.reborrow().get(index), &part.name, &part.kind, own_name, contents)?;
            }
        }
        // Replaced above.
        _ => {}
    }
    Ok(())
}

/// What a binding of the Worker `own_name` reaches.
fn reference(
    target: &ServiceTarget,
    entrypoint: Option<&String>,
    props: Option<&Value>,
    own_name: &str,
) -> ServiceRef {
    let service = match target {
        ServiceTarget::SelfWorker => own_name,
        ServiceTarget::Named(name) => name,
    };
    ServiceRef { service: service.to_owned(), entrypoint: entrypoint.cloned(), props: props.cloned() }
}

/// A native binding to simulated state.
fn state(to: service_designator::Builder<'_>, kind: &BindingKind) {
    if let Some(simulator) = products::state(kind) {
        designate(to, &simulator);
    }
}

fn designate_all(mut to: struct_list::Builder<'_, service_designator::Owned>, from: &[ServiceRef]) {
    (0..).zip(from).for_each(|(index, service)| designate(to.reborrow().get(index), service));
}

fn designate(mut to: service_designator::Builder<'_>, from: &ServiceRef) {
    to.set_name(from.service.as_str());
    if let Some(entrypoint) = &from.entrypoint {
        to.set_entrypoint(entrypoint.as_str());
    }
    if let Some(props) = &from.props {
        to.init_props().set_json(props.to_string().as_str());
    }
}
