//! Every flag of Vitest's command line (4.1 to 5.1), and what `wpt-gen test` makes of it.
//!
//! `docs/flags.md` is printed from this table; a test compares it with the tables of installed versions of Vitest.

/// What a flag is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) enum Kind {
    /// Nothing, `true` or `false`.
    Switch,
    /// A number.
    Number,
    /// A number, or nothing, which stands for the one given here.
    NumberOr(u32),
    /// A number, or a share of the cores such as `50%`.
    Workers,
    /// One of these; where the first is empty, the flag may stand alone.
    OneOf(&'static [&'static str]),
    /// A text.
    Text,
    /// A text, which may be given more than once.
    List,
    /// A regular expression, with its flags.
    Pattern(&'static str),
}

/// What a flag does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) enum Effect {
    /// Sets what Vitest's serialized config has under the same name.
    Config,
    /// Is looked up by name where it matters.
    Own,
    /// Says what holds anyway.
    Accepted,
}

/// A flag of Vitest's.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Flag {
    /// Its name; dots separate the levels of the config.
    pub(in crate::cli) name: &'static str,
    /// Its letter.
    pub(in crate::cli) short: Option<char>,
    /// What it is given.
    pub(in crate::cli) kind: Kind,
    /// What it does.
    pub(in crate::cli) effect: Effect,
    /// For the user.
    pub(in crate::cli) help: &'static str,
}

const fn flag(name: &'static str, kind: Kind, effect: Effect, help: &'static str) -> Flag {
    Flag { name, short: None, kind, effect, help }
}

const fn short(letter: char, flag: Flag) -> Flag {
    Flag { short: Some(letter), ..flag }
}

use Effect::{Accepted, Config, Own};
use Kind::{List, Number, NumberOr, OneOf, Pattern, Switch, Text, Workers};

/// Which tests are run.
const SELECTION: &[Flag] = &[
    short(
        't',
        flag(
            "testNamePattern",
            Pattern(""),
            Config,
            "Run only tests whose full name matches this regular expression",
        ),
    ),
    flag(
        "exclude",
        List,
        Own,
        "Leave out test files that match this glob, besides those that the config excludes",
    ),
    flag("dir", Text, Own, "Run only test files in this folder"),
    flag("tagsFilter", List, Config, "Run only tests with these tags, such as `db && !slow`"),
    flag("strictTags", Switch, Config, "Refuse tags that the config does not define"),
    flag("allowOnly", Switch, Config, "Allow tests that are marked as only; the default, except on CI"),
    flag("passWithNoTests", Switch, Own, "Succeed if there are no test files"),
];

/// How they are run.
const EXECUTION: &[Flag] = &[
    short(
        'u',
        flag(
            "update",
            OneOf(&["", "new", "all", "none", "true", "false"]),
            Own,
            "Update snapshots: write new and changed ones, remove obsolete ones",
        ),
    ),
    flag(
        "isolate",
        OneOf(&["", "worker", "true", "false"]),
        Own,
        "Keep test files apart; with `--no-isolate` they share modules, globals and storage, with `--isolate=worker` not even an isolate",
    ),
    flag(
        "maxWorkers",
        Workers,
        Own,
        "The most workerd processes at a time, or a share of the cores such as 50%",
    ),
    flag(
        "fileParallelism",
        Switch,
        Own,
        "Run test files side by side; with `--no-file-parallelism` in one process",
    ),
    flag("maxConcurrency", Number, Config, "How many concurrent tests of a file run at a time"),
    flag("globals", Switch, Config, "Define `describe`, `it`, `expect` and the others as globals"),
    flag("bail", NumberOr(1), Config, "Stop when this many tests have failed"),
    flag("retry", Number, Config, "How often a failed test is run again"),
    flag("retry.count", Number, Config, "The same"),
    flag("retry.delay", Number, Config, "Milliseconds between the attempts"),
    flag("retry.condition", Pattern("i"), Config, "Run again only where the error's message matches"),
    flag("repeats", Number, Config, "How often each test is repeated, whatever comes out"),
    flag("testTimeout", Number, Config, "Milliseconds that a test may take; 0 for any time"),
    flag("hookTimeout", Number, Config, "Milliseconds that a hook may take; 0 for any time"),
    flag("sequence.shuffle", Switch, Own, "Run files and tests in a random order"),
    flag("sequence.shuffle.files", Switch, Own, "Run files in a random order"),
    flag("sequence.shuffle.tests", Switch, Own, "Run tests in a random order"),
    flag("sequence.concurrent", Switch, Config, "Run the tests of a file side by side"),
    flag("sequence.seed", Number, Config, "The seed of the random order"),
    flag("sequence.hooks", OneOf(&["stack", "list", "parallel"]), Config, "The order of hooks"),
    flag("sequence.setupFiles", OneOf(&["list", "parallel"]), Config, "The order of setup files"),
    flag(
        "cache",
        Switch,
        Own,
        "With `--no-cache`, neither use nor keep how long files took and which failed",
    ),
    flag("expect.requireAssertions", Switch, Config, "Fail tests without an assertion"),
    flag("expect.poll.interval", Number, Config, "Milliseconds between the attempts of `expect.poll`"),
    flag("expect.poll.timeout", Number, Config, "Milliseconds that `expect.poll` tries"),
    flag(
        "dangerouslyIgnoreUnhandledErrors",
        Switch,
        Own,
        "Succeed in spite of errors that belong to no test",
    ),
    flag("run", Switch, Accepted, "Do not watch files, which is the default"),
];

