//! Errors as Vitest's worker serializes them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::report::frames::{Frame, SourceMaps, map_stack};

/// An error of a test, a suite, a file or of nobody in particular.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Value")]
pub struct TestError {
    /// `TypeError` and the like; `None` for what is no `Error` at all.
    pub name: Option<String>,
    /// The message; empty for an error without one.
    pub message: String,
    /// The stack as text, positions mapped to the sources.
    pub stack: Option<String>,
    /// The same, read, innermost first, nothing left out.
    pub frames: Vec<Frame>,
    /// `- Expected`, `+ Received` and so on, maybe coloured already.
    pub diff: Option<String>,
    /// What was there, and what was to be there instead, as texts; only of assertions that compare the two.
    pub compared: Option<(String, String)>,
    /// A code frame somebody else made, for example a compiler.
    pub code_frame: Option<String>,
    /// `error.cause`.
    pub cause: Option<Box<TestError>>,
    /// The test that ran last before an unhandled error.
    pub test_name: Option<String>,
    /// The test file that ran when an unhandled error came up.
    pub test_path: Option<String>,
    /// All other enumerable properties.
    pub properties: Map<String, Value>,
}

/// Keys that every serialized error has and that tell the user nothing new.
const KNOWN: [&str; 30] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "__vitest_error_context__",
    "__vitest_rollup_error__",
    "__vitest_test_syntax_error__",
    "actual",
    "column",
    "columnNumber",
    "constructor",
    "diffOptions",
    "expected",
    "fileName",
    "hasOwnProperty",
    "isPrototypeOf",
    "line",
    "lineNumber",
    "ok",
    "operator",
    "propertyIsEnumerable",
    "runnerError",
    "showDiff",
    "sourceURL",
    "stacks",
    "toLocaleString",
    "toString",
    "type",
    "valueOf",
];

impl TestError {
    /// The message as JavaScript shows it; what is no `Error` has none.
    pub fn shown_message(&self) -> &str {
        if self.has_message() { &self.message } else { "undefined" }
    }

    /// Whether there is a message, be it an empty one; of what is no `Error` there may be none.
    pub fn has_message(&self) -> bool {
        self.name.is_some() || !self.message.is_empty()
    }

    /// An error of the host's own, without a stack.
    pub fn new(name: &str, message: impl Into<String>) -> Self {
        Self { name: Some(name.to_owned()), message: message.into(), ..Self::default() }
    }

    /// Positions of the compiled modules become those of the sources, in the error and its causes.
    pub(super) fn map(&mut self, root: &camino::Utf8Path, maps: Option<&dyn SourceMaps>) {
        if let Some(stack) = &self.stack {
            let (text, frames) = map_stack(stack, root, maps);
            self.stack = Some(text);
            self.frames = frames;
        }
        if let Some(cause) = &mut self.cause {
            cause.map(root, maps);
        }
    }
}

impl From<Value> for TestError {
    fn from(value: Value) -> Self {
        let mut object = match value {
            Value::Object(object) => object,
            Value::String(text) => return Self::primitive(&text),
            other => return Self::primitive(&other.to_string()),
        };
        let mut text = |key: &str| match object.shift_remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let mut error = Self {
            name: text("name").filter(|name| !name.is_empty()),
            stack: text("stack"),
            diff: text("diff").filter(|diff| !diff.is_empty()),
            compared: text("actual").zip(text("expected")),
            code_frame: text("codeFrame").or_else(|| text("frame")),
            test_name: text("VITEST_TEST_NAME"),
            test_path: text("VITEST_TEST_PATH"),
            ..Self::default()
        };
        if object.get("showDiff") != Some(&Value::Bool(true)) {
            error.compared = None;
        }
        error.message = match object.shift_remove("message") {
            Some(Value::String(message)) => message,
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        };
        error.cause =
            object.shift_remove("cause").filter(|cause| !cause.is_null()).map(|cause| Box::new(cause.into()));
        if error.name.as_deref() != Some("AssertionError") {
            object.retain(|key, value| !KNOWN.contains(&key.as_str()) && !value.is_null());
            error.properties = object;
        }
        error
    }
}

impl TestError {
    /// `throw 'text'`.
    fn primitive(text: &str) -> Self {
        Self { message: text.lines().next().unwrap_or_default().to_owned(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_thrown_need_not_be_an_error() {
        let error = TestError::from(json!("first\nsecond"));
        assert_eq!((error.name, error.message.as_str()), (None, "first"));
        assert_eq!(TestError::from(json!(42)).message, "42");
    }

    #[test]
    fn only_properties_of_the_users_own_remain() {
        let error = TestError::from(json!({
            "name": "RangeError", "message": "far", "stack": "RangeError: far", "constructor": "Function<RangeError>",
            "toString": "Function<toString>", "code": "E_FAR", "nothing": null, "cause": { "message": "below", "line": 3 },
        }));
        assert_eq!(Value::Object(error.properties), json!({ "code": "E_FAR" }));
        assert_eq!(error.cause.unwrap().message, "below");
    }
}
