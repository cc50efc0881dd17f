//! `--inspect` and `--inspect-brk`: the isolates of a run can be debugged, in the sources as they were written.

use std::{collections::HashMap, io, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use data_encoding::BASE64;
use oxc_sourcemap::SourceMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{
    plan::{ModuleStore, Plan},
    runtime::{
        inspector::{Breakpoint, Inspector},
        launch::Workerd,
    },
};

/// Where debuggers look by themselves.
const DEFAULT_PORT: u16 = 9229;
const DEFAULT_HOST: &str = "127.0.0.1";
/// How a compiled module ends: with its name in stacks.
const SOURCE_URL: &str = "\n//# sourceURL=";

/// What is escaped in the paths of file URLs.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// How a run is debugged.
#[derive(Clone, Debug, Args)]
pub(super) struct InspectArguments {
    /// Let a debugger attach; on port 9229 if none is given.
    #[arg(long, value_name = "[HOST:]PORT", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    inspect: Option<String>,
    /// The same, but wait for the debugger, and stop at the first line of each test file.
    #[arg(
        long,
        alias = "inspectBrk",
        value_name = "[HOST:]PORT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    inspect_brk: Option<String>,
    /// When a test's time is up, say what it was waiting for.
    #[arg(long)]
    pub(super) why_hanging: bool,
}

/// A run that is debugged.
pub(super) struct Inspection {
    inspector: Arc<Inspector>,
    /// Whether tests wait for the debugger.
    waits: bool,
    /// The source maps of first-party modules, by path relative to [`Self::root`].
    source_maps: Arc<HashMap<Utf8PathBuf, String>>,
    root: Utf8PathBuf,
}

/// The modules of a project that is debugged: each brings its source map.
pub(super) struct Store<'a> {
    pub(super) modules: &'a dyn ModuleStore,
    pub(super) inspection: Option<&'a Inspection>,
    /// The project's root.
    pub(super) project: &'a Utf8Path,
}

impl ModuleStore for Store<'_> {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let content = self.modules.read(path)?;
        let Some(inspection) = self.inspection else { return Ok(content) };
        let text = std::str::from_utf8(&content).ok();
        let name = text
            .and_then(|text| Some(text[text.rfind(SOURCE_URL)?..].trim_start_matches(SOURCE_URL).trim_end()));
        let map = name.and_then(|name| inspection.inline_map(self.project, name));
        Ok(match map {
            Some(map) => [content, map.into_bytes()].concat(),
            None => content,
        })
    }
}

/// Where a run is to listen for debuggers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InspectOptions {
    host: String,
    /// [`DEFAULT_PORT`], or one nearby, if none.
    port: Option<u16>,
    /// Whether tests wait for the debugger.
    pub(super) waits: bool,
}

/// Names the test Workers by their slots: workerd's inspector does not find names that have slashes.
pub(super) fn name_test_workers(plan: &mut Plan) {
    for worker in &mut plan.test_workers {
        let Some(slot) = worker.slots.first() else { continue };
        for socket in plan.sockets.iter_mut().filter(|socket| socket.service == worker.service) {
            socket.name.clone_from(&slot.name);
            socket.service.clone_from(&slot.name);
        }
        worker.service.clone_from(&slot.name);
    }
}

impl InspectArguments {
    /// What the command line asks for, or else the Vitest config (its serialized `inspector`).
    ///
    /// # Errors
    /// The address is none.
    pub(super) fn options(&self, config: &Value) -> Result<Option<InspectOptions>, String> {
        let (text, waits) = match (&self.inspect_brk, &self.inspect) {
            (Some(text), _) => (text, true),
            (None, Some(text)) => (text, false),
            (None, None) if config["enabled"] == true => (&String::new(), config["waitForDebugger"] == true),
            (None, None) => return Ok(None),
        };
        let (host, port) = text.rsplit_once(':').map_or(("", text.as_str()), |(host, port)| (host, port));
        let port = match port {
            "" => config["port"].as_u64().and_then(|port| u16::try_from(port).ok()),
            port => Some(port.parse().map_err(|_| {
                format!("`{text}` is no address for debuggers: write a port, or a host and a port, for example `--inspect=127.0.0.1:9229`")
            })?),
        };
        let host = Some(host).filter(|host| !host.is_empty()).or(config["host"].as_str());
        Ok(Some(InspectOptions { host: host.unwrap_or(DEFAULT_HOST).to_owned(), port, waits }))
    }
}