/// What is shown.
const OUTPUT: &[Flag] = &[
    flag(
        "silent",
        OneOf(&["", "true", "false", "passed-only"]),
        Own,
        "Do not show what tests print, or only what failed ones do",
    ),
    flag("hideSkippedTests", Switch, Own, "Do not list skipped tests"),
    flag("slowTestThreshold", Number, Config, "Milliseconds from which on a test counts as slow"),
    flag("includeTaskLocation", Switch, Config, "Report the line of each test and suite"),
    flag("printConsoleTrace", Switch, Config, "Say where each line was printed"),
    flag("expandSnapshotDiff", Switch, Own, "Show the whole difference of snapshots"),
    flag("diff.aAnnotation", Text, Config, "What the expected lines of differences are called"),
    flag("diff.aIndicator", Text, Config, "What expected lines begin with"),
    flag("diff.bAnnotation", Text, Config, "What the received lines are called"),
    flag("diff.bIndicator", Text, Config, "What received lines begin with"),
    flag("diff.commonIndicator", Text, Config, "What common lines begin with"),
    flag("diff.contextLines", Number, Config, "How many lines are shown around each change"),
    flag("diff.emptyFirstOrLastLinePlaceholder", Text, Config, "What stands for an empty first or last line"),
    flag("diff.expand", Switch, Config, "Show all common lines"),
    flag("diff.includeChangeCounts", Switch, Config, "Count the changes"),
    flag("diff.omitAnnotationLines", Switch, Config, "Leave out the annotations"),
    flag("diff.printBasicPrototype", Switch, Config, "Print the prototypes of objects and arrays"),
    flag("diff.maxDepth", Number, Config, "How deep objects are printed"),
    flag("diff.truncateThreshold", Number, Config, "How many lines of a difference are shown"),
    flag("diff.truncateAnnotation", Text, Config, "What stands for the rest"),
    flag("color", Switch, Own, "Use colours, or with `--no-color` none"),
    flag("clearScreen", Switch, Own, "Whether a run of watch mode clears the terminal first"),
];

/// What is covered, and how that is reported.
const COVERAGE: &[Flag] = &[
    flag("coverage", Switch, Own, "Measure coverage"),
    flag("coverage.enabled", Switch, Own, "The same"),
    flag("coverage.provider", Text, Own, "What measures it: `v8` or `istanbul`"),
    flag(
        "coverage.include",
        List,
        Own,
        "Report files that match this glob, whether or not a test reaches them",
    ),
    flag("coverage.exclude", List, Own, "Leave out files that match this glob"),
    flag("coverage.clean", Switch, Own, "Empty the folder of reports first"),
    flag("coverage.cleanOnRerun", Switch, Own, "Empty it before tests run again"),
    flag("coverage.reportsDirectory", Text, Own, "The folder of reports"),
    flag(
        "coverage.reporter",
        List,
        Own,
        "A report: `text`, `json`, `json-summary`, `html`, `lcov` and others",
    ),
    flag("coverage.reportOnFailure", Switch, Own, "Report although tests fail"),
    flag("coverage.allowExternal", Switch, Own, "Report files outside the root too"),
    flag("coverage.skipFull", Switch, Own, "Leave files out that are covered wholly"),
    flag(
        "coverage.excludeAfterRemap",
        Switch,
        Own,
        "Apply the globs to the sources of what was compiled too",
    ),
    flag("coverage.processingConcurrency", Number, Own, "How many results are read at a time"),
    flag("coverage.ignoreClassMethods", List, Own, "Leave out methods of this name"),
    flag("coverage.thresholds.100", Switch, Own, "Set all thresholds to 100"),
    flag("coverage.thresholds.perFile", Switch, Own, "Apply thresholds to each file"),
    flag(
        "coverage.thresholds.autoUpdate",
        Switch,
        Own,
        "Raise thresholds in the config where more is covered",
    ),
    flag("coverage.thresholds.lines", Number, Own, "The least coverage of lines, in percent"),
    flag("coverage.thresholds.functions", Number, Own, "The least coverage of functions, in percent"),
    flag("coverage.thresholds.branches", Number, Own, "The least coverage of branches, in percent"),
    flag("coverage.thresholds.statements", Number, Own, "The least coverage of statements, in percent"),
    flag("coverage.watermarks.statements", Text, Own, "Where the colours of statements change: `50,80`"),
    flag("coverage.watermarks.lines", Text, Own, "Where the colours of lines change"),
    flag("coverage.watermarks.branches", Text, Own, "Where the colours of branches change"),
    flag("coverage.watermarks.functions", Text, Own, "Where the colours of functions change"),
];

