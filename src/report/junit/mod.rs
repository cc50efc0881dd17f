//! The `junit` reporter: XML as CI services read it.

mod options;
mod xml;

use std::{
    cmp::Ordering,
    io::{self, Write},
};

pub use options::JunitOptions;

use super::{
    Reporter,
    model::{ConsoleLog, File, Mode, Run, State, Stream, Suite, TaskRef, TestError, UnhandledError},
    terminal::{plain_error, relative},
};
use options::Names;
use xml::Xml;

/// The heading of the errors that belong to no test.
const UNHANDLED: &str = "vitest unhandled errors";

/// Writes all results at the end of the run.
pub struct JunitReporter {
    options: JunitOptions,
    hostname: String,
    now: String,
}

/// What becomes a `testcase`: a test, or a suite that failed by itself.
struct Case<'a> {
    task: TaskRef<'a>,
    name: String,
    /// The names of the suites around it, joined.
    class: String,
    /// The name of the outermost one.
    suite: &'a str,
}

impl JunitReporter {
    /// A reporter with the options that Vitest's has.
    pub fn new(options: JunitOptions) -> Self {
        let hostname = options.hostname.clone().unwrap_or_else(hostname);
        Self { options, hostname, now: String::new() }
    }

    fn file(&self, run: &Run, file: &File, suite_name: &str, cases: &[Case<'_>], xml: &mut Xml) {
        let states =
            || cases.iter().filter(|case| matches!(case.task, TaskRef::Test(_))).map(|case| case.task);
        let failed = states().filter(|task| task.state() == Some(State::Fail)).count();
        let suites = cases.iter().filter(|case| !matches!(case.task, TaskRef::Test(_))).count();
        let skipped = states().filter(|task| matches!(task.mode(), Mode::Skip | Mode::Todo)).count();
        let attributes = [
            ("name", Some(suite_name)),
            ("timestamp", Some(&*self.now)),
            ("hostname", Some(&*self.hostname)),
            ("tests", Some(&*cases.len().to_string())),
            ("failures", Some(&*(failed + suites).to_string())),
            ("errors", Some("0")),
            ("skipped", Some(&*skipped.to_string())),
            ("time", Some(&*time_of(TaskRef::File(file)))),
        ];
        xml.element("testsuite", &attributes, |xml| {
            for case in cases {
                self.case(run, file, case, xml);
            }
        });
    }

    fn case(&self, run: &Run, file: &File, case: &Case<'_>, xml: &mut Xml) {
        let path = relative(file.filepath.as_str(), &run.options().root);
        let names = Names { file, class: &case.class, title: case.task.name(), suite: case.suite };
        let class = self.options.class_name(&names).unwrap_or_else(|| path.clone());
        let title = self.options.title(&names).unwrap_or_else(|| case.name.clone());
        let attributes = [
            ("classname", Some(&*class)),
            ("file", self.options.add_file_attribute.then_some(&*path)),
            ("name", Some(&*title)),
            ("time", Some(&*time_of(case.task))),
        ];
        xml.element("testcase", &attributes, |xml| {
            if self.options.include_console_output {
                for (name, stream) in [("system-out", Stream::Stdout), ("system-err", Stream::Stderr)] {
                    logs(run.logs(case.task.id()), name, stream, xml);
                }
            }
            if matches!(case.task.mode(), Mode::Skip | Mode::Todo) {
                xml.empty("skipped");
            }
            if let TaskRef::Test(test) = case.task
                && !test.annotations.is_empty()
            {
                xml.element("properties", &[], |xml| {
                    for annotation in &test.annotations {
                        let attributes =
                            [("name", Some(&*annotation.kind)), ("value", Some(&*annotation.message))];
                        xml.element("property", &attributes, |_| {});
                    }
                });
            }
            if let Some(result) = case.task.result().filter(|result| result.state == State::Fail) {
                for error in &result.errors {
                    self.error(run, "failure", error, xml);
                }
            }
        });
    }

    fn error(&self, run: &Run, element: &str, error: &TestError, xml: &mut Xml) {
        let attributes =
            [("message", error.has_message().then_some(&*error.message)), ("type", error.name.as_deref())];
        xml.element(element, &attributes, |xml| {
            if self.options.stack_trace {
                xml.text(plain_error(&run.options().root, error).0.trim());
            }
        });
    }

    fn unhandled(&self, run: &Run, xml: &mut Xml) {
        let mut errors: Vec<&UnhandledError> = run.errors().iter().collect();
        errors.sort_by(|a, b| unhandled_order(a, b));
        let count = errors.len().to_string();
        let attributes = [
            ("name", Some(UNHANDLED)),
            ("timestamp", Some(&*self.now)),
            ("hostname", Some(&*self.hostname)),
            ("tests", Some(&*count)),
            ("failures", Some("0")),
            ("errors", Some(&*count)),
            ("skipped", Some("0")),
            ("time", Some("0")),
        ];
        xml.element("testsuite", &attributes, |xml| {
            for UnhandledError { error, kind } in errors {
                let title = if error.message.is_empty() {
                    kind.clone()
                } else {
                    format!("{kind}: {}", error.message)
                };
                let path = error.test_path.as_deref().filter(|_| self.options.add_file_attribute);
                let path = path.map(|path| relative(path, &run.options().root));
                let attributes = [
                    ("classname", Some(UNHANDLED)),
                    ("file", path.as_deref()),
                    ("name", Some(&*title)),
                    ("time", Some("0")),
                ];
                xml.element("testcase", &attributes, |xml| self.error(run, "error", error, xml));
            }
        });
    }

    fn report(&mut self, run: &Run) -> String {
        let is_old = run.options().vitest_major() < 5;
        if is_old {
            self.options.before_vitest_5();
        }
        self.now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let mut files: Vec<_> = run
            .files()
            .iter()
            .map(|file| {
                let path = relative(file.filepath.as_str(), &run.options().root);
                (self.options.suite_name_of(file).unwrap_or(path), file, self.cases(file))
            })
            .collect();
        // A change of Vitest 5, as are errors that belong to no test.
        if !is_old {
            files.sort_by(|(a, ..), (b, ..)| utf16_order(a, b));
        }
        let unhandled = if is_old { 0 } else { run.errors().len() };
        let tests = files.iter().map(|(.., cases)| cases.len()).sum::<usize>() + unhandled;
        let failures = files
            .iter()
            .flat_map(|(.., cases)| cases)
            .filter(|case| !matches!(case.task, TaskRef::Test(_)) || case.task.state() == Some(State::Fail))
            .count();
        let durations = files.iter().filter_map(|(_, file, _)| file.result.as_ref()?.duration);
        let attributes = [
            ("name", Some(self.options.suite_name.as_deref().unwrap_or("vitest tests"))),
            ("tests", Some(&*tests.to_string())),
            ("failures", Some(&*failures.to_string())),
            ("errors", Some(&*unhandled.to_string())),
            ("time", Some(&*seconds(durations.sum()))),
        ];
        let mut xml = Xml::new();
        xml.element("testsuites", &attributes, |xml| {
            for (name, file, cases) in &files {
                self.file(run, file, name, cases, xml);
            }
            if unhandled > 0 {
                self.unhandled(run, xml);
            }
        });
        xml.text
    }

    /// The tests of a file, then the suites that failed by themselves.
    fn cases<'a>(&self, file: &'a File) -> Vec<Case<'a>> {
        let separator = self.options.ancestor_separator.as_deref().unwrap_or(" > ");
        let tests = file.cases().into_iter().map(|case| {
            let above: Vec<&str> = case.above.iter().map(|suite: &&'a Suite| suite.name.as_str()).collect();
            let suite = above.first().copied().unwrap_or_default();
            Case {
                name: case.full_name(separator),
                class: above.join(separator),
                suite,
                task: TaskRef::Test(case.test),
            }
        });
        let mut cases: Vec<_> = tests.collect();
        file.walk(&mut |task, _| {
            let has_errors = task.result().is_some_and(|result| !result.errors.is_empty());
            if has_errors && !matches!(task, TaskRef::Test(_)) {
                cases.push(Case { task, name: task.name().to_owned(), class: String::new(), suite: "" });
            }
        });
        if cases.is_empty() && TaskRef::File(file).state() == Some(State::Fail) {
            let task = TaskRef::File(file);
            cases.push(Case { task, name: file.name.clone(), class: String::new(), suite: "" });
        }
        cases
    }
}

impl Reporter for JunitReporter {
    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.report(run).as_bytes())
    }
}

fn logs(logs: &[ConsoleLog], element: &str, stream: Stream, xml: &mut Xml) {
    let mut logs = logs.iter().filter(|log| log.stream == stream).peekable();
    if logs.peek().is_some() {
        xml.element(element, &[], |xml| {
            for log in logs {
                xml.text(&log.content);
            }
        });
    }
}

/// The same in every run, whoever reported first.
fn unhandled_order(a: &UnhandledError, b: &UnhandledError) -> Ordering {
    let key = |one: &UnhandledError| {
        let error = &one.error;
        let path = error.test_path.clone().unwrap_or_default();
        (path, one.kind.clone(), error.name.clone().unwrap_or_default(), error.message.clone())
    };
    key(a).cmp(&key(b))
}

/// As JavaScript compares texts.
fn utf16_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

fn time_of(task: TaskRef<'_>) -> String {
    seconds(task.result().and_then(|result| result.duration).unwrap_or(0.0))
}

/// Milliseconds as seconds, with no more digits than there are, and no more than ten.
fn seconds(milliseconds: f64) -> String {
    let text = format!("{:.10}", milliseconds / 1000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn hostname() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

#[cfg(test)]
mod tests;
