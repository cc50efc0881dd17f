//! What one module says of its exports: the names, and the shape of what they stand for, as far as the text tells.
//!
//! Only shapes that can decide what an export is are kept: class heads, functions that return classes, objects with event
//! handlers. Lines are counted from 1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a module declares and exports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Names bound at the top level, imports included.
    pub locals: BTreeMap<String, Value>,
    /// What each exported name stands for; `default` for the default export.
    pub exports: BTreeMap<String, Value>,
    /// The modules of `export * from`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stars: Vec<Star>,
}

/// An `export * from "specifier"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Star {
    /// The module, as written.
    pub specifier: String,
    /// The line.
    pub line: u32,
}

/// An expression or declaration, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The line.
    pub line: u32,
    /// What it is.
    pub form: Form,
}

/// What an expression is, as far as that can matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// A class.
    Class {
        /// What it extends.
        parent: Option<Box<Value>>,
        /// Those of its members that workerd may call.
        members: Vec<String>,
    },
    /// A function, and what it returns where that is a class or made from one.
    Function {
        /// The names of its parameters; empty for a pattern.
        parameters: Vec<String>,
        /// Classes and the like that it declares.
        locals: BTreeMap<String, Value>,
        /// What it returns.
        returns: Option<Box<Value>>,
    },
    /// An object, and those of its members that workerd may call.
    Object(Vec<String>),
    /// Something that TypeScript is told to be an `ExportedHandler`.
    ExportedHandler,
    /// Something of this name.
    Name(String),
    /// A property.
    Member(Box<Value>, String),
    /// The export `name` of a module; all of them for `*`.
    Import {
        /// The module, as written.
        specifier: String,
        /// The name.
        name: String,
    },
    /// A call.
    Call {
        /// What is called.
        callee: Box<Value>,
        /// With what.
        arguments: Vec<Value>,
    },
    /// An instance of a class.
    New(Box<Value>),
    /// Anything else.
    Other,
}

/// The events that a handler object, or a `WorkerEntrypoint`, may have handlers for.
pub const HANDLERS: [&str; 9] =
    ["connect", "email", "fetch", "queue", "scheduled", "tail", "tailStream", "test", "trace"];
/// What only a Durable Object may have.
pub const OBJECT_METHODS: [&str; 4] = ["alarm", "webSocketClose", "webSocketError", "webSocketMessage"];

impl Value {
    pub(super) fn new(line: u32, form: Form) -> Self {
        Self { line, form }
    }

    /// The name at its start: `a` in `a.b(c)`.
    pub(super) fn root(&self) -> Option<&str> {
        match &self.form {
            Form::Name(name) => Some(name),
            Form::Member(object, _) => object.root(),
            Form::Call { callee, .. } | Form::New(callee) => callee.root(),
            _ => None,
        }
    }

    /// The words by which the source knows it.
    pub(super) fn name(&self) -> String {
        match &self.form {
            Form::Import { name, specifier } if name == "default" || name == "*" => specifier.clone(),
            Form::Name(name) | Form::Member(_, name) | Form::Import { name, .. } => name.clone(),
            Form::Call { callee, arguments } => {
                let arguments: Vec<_> = arguments.iter().map(Self::name).collect();
                format!("{}({})", callee.name(), arguments.join(", "))
            }
            Form::New(callee) => format!("new {}", callee.name()),
            _ => "…".to_owned(),
        }
    }
}