/// What only Vitest has, unless another part of the command line defines it.
pub(in crate::cli) const OTHER: &[&str] = &[
    "changed",
    "lastFailed",
    "teardownTimeout",
    "watch",
    "ui",
    "open",
    "api",
    "api.port",
    "api.host",
    "api.strictPort",
    "api.allowExec",
    "api.allowWrite",
    "reporter",
    "outputFile",
    "coverage.customProviderModule",
    "coverage.changed",
    "coverage.htmlDir",
    "coverage.autoAttachSubprocess",
    "injectCjsGlobals",
    "dom",
    "browser",
    "browser.enabled",
    "browser.name",
    "browser.headless",
    "browser.api",
    "browser.api.port",
    "browser.api.host",
    "browser.api.strictPort",
    "browser.api.allowExec",
    "browser.api.allowWrite",
    "browser.isolate",
    "browser.ui",
    "browser.detailsPanelPosition",
    "browser.fileParallelism",
    "browser.connectTimeout",
    "browser.dependencySourcemaps",
    "browser.trackUnhandledErrors",
    "browser.importMapMocks",
    "browser.trace",
    "browser.traceView",
    "browser.traceView.enabled",
    "browser.traceView.mode",
    "browser.traceView.recordCanvas",
    "browser.traceView.inlineImages",
    "browser.traceView.ariaSnapshot",
    "browser.locators",
    "browser.locators.exact",
    "pool",
    "execArgv",
    "vmMemoryLimit",
    "environment",
    "logHeapUsage",
    "detectAsyncLeaks",
    "shard",
    "sinceLastRun",
    "sequence",
    "inspect",
    "inspectBrk",
    "diff",
    "disableConsoleIntercept",
    "typecheck",
    "typecheck.enabled",
    "typecheck.only",
    "typecheck.checker",
    "typecheck.allowJs",
    "typecheck.ignoreSourceErrors",
    "typecheck.build",
    "typecheck.tsconfig",
    "typecheck.spawnTimeout",
    "fsModuleCache",
    "fsModuleCachePath",
    "expect",
    "expect.poll",
    "attachmentsDir",
    "configLoader",
    "standalone",
    "mergeReports",
    "listTags",
    "clearCache",
    "sharedViteServer",
    "experimental",
    "experimental.importDurations",
    "experimental.importDurations.print",
    "experimental.importDurations.limit",
    "experimental.importDurations.failOnDanger",
    "experimental.importDurations.thresholds",
    "experimental.importDurations.thresholds.warn",
    "experimental.importDurations.thresholds.danger",
    "experimental.fsModuleCache",
    "experimental.viteModuleRunner",
    "experimental.nodeLoader",
    "experimental.traceTimeline",
    "experimental.vcsProvider",
    "experimental.recordDependencies",
    "experimental.preParse",
    "experimental.diagnostics",
    "experimental.diagnostics.isolate",
    "experimental.diagnostics.environment",
    "experimental.diagnostics.import",
    "experimental.diagnostics.transform",
    "staticParseConcurrency",
    "compare",
    "outputJson",
];

/// The flags under the headings by which `--help` and the documentation group them.
pub(in crate::cli) const GROUPS: [(&str, &[Flag]); 4] =
    [("Selection", SELECTION), ("Execution", EXECUTION), ("Output", OUTPUT), ("Coverage", COVERAGE)];

/// The flags of all groups.
pub(in crate::cli) fn flags() -> impl Iterator<Item = &'static Flag> {
    GROUPS.iter().flat_map(|(_, flags)| flags.iter())
}
