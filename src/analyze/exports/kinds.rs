//! What an export is: its declaration is followed through re-exports, variables, `extends`, calls and packages until a class
//! of `cloudflare:workers`, a handler object, or the import that hides the rest.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    Hidden, Place,
    facts::{Facts, Form, HANDLERS, OBJECT_METHODS, Star, Value},
    graph::{Graph, Target},
};

/// The classes of `cloudflare:workers` that say what a subclass is.
const PLATFORM_CLASSES: [&str; 4] = ["DurableObject", "RpcTarget", "WorkerEntrypoint", "WorkflowEntrypoint"];
const PLATFORM: &str = "cloudflare:workers";
/// Steps of one search, and how deep one may stand in another. Programs that run need far fewer; a cycle would need more.
const STEPS: u32 = 2_000;
const DEPTH: u32 = 50;

/// Gives the facts of a file.
pub(super) type Read<'a> = &'a dyn Fn(&Utf8Path) -> Facts;

/// What a value is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) known: Known,
    /// Where it is declared; nowhere for what the runtime has.
    pub(super) place: Option<Place>,
}

#[derive(Clone, Debug)]
pub(super) enum Known {
    /// A class of `cloudflare:workers` itself.
    Platform(String),
    Class(Class),
    Function {
        module: Utf8PathBuf,
        value: Box<Value>,
    },
    /// An object with these event handlers.
    Handler(Vec<String>),
    /// Something typed as `ExportedHandler`.
    ExportedHandler,
    /// All exports of a module.
    Namespace(Target),
    /// Nothing that workerd would call, as far as can be seen.
    Value,
    /// Something of the language's or the runtime's: certainly no class of `cloudflare:workers`.
    Global,
    /// Something behind an import that cannot be followed.
    Hidden(Hidden),
}

/// A class and its ancestors.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    /// The ancestor in `cloudflare:workers`.
    pub(super) base: Option<String>,
    /// The words after `extends`, if they are not the base's name.
    pub(super) through: Option<String>,
    /// The ancestor that cannot be followed.
    pub(super) hidden: Option<Hidden>,
    /// Members that workerd may call, inherited ones too.
    pub(super) members: BTreeSet<String>,
}

impl Class {
    pub(super) fn has_object_methods(&self) -> bool {
        OBJECT_METHODS.iter().any(|method| self.members.contains(*method))
    }

    fn handlers(&self) -> Vec<String> {
        self.members.iter().filter(|name| HANDLERS.contains(&name.as_str())).cloned().collect()
    }
}

/// What the parameters and the own classes of a function stand for, while its result is looked at.
struct Frame<'a> {
    parameters: BTreeMap<String, Found>,
    locals: &'a BTreeMap<String, Value>,
}

/// One search through a graph.
pub(super) struct Search<'a> {
    graph: &'a Graph,
    read: Read<'a>,
    facts: RefCell<BTreeMap<Utf8PathBuf, std::rc::Rc<Facts>>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

impl<'a> Search<'a> {
    pub(super) fn new(graph: &'a Graph, read: Read<'a>) -> Self {
        Self { graph, read, facts: RefCell::default(), steps: Cell::new(0), depth: Cell::new(0) }
    }

    /// The modules that were looked into.
    pub(super) fn visited(&self) -> BTreeMap<Utf8PathBuf, Facts> {
        self.facts.borrow().iter().map(|(path, facts)| (path.clone(), (**facts).clone())).collect()
    }

    /// What the main module exports as `name`.
    pub(super) fn export(&self, name: &str) -> Found {
        self.steps.set(STEPS);
        self.export_of(&self.graph.main, name, &mut BTreeSet::new())
            .unwrap_or(Found { known: Known::Value, place: None })
    }

    /// Modules behind an `export *` of the main module that only the runtime has.
    pub(super) fn unknown_names(&self) -> Vec<Hidden> {
        let mut found = vec![];
        let mut seen = BTreeSet::new();
        let mut waiting = vec![self.graph.main.clone()];
        while let Some(module) = waiting.pop() {
            if !seen.insert(module.clone()) {
                continue;
            }
            for star in &self.facts_of(&module).stars {
                match self.target(&module, &star.specifier) {
                    Some(Target::File(file)) if !self.graph.common_js.contains(&file) => waiting.push(file),
                    _ => found.push(hidden_star(&module, star)),
                }
            }
        }
        found
    }

