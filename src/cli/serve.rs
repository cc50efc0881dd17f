//! `wpt-gen serve`, and `wpt-gen gen --target serve`.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    os::fd::AsRawFd as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use rustix::io::{FdFlags, fcntl_setfd};
use serde_json::json;

use super::{
    CompileArguments, Exit, Format,
    changes::{Changes, settled},
    format::Problems,
    print,
};
use crate::{
    compile::{self, SOCKET, Served, Serving},
    emit::binary::{self, Configuration},
    output,
    plan::ServiceKind,
    project::Project,
    runtime::{
        folder::RunFolder,
        launch::{Launch, Launcher, RuntimeLog, Workerd},
    },
};

/// The generated folder, relative to the project's root.
const FOLDER: &str = ".wpt/serve";
/// How often logs are printed, and how long changes are collected.
const TICK: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The project's folder.
    #[arg(long, short = 'r', value_name = "PATH", default_value = ".")]
    root: Utf8PathBuf,
    #[command(flatten)]
    serving: ServingArguments,
}

/// What is served, and where.
#[derive(Debug, Args)]
pub(super) struct ServingArguments {
    /// The wrangler file, relative to the root.
    #[arg(long, value_name = "PATH")]
    wrangler: Option<Utf8PathBuf>,
    /// The environment of the wrangler file; `CLOUDFLARE_ENV` if not given.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, value_name = "NUMBER", default_value_t = 8787)]
    port: u16,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    ip: IpAddr,
    /// The folder of the storage, relative to the root.
    #[arg(long, value_name = "PATH", default_value = ".wpt/serve/storage")]
    persist_to: Utf8PathBuf,
}

impl ServingArguments {
    fn serving(&self) -> Serving {
        let environment = self.env.clone().or_else(|| std::env::var("CLOUDFLARE_ENV").ok());
        Serving {
            wrangler: self.wrangler.clone(),
            environment: environment.filter(|name| !name.is_empty()),
            address: SocketAddr::new(self.ip, self.port).to_string(),
            storage: self.persist_to.clone(),
        }
    }
}

/// Compiles, prints what is wrong, and writes the configuration.
fn compile(project: &Project, serving: &Serving, problems: &Problems) -> Option<Served> {
    let served = compile::serve(project, serving).map_err(|errors| problems.print(&errors)).ok()?;
    problems.print(&served.warnings);
    let written = output::write_served(&served, &project.root, Utf8Path::new(FOLDER));
    written.map_err(|error| problems.error(&error.to_string())).ok()?;
    Some(served)
}

/// Compiles and writes what `gen` writes for another target: without the Vitest config, whose options mean nothing here.
pub(super) fn generate(compile_arguments: &CompileArguments, arguments: &ServingArguments) -> Exit {
    let problems = compile_arguments.problems();
    let project = match compile_arguments.project.of_tests_only() {
        Some(option) => Err(format!("{option} is about tests, and cannot be used with --target serve")),
        None => compile_arguments.project.open(),
    };
    let project = match project {
        Ok(project) => project,
        Err(error) => {
            problems.error(&error);
            return Exit::BadInput;
        }
    };
    let Some(served) = compile(&project, &arguments.serving(), &problems) else { return Exit::BadInput };
    let (name, services) = (&served.plan.worker.name, served.plan.services.len());
    if compile_arguments.format() == Format::Json {
        let written = json!({ "folder": FOLDER, "worker": name, "services": services });
        print(&format!("{written:#}\n"));
    } else {
        print(&format!("wrote {FOLDER}: `{name}` and what it needs, {services} services\n"));
    }
    Exit::Success
}

pub(super) fn run(arguments: &Arguments) -> Exit {
    let problems = Problems::of(&arguments.root, Format::Text);
    match Server::new(arguments, &problems).and_then(|server| server.run()) {
        Ok(exit) => exit,
        Err(error) => {
            problems.error(&error);
            Exit::BadInput
        }
    }
}

/// A project that is served until it is interrupted.
struct Server<'a> {
    project: Project,
    serving: Serving,
    problems: &'a Problems,
    launcher: Launcher,
    /// Open for as long as this runs, so that requests wait while workerd is replaced.
    listener: TcpListener,
    folder: RunFolder,
}

