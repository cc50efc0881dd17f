//! Which test files run in which test Workers.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use crate::plan::{
    Binding, BindingKind, INTERNAL_BINDING_PREFIX, Plan, Provenance, SIMULATORS, ServiceTarget, Slot, Socket,
    TestWorker,
};

/// One test Worker for each file: no file can see another's globals, modules or storage.
pub(super) fn per_file(files: &[Utf8PathBuf]) -> (Vec<TestWorker>, Vec<Socket>) {
    let mut names = BTreeSet::new();
    let workers: Vec<TestWorker> = files
        .iter()
        .map(|file| TestWorker {
            // A socket's name stands before `=` in workerd's arguments.
            service: file.as_str().replace('=', "_"),
            slots: vec![Slot {
                name: slot_name(file.as_str(), &mut names),
                project: String::new(),
                test_files: vec![file.clone()],
            }],
        })
        .collect();
    let sockets = workers.iter().map(Socket::for_test_worker).collect();
    (workers, sockets)
}

/// Why files cannot share isolates, if they cannot.
pub(super) fn own_isolates(has_auxiliary: bool) -> Option<Provenance> {
    let reason = "auxiliary Workers keep what is in their memory from file to file";
    has_auxiliary.then(|| Provenance::rule("auxiliary-isolates", reason))
}

/// A name for a file's state that can be part of file names; each is given once.
fn slot_name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = file
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .collect();
    let mut name = plain.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{plain}-{number}");
        number += 1;
    }
    name
}

/// The binding through which `cloudflare:test` controls the simulators; the runner hides it from user code.
pub(super) fn control_binding() -> Binding {
    Binding {
        name: format!("{INTERNAL_BINDING_PREFIX}CONTROL"),
        kind: BindingKind::Service {
            target: ServiceTarget::Named(SIMULATORS.to_owned()),
            entrypoint: Some("WptControl".to_owned()),
            // The slot's name is put here: what is controlled is the state of one slot.
            props: Some(json!({ "id": "" })),
        },
        provenance: Provenance::rule("runner", "`reset()` and `listDurableObjectIds()` of `cloudflare:test`"),
    }
}

impl Plan {
    /// All test files, relative to the project root, in the order in which they run.
    pub fn test_files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.test_workers
            .iter()
            .flat_map(|worker| &worker.slots)
            .flat_map(|slot| &slot.test_files)
            .map(Utf8PathBuf::as_path)
    }

    /// Drops the test files that are not wanted, and test Workers without any.
    pub fn keep_files(&mut self, wanted: &mut dyn FnMut(&Utf8Path) -> bool) {
        for slot in self.test_workers.iter_mut().flat_map(|worker| &mut worker.slots) {
            slot.test_files.retain(|file| wanted(file));
        }
        self.test_workers.retain(|worker| worker.slots.iter().any(|slot| !slot.test_files.is_empty()));
        self.sockets.retain(|socket| self.test_workers.iter().any(|worker| worker.service == socket.service));
    }

    /// Puts the test Workers into the order of their first files' places.
    pub fn sort_files(&mut self, place: &dyn Fn(&Utf8Path) -> Option<usize>) {
        self.test_workers.sort_by_cached_key(|worker| {
            worker.slots.iter().flat_map(|slot| &slot.test_files).filter_map(|file| place(file)).min()
        });
    }

    /// The same plan with all test files in `count` test Workers: files of one share modules, globals and storage.
    #[must_use]
    pub fn without_isolation(&self, count: usize) -> Self {
        let files: Vec<Utf8PathBuf> = self.test_files().map(Utf8Path::to_owned).collect();
        let share = files.len().div_ceil(count.max(1)).max(1);
        let shares = files.chunks(share).enumerate().map(|(index, files)| {
            let name = format!("shared-{}", index + 1);
            let slot = Slot { name: name.clone(), project: String::new(), test_files: files.to_vec() };
            TestWorker { service: name, slots: vec![slot] }
        });
        self.with_test_workers(shares.collect())
    }

    /// The same plan with test Workers that are all alike: any slot can run in any of `count`, after others. A plan whose
    /// files have isolates of their own stays as it is.
    #[must_use]
    pub fn with_shared_isolates(&self, count: usize) -> Self {
        if self.own_isolates.is_some() || self.test_workers.len() < 2 {
            return self.clone();
        }
        let mut slots: Vec<Slot> =
            self.test_workers.iter().flat_map(|worker| &worker.slots).cloned().collect();
        let isolates = (1..=count).map(|number| TestWorker {
            service: format!("isolate-{number}"),
            slots: std::mem::take(&mut slots),
        });
        self.with_test_workers(isolates.collect())
    }

    fn with_test_workers(&self, test_workers: Vec<TestWorker>) -> Self {
        let sockets = test_workers.iter().map(Socket::for_test_worker).collect();
        Self { test_workers, sockets, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_names_of_their_own_that_fit_a_file_name() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = ["a/b.test.ts", "a-b.test.ts", "é [x].test.ts"]
            .iter()
            .map(|file| slot_name(file, &mut taken))
            .collect();
        assert_eq!(names, ["a-b.test.ts", "a-b.test.ts-2", "---x-.test.ts"]);
    }
}