    fn facts_of(&self, module: &Utf8Path) -> std::rc::Rc<Facts> {
        if let Some(facts) = self.facts.borrow().get(module) {
            return facts.clone();
        }
        let facts = match self.graph.packages.get(module) {
            Some(facts) => facts.clone(),
            None => (self.read)(module),
        };
        let facts = std::rc::Rc::new(facts);
        self.facts.borrow_mut().insert(module.to_owned(), facts.clone());
        facts
    }

    fn export_of(&self, module: &Utf8Path, name: &str, seen: &mut BTreeSet<Utf8PathBuf>) -> Option<Found> {
        if !seen.insert(module.to_owned()) {
            return None;
        }
        let facts = self.facts_of(module);
        if let Some(value) = facts.exports.get(name) {
            return Some(self.value(module, value, None));
        }
        if name == "default" {
            return None;
        }
        let mut hidden = None;
        for star in &facts.stars {
            if let Some(Target::File(file)) = self.target(module, &star.specifier) {
                if let Some(found) = self.export_of(&file, name, seen) {
                    return Some(found);
                }
            } else {
                hidden = Some(hidden_star(module, star));
            }
        }
        hidden.map(|hidden| Found { place: Some(hidden.place.clone()), known: Known::Hidden(hidden) })
    }

    fn target(&self, module: &Utf8Path, specifier: &str) -> Option<Target> {
        self.graph.imports.get(module)?.get(specifier).cloned()
    }

    fn value(&self, module: &Utf8Path, value: &Value, frame: Option<&Frame<'_>>) -> Found {
        let (steps, depth) = (self.steps.get(), self.depth.get());
        if steps == 0 || depth == DEPTH {
            return Found { known: Known::Value, place: None };
        }
        self.steps.set(steps - 1);
        self.depth.set(depth + 1);
        let found = self.value_of(module, value, frame);
        self.depth.set(depth);
        found
    }

    fn value_of(&self, module: &Utf8Path, value: &Value, frame: Option<&Frame<'_>>) -> Found {
        let place = Place { file: module.to_owned(), line: value.line };
        let found = |known| Found { known, place: Some(place.clone()) };
        match &value.form {
            Form::Class { parent, members } => {
                let mut class = match parent {
                    Some(parent) => self.inherit(module, parent, self.value(module, parent, frame).known),
                    None => Class::default(),
                };
                class.members.extend(members.iter().cloned());
                found(Known::Class(class))
            }
            Form::Function { .. } => {
                found(Known::Function { module: module.to_owned(), value: Box::new(value.clone()) })
            }
            Form::Object(members) => {
                let handlers: Vec<String> =
                    members.iter().filter(|name| HANDLERS.contains(&name.as_str())).cloned().collect();
                found(if handlers.is_empty() { Known::Value } else { Known::Handler(handlers) })
            }
            Form::ExportedHandler => found(Known::ExportedHandler),
            Form::Name(name) => {
                if let Some(frame) = frame {
                    if let Some(argument) = frame.parameters.get(name) {
                        return argument.clone();
                    }
                    if let Some(local) = frame.locals.get(name) {
                        return self.value(module, local, Some(frame));
                    }
                }
                match self.facts_of(module).locals.get(name) {
                    Some(local) => self.value(module, local, None),
                    None => found(Known::Global),
                }
            }
            Form::Import { specifier, name } => self.import(module, specifier, name, place),
            Form::Member(object, property) => {
                let object = self.value(module, object, frame);
                match object.known {
                    Known::Namespace(Target::File(file)) if property == "default" => {
                        self.export_of(&file, property, &mut BTreeSet::new()).unwrap_or(Found {
                            known: Known::Namespace(Target::File(file)),
                            place: object.place,
                        })
                    }
                    Known::Namespace(Target::File(file)) => self
                        .export_of(&file, property, &mut BTreeSet::new())
                        .unwrap_or_else(|| found(Known::Value)),
                    Known::Namespace(Target::External(module)) => external(&module, property, place),
                    Known::Hidden(hidden) => found(Known::Hidden(hidden)),
                    _ => found(Known::Value),
                }
            }
            Form::Call { callee, arguments } => self.call(module, callee, arguments, frame, &place),
            Form::New(callee) => found(match self.value(module, callee, frame).known {
                Known::Class(class) if !class.handlers().is_empty() => Known::Handler(class.handlers()),
                _ => Known::Value,
            }),
            Form::Other => found(Known::Value),
        }
    }

