//! `--coverage`: isolates collect it, the project's own provider maps, reports and checks it.

use std::sync::{Arc, atomic::AtomicBool};

use camino::Utf8Path;
use serde_json::{Map, Value, json};

use super::{Stop, flags::Flags};
use crate::{
    cli::native_coverage,
    compile::Compilation,
    config::vitest::{self, VitestConfig},
    diagnostic::{Diagnostic, Diagnostics},
    home::package_from,
    project::Project,
    runtime::{
        coverage::{CoverageHost, CoverageOptions},
        folder::RunFolder,
        node::NodeError,
    },
};

/// The call that carries what an isolate has collected.
const REPORT: &str = "onAfterSuiteRun";

/// How coverage is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    V8,
    Istanbul,
}

impl Provider {
    /// The provider of the run, if coverage is wanted: by the command line, or else by the Vitest config.
    pub(super) fn wanted(
        flags: &Flags,
        project: &Project,
        config: &VitestConfig,
    ) -> Result<Option<Self>, Stop> {
        let configured = &config.test.serialized_config["coverage"];
        let asked = flags.is("coverage").or_else(|| flags.is("coverage.enabled"));
        if !asked.unwrap_or(configured["enabled"] == true) {
            return Ok(None);
        }
        let asked = flags.get("coverage.provider").and_then(Value::as_str);
        let name = asked.or(configured["provider"].as_str()).unwrap_or("v8");
        let provider = match name {
            "v8" => Self::V8,
            "istanbul" => Self::Istanbul,
            _ => {
                let title = format!("coverage cannot be measured by `{name}`");
                let refusal = Diagnostic::error("coverage-provider", title);
                return Err(refused(refusal.help("the providers are `v8` and `istanbul`")));
            }
        };
        provider.check(&project.root, &config.package.folder, &config.package.version)?;
        Ok(Some(provider))
    }

    /// `test.coverage` for who instruments modules, if that is how it measures.
    pub(super) fn instrumentation(self, flags: &Flags) -> Option<Value> {
        let mut coverage = flags.object("coverage");
        coverage["enabled"] = true.into();
        coverage["provider"] = self.name().into();
        (self == Self::Istanbul).then_some(coverage)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V8 => "v8",
            Self::Istanbul => "istanbul",
        }
    }

    /// That its package is there.
    fn check(self, root: &Utf8Path, vitest: &Utf8Path, version: &str) -> Result<(), Stop> {
        let package = format!("@vitest/coverage-{}", self.name());
        if package_from(root, &package).or_else(|| package_from(vitest, &package)).is_some() {
            return Ok(());
        }
        Err(refused(
            Diagnostic::error("no-coverage-provider", format!("coverage needs the npm package `{package}`"))
                .help(format!("run `npm install --save-dev {package}@{version}`")),
        ))
    }
}

fn refused(diagnostic: Diagnostic) -> Stop {
    Stop::Diagnostics(Diagnostics::from_iter([diagnostic]))
}

/// The coverage of a run.
pub(super) struct Coverage {
    pub(super) provider: Provider,
    host: CoverageHost,
    /// What the modules of each project are, where V8 says what of them ran.
    projects: Map<String, Value>,
    /// The arguments of [`REPORT`].
    reports: Vec<Value>,
    _folder: RunFolder,
}

impl Coverage {
    /// Starts the process of the provider; `vitest` is the folder of the project's Vitest.
    pub(super) fn start(
        provider: Provider,
        flags: &Flags,
        project: &Project,
        vitest: &Utf8Path,
        compilations: &[Compilation],
        cancelled: &Arc<AtomicBool>,
    ) -> Result<Self, Stop> {
        let Project { root, home, mode, cache, .. } = project;
        let folder = RunFolder::new()?;
        let config_file = vitest::config_file(root, project.config.as_deref()).map(|path| root.join(path));
        let mut flags = flags.below("coverage");
        flags.retain(|flag| {
            !flag.starts_with("--coverage.enabled=") && !flag.starts_with("--coverage.provider=")
        });
        flags.push("--coverage.enabled=true".to_owned());
        flags.push(format!("--coverage.provider={}", provider.name()));
        let host = CoverageHost::start(&CoverageOptions {
            script: &home.runner_js("node/coverage.mjs"),
            root,
            config_file: config_file.as_deref(),
            vitest,
            mode,
            cache: cache.folder()?,
            flags: &flags,
            folder: folder.path(),
            cancelled,
        })?;
        let projects = match provider {
            Provider::V8 => compilations
                .iter()
                .map(|compilation| (compilation.name().to_owned(), native_coverage::compiled(compilation)))
                .collect(),
            Provider::Istanbul => Map::new(),
        };
        Ok(Self { provider, host, projects, reports: vec![], _folder: folder })
    }

    /// Takes over what an isolate has collected, if a call is that.
    pub(super) fn take(&mut self, method: &str, arguments: &mut [Value]) {
        if let (REPORT, Some(report)) = (method, arguments.first_mut()) {
            self.reports.push(report.take());
        }
    }

    /// Lets the provider map what was collected; gives Istanbul's coverage map if it is wanted.
    pub(super) fn generate(&mut self, map: bool) -> Result<Value, Stop> {
        let told = json!({
            "projects": std::mem::take(&mut self.projects),
            "reports": std::mem::take(&mut self.reports),
            "map": map,
        });
        let mut answer = self.host.ask("generate", &told).map_err(stop)?;
        Ok(answer["generated"].take())
    }

    /// Lets the provider report; whether all thresholds are met. `failed` says whether tests failed.
    pub(super) fn report(mut self, failed: bool) -> Result<bool, Stop> {
        let answer = self.host.ask("report", &json!({ "failed": failed })).map_err(stop)?;
        Ok(answer["reported"] == 0)
    }
}

fn stop(error: NodeError) -> Stop {
    match error {
        NodeError::Cancelled => Stop::Cancelled,
        NodeError::Thrown(thrown) => Stop::SetUp(format!("coverage cannot be reported\n{thrown}")),
        error => Stop::SetUp(error.to_string()),
    }
}
