//! The `flatted` format with the circles that Vitest's tasks have: each knows its file and the suite around it.

use serde_json::{Map, Value};

/// What was written so far: all but the first item, which is the root.
pub(super) struct Flattened {
    items: Vec<Value>,
}

impl Flattened {
    pub(super) fn new() -> Self {
        Self { items: vec![Value::Null] }
    }

    /// The whole text.
    pub(super) fn finish(mut self, root: Vec<Value>) -> String {
        self.items[0] = Value::Array(root);
        Value::Array(self.items).to_string()
    }

    /// A value: itself, or a reference to its item.
    pub(super) fn value(&mut self, value: &Value) -> Value {
        if !matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_)) {
            return value.clone();
        }
        let place = self.place();
        let item = match value {
            Value::Array(values) => values.iter().map(|value| self.value(value)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| (key.clone(), self.value(value)))
                .collect::<Map<_, _>>()
                .into(),
            text => text.clone(),
        };
        self.put(place, item)
    }

    /// A list of references.
    pub(super) fn list(&mut self, items: Vec<Value>) -> Value {
        let place = self.place();
        self.put(place, items.into())
    }

    /// A test file with all that is in it.
    pub(super) fn file(&mut self, file: &Value) -> Value {
        let place = self.place();
        let reference = Value::String(place.to_string());
        self.task(file, place, &reference, None)
    }

    fn task(&mut self, task: &Value, place: usize, file: &Value, suite: Option<&Value>) -> Value {
        let own = Value::String(place.to_string());
        let is_file = own == *file;
        let mut item = Map::new();
        for (key, value) in task.as_object().into_iter().flatten() {
            let value = match key.as_str() {
                "file" | "suite" => continue,
                "tasks" => {
                    let tasks = value.as_array().into_iter().flatten().map(|child| {
                        let place = self.place();
                        self.task(child, place, file, (!is_file).then_some(&own))
                    });
                    let tasks = tasks.collect();
                    self.list(tasks)
                }
                _ => self.value(value),
            };
            item.insert(key.clone(), value);
        }
        item.insert("file".to_owned(), file.clone());
        if let Some(suite) = suite {
            item.insert("suite".to_owned(), suite.clone());
        }
        self.put(place, item.into())
    }

    fn place(&mut self) -> usize {
        self.items.push(Value::Null);
        self.items.len() - 1
    }

    fn put(&mut self, place: usize, item: Value) -> Value {
        self.items[place] = item;
        Value::String(place.to_string())
    }
}
