//! From what was read to the plan: bundles are made, and every service, flag and module gets its place.

use camino::Utf8Path;

use crate::{
    bundle::{
        runner,
        simulators::{self, Client, Control, OBJECTS, Simulators},
        store::Modules,
    },
    config::vitest::Isolation,
    diagnostic::{Diagnostic, Diagnostics},
    plan::{
        Flag, Module, ModuleKind, PLAN_VERSION, Plan, Provenance, Service, ServiceKind, ServiceRef,
        TEST_WORKER_MODULE, UNDER_TEST, Vitest, WorkerUnderTest,
    },
    project::Project,
};

use super::{
    Compilation, auxiliary::Auxiliary, bindings::Bindings, caches, exports, extensions, inputs::Inputs,
    sources::Sources, static_files::Routers, test_workers,
};

/// Builds the plan and the contents of its modules.
///
/// # Errors
/// A bundle cannot be made.
pub(super) fn build(project: &Project, inputs: Inputs) -> Result<Compilation, Diagnostic> {
    let Project { home, cache, .. } = project;
    let Inputs {
        vitest,
        name,
        main,
        bindings,
        files,
        date,
        flags,
        sources,
        dependencies,
        exports,
        auxiliary,
        mut config_files,
        mut modules,
        names_caches,
        parity,
    } = inputs;
    let main = main.as_deref();

    let fetch_mock = sources.modules.iter().any(|source| source.fetch_mock);
    let runner = runner::build(home, &vitest.package, cache, fetch_mock).map_err(|error| problem(&error))?;
    let cache_api_outbound =
        caches::outbound(&vitest.pool.miniflare.worker, dependencies.uses_caches || names_caches);
    let mut clients = vec![client(&bindings, &flags.used, cache_api_outbound.as_ref())];
    clients.extend(auxiliary.iter().map(Auxiliary::client));
    // The objects of the Worker under test tell of their alarms themselves.
    let works_by_itself = clients.iter().any(Client::has_events)
        || clients.iter().skip(1).any(|client| !client.classes.is_empty());
    let isolates_tests = vitest.isolation == Isolation::Test;
    let control = Control { module: &runner.control, ends_objects: isolates_tests };
    let simulators = simulators::plan(&clients, Some(control), home, cache, &mut modules)
        .map_err(|error| problem(&error))?;
    let has_control = simulators.have_worker();
    let Simulators { mut services, mut extensions } = simulators;
    services.extend(bindings.services.into_iter().chain([network()]));
    let mut secrets = bindings.secrets;
    let has_auxiliary = !auxiliary.is_empty();
    let told = extensions::Told { main, exports: &exports, has_auxiliary, works_by_itself, isolates_tests };
    let others = auxiliary.iter().map(|other| (other.service.as_str(), &other.files));
    let routers = Routers::of(others.chain([(UNDER_TEST, &files)]));
    for mut auxiliary in auxiliary {
        config_files.append(&mut auxiliary.inputs);
        routers.lead(&auxiliary.service, &mut auxiliary.worker.bindings);
        auxiliary.add_to(&mut services, &mut secrets);
    }
    services.extend(files.services);
    extensions.push(extensions::runner(&runner, &mut modules));
    extensions.push(extensions::project(&sources, &dependencies, &told, &mut modules));

    let text = exports::main_module(main.map(Utf8Path::as_str), &exports, &bindings.durable_objects)
        .map_err(|error| problem(&error))?;
    let worker_modules = own_modules(text, &sources, &mut modules);
    let mut all_bindings = bindings.list;
    routers.lead(UNDER_TEST, &mut all_bindings);
    services.extend(files.router);
    all_bindings.extend(has_control.then(test_workers::control_binding));
    let (test_workers, sockets) = test_workers::per_file(&sources.test_files);
    let plan = Plan {
        version: PLAN_VERSION,
        parity,
        vitest: Vitest { version: vitest.package.version.clone(), projects: vec![vitest.name.clone()] },
        worker: WorkerUnderTest {
            name,
            modules: worker_modules,
            compatibility_date: date,
            compatibility_flags: flags.used,
            default_flags: flags.defaults,
            bindings: all_bindings,
            durable_object_storage: (!bindings.durable_objects.is_empty()).then(|| OBJECTS.to_owned()),
            durable_objects: bindings.durable_objects,
            workflows: bindings.workflows,
            exports,
            global_outbound: bindings.global_outbound,
            cache_api_outbound,
            tails: bindings.tails,
            streaming_tails: bindings.streaming_tails,
            queue_consumers: bindings.queue_consumers,
        },
        test_workers,
        own_isolates: test_workers::own_isolates(has_auxiliary),
        services,
        sockets,
        extensions,
        vite_plugins: sources.vite_plugins(),
        v8_flags: vec![],
        autogates: vec![],
        structured_logging: true,
    };
    Ok(Compilation {
        project: project.clone(),
        colour: vitest.colour,
        plan,
        modules,
        is_partial: sources.is_partial,
        source_maps: sources.maps,
        reach: sources.reach,
        inputs: config_files,
        secrets,
        test: vitest.test,
        warnings: Diagnostics::new(),
    })
}

/// What the Worker under test needs of the simulators.
fn client<'a>(bindings: &'a Bindings, flags: &'a [Flag], cache: Option<&'a ServiceRef>) -> Client<'a> {
    Client {
        service: UNDER_TEST,
        bindings: &bindings.list,
        queue_consumers: &bindings.queue_consumers,
        cache_api_outbound: cache,
        classes: bindings.durable_objects.iter().map(|object| object.class.as_str()).collect(),
        flags,
        workflows: &bindings.workflows,
    }
}

/// The modules that every test Worker has of its own: `main` first.
fn own_modules(main: String, sources: &Sources, modules: &mut Modules) -> Vec<Module> {
    let mut own = vec![modules.module(TEST_WORKER_MODULE, TEST_WORKER_MODULE, main.into_bytes())];
    own.extend(sources.values.iter().map(|value| value.module.clone()));
    own.extend(sources.modules.iter().filter(|source| source.in_worker).map(|source| Module {
        name: source.module.clone(),
        kind: ModuleKind::EsModule,
        source: source.source.clone(),
    }));
    own
}

fn problem(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("bundle", error.to_string())
}

pub(super) fn network() -> Service {
    Service {
        name: "internet".to_owned(),
        kind: ServiceKind::Network {
            allow: vec!["public".to_owned(), "private".to_owned()],
            deny: vec![],
            trust_browser_cas: true,
            trusted_certificates: vec![],
        },
        provenance: Provenance::rule("network", "tests may reach servers on this machine too"),
    }
}