impl<'a> Server<'a> {
    fn new(arguments: &Arguments, problems: &'a Problems) -> Result<Self, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let project = Project::open(&arguments.root).map_err(|error| words(&error))?;
        let project = Project { notice: |text| anstream::eprintln!("{text}"), ..project };
        let serving = arguments.serving.serving();
        let listener = TcpListener::bind(&serving.address).map_err(|error| {
            format!("cannot listen on {}: {error}; choose another with --port", serving.address)
        })?;
        fcntl_setfd(&listener, FdFlags::empty()).map_err(|error| words(&error))?;
        let wpt_gen = std::env::current_exe().map_err(|error| words(&error))?;
        let launcher = Launcher {
            wpt_gen: Utf8PathBuf::from_path_buf(wpt_gen)
                .map_err(|path| format!("{} is not UTF-8", path.display()))?,
            workerd: project.home.workerd().map_err(|error| words(&error))?,
            verbose: false,
        };
        let folder = RunFolder::new().map_err(|error| words(&error))?;
        Ok(Self { project, serving, problems, launcher, listener, folder })
    }

    fn run(&self) -> Result<Exit, String> {
        let Some(mut served) = compile(&self.project, &self.serving, self.problems) else {
            return Ok(Exit::BadInput);
        };
        let interrupted = Arc::new(AtomicBool::new(false));
        ctrlc::set_handler({
            let interrupted = Arc::clone(&interrupted);
            move || interrupted.store(true, Ordering::Relaxed)
        })
        .map_err(|error| error.to_string())?;
        let mut inputs = Inputs::new()?;
        inputs.watch(&served);
        let mut workerd = self.launch(&served)?;
        let address = self.listener.local_addr().map_err(|error| error.to_string())?;
        println!("{} is ready on http://{address}", served.plan.worker.name);
        while !interrupted.load(Ordering::Relaxed) {
            workerd.logs().iter().for_each(print_log);
            if let Some(status) = workerd.ended(Duration::ZERO) {
                return Err(format!("workerd ended ({status})\n{}", workerd.output().trim()));
            }
            if !inputs.changed() {
                continue;
            }
            let Some(new) = compile(&self.project, &self.serving, self.problems) else {
                eprintln!("still serving the version before");
                continue;
            };
            inputs.watch(&new);
            // Two processes must not have the same storage open.
            workerd.kill();
            match self.launch(&new) {
                Ok(new_workerd) => {
                    (workerd, served) = (new_workerd, new);
                    println!("reloaded");
                }
                Err(error) => {
                    self.problems.error(&error);
                    workerd = self.launch(&served)?;
                    eprintln!("still serving the version before");
                }
            }
        }
        workerd.kill();
        workerd.logs().iter().for_each(print_log);
        Ok(Exit::Success)
    }

    fn launch(&self, served: &Served) -> Result<Workerd, String> {
        let secrets: Vec<(String, String)> =
            served.secrets.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        let config = binary::config(&served.plan, &[], &served.modules, &secrets);
        let Configuration { message, directories, .. } = config.map_err(|error| error.to_string())?;
        let folders = served.plan.services.iter().filter_map(|service| match &service.kind {
            ServiceKind::Disk { path, .. } | ServiceKind::Folder { path, .. } => {
                Some((service.name.clone(), self.project.root.join(path)))
            }
            _ => None,
        });
        let folders: Vec<(String, Utf8PathBuf)> =
            folders.filter(|(name, _)| directories.contains(name)).collect();
        let open = [(SOCKET.to_owned(), self.listener.as_raw_fd())];
        let launch = Launch {
            config: &message,
            folder: self.folder.path(),
            sockets: &[],
            open: &open,
            disks: &[],
            shared: &folders,
            functions: &[],
            function_socket: None,
            secrets: &secrets,
            inspect: false,
        };
        self.launcher.launch(&launch).map_err(|error| error.to_string())
    }
}

fn print_log(log: &RuntimeLog) {
    match log.level.as_str() {
        "log" | "info" | "debug" => println!("{}", log.message),
        _ => eprintln!("{}", log.message),
    }
}

/// Changes of the files that a Worker is made of.
struct Inputs {
    changes: Changes,
    paths: mpsc::Receiver<Utf8PathBuf>,
    /// The files that count, and folders in which all do.
    files: BTreeSet<Utf8PathBuf>,
}

impl Inputs {
    fn new() -> Result<Self, String> {
        let (sender, paths) = mpsc::channel();
        let changes = Changes::new(move |path| {
            // The receiver lives as long as the server.
            let _ = sender.send(path);
        })?;
        Ok(Self { changes, paths, files: BTreeSet::new() })
    }

    /// Watches all files that are not of packages.
    fn watch(&mut self, served: &Served) {
        self.files.extend(served.inputs.iter().cloned());
        self.changes.watch(served.inputs.iter().map(Utf8PathBuf::as_path));
    }

    /// Whether files changed; waits a moment for them, and for more of them.
    fn changed(&self) -> bool {
        let counts = |path: &Utf8PathBuf| {
            self.files.contains(path) || path.parent().is_some_and(|folder| self.files.contains(folder))
        };
        let Ok(first) = self.paths.recv_timeout(TICK) else { return false };
        settled(first, &self.paths, TICK).iter().any(counts)
    }
}
