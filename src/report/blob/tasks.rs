//! The tasks of a run, in Vitest's own words.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::report::model::File;

/// All files, each a tree.
#[derive(Default)]
pub(super) struct Tasks {
    files: Vec<Value>,
    /// Where tasks are: the file, then the position in each level below it.
    places: HashMap<String, Vec<usize>>,
    /// What was written to the console before the file that wrote it was known.
    early_logs: HashMap<String, Vec<Value>>,
}

impl Tasks {
    /// A file's tests are known.
    pub(super) fn collected(&mut self, file: Value) {
        let index = self.position(&file["filepath"], &file["projectName"]).unwrap_or(self.files.len());
        note(&file, &[index], &mut self.places);
        if index == self.files.len() {
            self.files.push(file);
        } else {
            self.files[index] = file;
        }
    }

    /// The file, which is not needed any more here.
    pub(super) fn take_file(&mut self, file: &File) -> Option<Value> {
        let index = self.position(&json!(file.filepath), &json!(file.project_name))?;
        let mut task = self.files[index].take();
        if let Some(logs) = task["id"].as_str().and_then(|id| self.early_logs.remove(id)) {
            task["logs"] = logs.into();
        }
        Some(task)
    }

    pub(super) fn set_result(&mut self, id: &str, result: &Value, meta: &Value) {
        let Some(task) = self.task(id) else { return };
        task["result"] = result.clone();
        if !meta.is_null() {
            task["meta"] = meta.clone();
        }
        if result["state"] == "skip" {
            task["mode"] = "skip".into();
        }
    }

    pub(super) fn add_artifact(&mut self, id: &str, artifact: &Value) {
        let Some(task) = self.task(id) else { return };
        let is_annotation = artifact["type"] == "internal:annotation";
        let (list, item) =
            if is_annotation { ("annotations", &artifact["annotation"]) } else { ("artifacts", artifact) };
        if let Some(list) = task[list].as_array_mut() {
            list.push(item.clone());
        }
    }

    pub(super) fn add_log(&mut self, log: &Value, start: SystemTime) {
        let Some(id) = log["taskId"].as_str() else { return };
        let mut log = log.clone();
        if log["time"].is_null() {
            let now = start.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
            log["time"] = json!(now);
        }
        match self.places.get(id).map(Vec::len) {
            Some(2..) => {
                if let Some(task) = self.task(id) {
                    match task["logs"].as_array_mut() {
                        Some(logs) => logs.push(log),
                        None => task["logs"] = json!([log]),
                    }
                }
            }
            _ => self.early_logs.entry(id.to_owned()).or_default().push(log),
        }
    }

    fn position(&self, path: &Value, project: &Value) -> Option<usize> {
        let name = project.as_str().unwrap_or_default();
        let is_same = |file: &Value| {
            file["filepath"] == *path && file["projectName"].as_str().unwrap_or_default() == name
        };
        self.files.iter().position(is_same)
    }

    fn task(&mut self, id: &str) -> Option<&mut Value> {
        let (file, below) = self.places.get(id)?.split_first()?;
        let mut task = self.files.get_mut(*file)?;
        for index in below {
            task = task.get_mut("tasks")?.get_mut(*index)?;
        }
        Some(task)
    }
}

fn note(task: &Value, place: &[usize], places: &mut HashMap<String, Vec<usize>>) {
    places.insert(task["id"].as_str().unwrap_or_default().to_owned(), place.to_vec());
    for (index, child) in task["tasks"].as_array().into_iter().flatten().enumerate() {
        note(child, &[place, &[index]].concat(), places);
    }
}