impl InspectOptions {
    /// Listens for debuggers, and says where.
    ///
    /// # Errors
    /// The port that was asked for is not available.
    pub(super) fn listen(&self) -> Result<Inspector, String> {
        let Self { host, port, waits } = self;
        let listen = |port: u16| Inspector::listen(host, port);
        let inspector = match port {
            Some(port) => listen(*port).map_err(|_| format!("Inspector port {port} is not available"))?,
            None => {
                listen(DEFAULT_PORT).or_else(|_| listen(0)).map_err(|error| format!("{host}: {error}"))?
            }
        };
        let used = inspector.address().port();
        if port.is_none() && used != DEFAULT_PORT {
            anstream::eprintln!("Default inspector port {DEFAULT_PORT} not available, using {used} instead");
        }
        anstream::eprintln!(
            "inspector on port {used}{}",
            if *waits { ": waiting for a debugger" } else { "" }
        );
        Ok(inspector)
    }
}

impl Inspection {
    /// A run whose first-party modules have these source maps, by path relative to `root`; with `waits`, it waits for a
    /// debugger.
    pub(super) fn new(
        inspector: &Arc<Inspector>,
        waits: bool,
        root: &Utf8Path,
        source_maps: Arc<HashMap<Utf8PathBuf, String>>,
    ) -> Self {
        Self { inspector: Arc::clone(inspector), waits, source_maps, root: root.to_owned() }
    }

    /// Where debuggers attach.
    pub(super) fn inspector(&self) -> &Arc<Inspector> {
        &self.inspector
    }

    /// Lets the isolates of a process be debugged.
    pub(super) fn attach<'f>(
        &self,
        workerd: &Workerd,
        project: &Utf8Path,
        test_files: impl Iterator<Item = &'f Utf8Path>,
    ) {
        let Some(port) = workerd.inspector() else { return };
        let first = |file: &Utf8Path| self.first_line(project, file);
        self.inspector.debug(port, self.waits.then(|| test_files.filter_map(first).collect()));
    }

    /// Where the first statement of a module begins.
    fn first_line(&self, project: &Utf8Path, name: &Utf8Path) -> Option<Breakpoint> {
        let map = SourceMap::from_json_string(self.source_map(project, name.as_str())?).ok()?;
        let sources = map.get_tokens().filter(|token| token.get_source_id().is_some());
        let (line, column) = sources.map(|token| (token.get_dst_line(), token.get_dst_col())).min()?;
        Some(Breakpoint { module: name.to_string(), line, column })
    }

    /// The source map of a module, as its text has it: with the sources by their own addresses, where debuggers look for them.
    fn inline_map(&self, project: &Utf8Path, name: &str) -> Option<String> {
        let mut map: Value = serde_json::from_str(self.source_map(project, name)?).ok()?;
        for source in map["sources"].as_array_mut()? {
            let path = project.join(source.as_str()?);
            *source = format!("file://{}", utf8_percent_encode(path.as_str(), PATH)).into();
        }
        let encoded = BASE64.encode(map.to_string().as_bytes());
        Some(format!("//# sourceMappingURL=data:application/json;charset=utf-8;base64,{encoded}\n"))
    }

    /// The source map of a module that stacks name so.
    fn source_map(&self, project: &Utf8Path, name: &str) -> Option<&String> {
        let path = project.join(name);
        self.source_maps.get(path.strip_prefix(&self.root).unwrap_or(&path))
    }
}