    fn import(&self, module: &Utf8Path, specifier: &str, name: &str, place: Place) -> Found {
        match self.target(module, specifier) {
            Some(target @ Target::File(_)) if name == "*" => {
                Found { known: Known::Namespace(target), place: Some(place) }
            }
            Some(Target::File(file)) => {
                let found = self.export_of(&file, name, &mut BTreeSet::new());
                // What `module.exports` is, if that is not known: an object of all its exports.
                let whole =
                    if name == "default" { Known::Namespace(Target::File(file)) } else { Known::Value };
                found.unwrap_or(Found { known: whole, place: Some(place) })
            }
            Some(Target::External(module)) => external(&module, name, place),
            None => external(specifier, name, place),
        }
    }

    /// What a class has of what it extends.
    fn inherit(&self, module: &Utf8Path, written: &Value, parent: Known) -> Class {
        match parent {
            Known::Platform(base) => Class { base: Some(base), ..Class::default() },
            Known::Class(class) => Class { through: class.base.is_some().then(|| written.name()), ..class },
            Known::Hidden(hidden) => Class { hidden: Some(hidden), ..Class::default() },
            Known::Global => Class::default(),
            _ => Class { hidden: Some(self.hider(module, written)), ..Class::default() },
        }
    }

    /// The import from which something comes that cannot be seen, or else its own place.
    fn hider(&self, module: &Utf8Path, written: &Value) -> Hidden {
        let facts = self.facts_of(module);
        let import = written.root().and_then(|name| facts.locals.get(name));
        match import {
            Some(Value { line, form: Form::Import { specifier, .. } }) => Hidden {
                import: format!("import \"{specifier}\""),
                place: Place { file: module.to_owned(), line: *line },
            },
            _ => Hidden {
                import: format!("extends {}", written.name()),
                place: Place { file: module.to_owned(), line: written.line },
            },
        }
    }

    fn call(
        &self,
        module: &Utf8Path,
        callee: &Value,
        arguments: &[Value],
        frame: Option<&Frame<'_>>,
        place: &Place,
    ) -> Found {
        let arguments: Vec<Found> =
            arguments.iter().map(|argument| self.value(module, argument, frame)).collect();
        let function = self.value(module, callee, frame).known;
        if let Known::Function { module: file, value } = &function
            && let Form::Function { parameters, locals, returns: Some(returned) } = &value.form
        {
            let parameters = parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
            let found = self.value(file, returned, Some(&Frame { parameters, locals }));
            match &found.known {
                Known::Value | Known::Global | Known::Hidden(_) | Known::Namespace(_) => {}
                Known::Class(class) if class.base.is_none() => {}
                // The class is the caller's, though its text is elsewhere.
                _ => return Found { place: Some(place.clone()), ..found },
            }
        }
        // A wrapper whose code does not show what it returns gives back what it was given.
        let wrapped = arguments.into_iter().rev().find_map(|argument| match argument.known {
            Known::Platform(base) => Some(Known::Class(Class { base: Some(base), ..Class::default() })),
            Known::Class(class) if class.base.is_some() => Some(Known::Class(class)),
            known @ (Known::Handler(_) | Known::ExportedHandler) => Some(known),
            _ => None,
        });
        let known = wrapped.unwrap_or(match function {
            Known::Hidden(hidden) => Known::Hidden(hidden),
            _ => Known::Value,
        });
        Found { known, place: Some(place.clone()) }
    }
}

/// The export `name` of a module that is not bundled.
fn external(module: &str, name: &str, place: Place) -> Found {
    let known = if name == "*" {
        Known::Namespace(Target::External(module.to_owned()))
    } else if module == PLATFORM && PLATFORM_CLASSES.contains(&name) {
        Known::Platform(name.to_owned())
    } else if module == PLATFORM && name == "default" {
        Known::Namespace(Target::External(module.to_owned()))
    } else if is_builtin(module) || module.contains('?') {
        Known::Global
    } else {
        Known::Hidden(Hidden { import: format!("import \"{module}\""), place: place.clone() })
    };
    Found { known, place: Some(place) }
}

/// An `export *` of what only the runtime has.
fn hidden_star(module: &Utf8Path, star: &Star) -> Hidden {
    let place = Place { file: module.to_owned(), line: star.line };
    Hidden { import: format!("export * from \"{}\"", star.specifier), place }
}

fn is_builtin(module: &str) -> bool {
    ["node:", "cloudflare:", "workerd:"].iter().any(|scheme| module.starts_with(scheme))
        || crate::bundle::resolve::node_modules().any(|name| name == module)
}
