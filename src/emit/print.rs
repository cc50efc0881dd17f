//! Prints a Cap'n Proto message as text by walking it with reflection.
//!
//! The walk knows the schema but not the plan; what the text says beyond the message comes from [`Notes`].

use capnp::{
    dynamic_list, dynamic_struct,
    dynamic_value::Reader,
    introspect::TypeVariant,
    schema::{Field, StructSchema},
    schema_capnp::field,
    traits::HasTypeId,
};

use super::{
    EmitError,
    layout::{Doc, Item, Lines, WIDTH},
    literal,
    notes::{File, Named, Notes},
    schema::workerd_capnp::{
        config, extension, service, service_designator, socket, worker, workflows_engine,
    },
};

/// The file part of the schema's type names, and what the text form calls the file.
const FILE: &str = "workerd.capnp:";
const ALIAS: &str = "Workerd";

/// What the page calls the file of details.
const DETAILS: &str = "Details";

/// Structs whose fields always get a line each.
const BROKEN_STRUCTS: [u64; 2] = [config::Reader::TYPE_ID, worker::Reader::TYPE_ID];

/// Structs that get a line each, however long: reviewers compare lists of them line by line.
const ONE_LINE_STRUCTS: [u64; 7] = [
    service::Reader::TYPE_ID,
    socket::Reader::TYPE_ID,
    worker::binding::Reader::TYPE_ID,
    worker::module::Reader::TYPE_ID,
    worker::durable_object_namespace::Reader::TYPE_ID,
    workflows_engine::workflow::Reader::TYPE_ID,
    extension::module::Reader::TYPE_ID,
];

/// Structs that are mostly just a name: Cap'n Proto takes text for them and sets their first field.
const JUST_A_NAME: [u64; 2] = [
    service_designator::Reader::TYPE_ID,
    worker::binding::durable_object_namespace_designator::Reader::TYPE_ID,
];

/// A declared constant.
pub(super) struct Constant {
    /// Its name and file.
    pub(super) named: Named,
    /// Its declaration, comments included, ending with a newline.
    pub(super) declaration: String,
}

impl Constant {
    /// Whether the declaration is one line.
    pub(super) fn is_line(&self) -> bool {
        self.declaration.lines().count() == 1
    }
}

/// Walks messages.
pub(super) struct Printer<'n> {
    notes: &'n Notes,
    place: String,
    /// Where what is being printed is going to be.
    file: File,
    constants: Vec<Constant>,
}

impl<'n> Printer<'n> {
    /// Has printed nothing.
    pub(super) fn new(notes: &'n Notes) -> Self {
        Self { notes, place: String::new(), file: File::Page, constants: Vec::new() }
    }

    /// Declares `root` as a constant called `name` on the page, then all constants that it refers to. Its notes are
    /// those below `place`.
    pub(super) fn root(&mut self, root: Reader<'_>, name: &str, place: &str) -> Result<(), EmitError> {
        let index = self.constants.len();
        let declared_type = type_of(&root)?;
        place.clone_into(&mut self.place);
        let doc = self.value(root, "")?;
        let comment = self.notes.get(place).and_then(|note| note.comment.as_deref()).map(literal::comment);
        let named = Named { name: name.to_owned(), file: File::Page };
        self.constants.insert(index, declare(named, &declared_type, &doc, comment));
        Ok(())
    }

    /// All that was declared.
    pub(super) fn finish(self) -> Vec<Constant> {
        self.constants
    }
}

impl Printer<'_> {
    /// The value at the current place, which is inside the field `field`.
    fn value(&mut self, value: Reader<'_>, field: &str) -> Result<Doc, EmitError> {
        Ok(match value {
            Reader::Struct(fields) => self.fields(fields)?,
            Reader::List(list) => self.elements(list, field)?,
            Reader::Text(text) => Doc::Atom(literal::text(text.to_str().map_err(capnp::Error::from)?)),
            Reader::Data(data) => Doc::Atom(literal::data(data)),
            Reader::Enum(value) => Doc::Atom(match value.get_enumerant()? {
                Some(enumerant) => {
                    enumerant.get_proto().get_name()?.to_str().map_err(capnp::Error::from)?.to_owned()
                }
                None => value.get_value().to_string(),
            }),
            Reader::Bool(value) => Doc::Atom(value.to_string()),
            Reader::UInt8(value) => Doc::Atom(value.to_string()),
            Reader::UInt16(value) => Doc::Atom(value.to_string()),
            Reader::UInt32(value) => Doc::Atom(value.to_string()),
            Reader::UInt64(value) => Doc::Atom(value.to_string()),
            Reader::Void => Doc::Atom("void".to_owned()),
            other => return Err(unprintable(&other)),
        })
    }

    /// A struct or group: what is set and not the default.
    fn fields(&mut self, from: dynamic_struct::Reader<'_>) -> Result<Doc, EmitError> {
        let schema = from.get_schema();
        let mut fields = Vec::new();
        for field in schema.get_non_union_fields()? {
            if from.has(field)? && !is_default(from, field)? {
                fields.push(field);
            }
        }
        // A union's first member is the default: it says something only when it has a value.
        let active = from.which()?;
        if let Some(field) = active
            && (field.get_proto().get_discriminant_value() != 0
                || (from.has(field)? && !matches!(from.get(field)?, Reader::Void)))
        {
            fields.push(field);
        }
        fields.sort_by_key(Field::get_index);

        let mut items = Vec::new();
        for field in fields {
            let label = field.get_proto().get_name()?.to_str().map_err(capnp::Error::from)?;
            let item = self.at(label, |this| this.noted(from.get(field)?, label, Some(label)))?;
            let is_group = matches!(field.get_proto().which(), Ok(field::Which::Group(_)));
            let is_chosen = active.is_some_and(|chosen| chosen.get_index() == field.get_index());
            // Groups are always there; one outside a union with nothing in it says nothing.
            if !(is_group && !is_chosen && item.doc.is_empty_group()) {
                items.push(item);
            }
        }
        let id = schema.get_proto().get_id();
        if JUST_A_NAME.contains(&id)
            && let [Item { label: Some("name" | "className"), comment: None, .. }] = items.as_slice()
            && let Some(only) = items.pop()
        {
            return Ok(only.doc);
        }
        let lines = match id {
            id if BROKEN_STRUCTS.contains(&id) => Lines::PerItem,
            id if ONE_LINE_STRUCTS.contains(&id) => Lines::One,
            _ => Lines::WhenLong,
        };
        Ok(Doc::Group { brackets: ('(', ')'), items, lines })
    }

    fn elements(&mut self, list: dynamic_list::Reader<'_>, field: &str) -> Result<Doc, EmitError> {
        let lines = match list.element_type().which() {
            // The bindings inside a wrapped binding are part of its line.
            TypeVariant::Struct(element) if field != "innerBindings" => {
                let id = StructSchema::new(element).get_proto().get_id();
                if ONE_LINE_STRUCTS.contains(&id) { Lines::PerItem } else { Lines::WhenLong }
            }
            _ => Lines::WhenLong,
        };
        let mut items = Vec::new();
        for (index, element) in list.iter().enumerate() {
            items.push(self.at(&index.to_string(), |this| this.noted(element?, field, None))?);
        }
        Ok(Doc::Group { brackets: ('[', ']'), items, lines })
    }

    /// Runs `inside` at the place called `step` in the current place.
    fn at<T>(
        &mut self,
        step: &str,
        inside: impl FnOnce(&mut Self) -> Result<T, EmitError>,
    ) -> Result<T, EmitError> {
        let outer = self.place.len();
        if outer > 0 {
            self.place.push('/');
        }
        self.place.push_str(step);
        let result = inside(self);
        self.place.truncate(outer);
        result
    }

    /// The value at the current place as its note wants it.
    fn noted(
        &mut self,
        value: Reader<'_>,
        field: &str,
        label: Option<&'static str>,
    ) -> Result<Item, EmitError> {
        let Some(note) = self.notes.get(&self.place) else {
            return Ok(Item { label, doc: self.value(value, field)?, comment: None });
        };
        let comment = note.comment.as_deref().map(literal::comment);
        if let Some(path) = &note.embed {
            return Ok(Item { label, doc: Doc::Atom(format!("embed {}", literal::text(path))), comment });
        }
        let Some(named) = &note.constant else {
            return Ok(Item { label, doc: self.value(value, field)?, comment });
        };
        let declared_type = type_of(&value)?;
        let outside = std::mem::replace(&mut self.file, named.file);
        let doc = self.value(value, field)?;
        self.file = outside;
        let reference = Doc::Atom(named.seen_from(outside));
        // In a list on the page, the reason is on the page too.
        let here = comment.clone().filter(|_| named.file != outside && label.is_none());
        self.define(declare(named.clone(), &declared_type, &doc, comment))?;
        Ok(Item { label, doc: reference, comment: here })
    }

    /// Adds a constant, or checks that it is the same as the one that has its name already.
    fn define(&mut self, constant: Constant) -> Result<(), EmitError> {
        match self.constants.iter().find(|other| other.named.name == constant.named.name) {
            None => self.constants.push(constant),
            Some(other) if other.declaration == constant.declaration => {}
            Some(_) => {
                return Err(EmitError::Message(capnp::Error::failed(format!(
                    "the constant `{}` stands for different values",
                    constant.named.name
                ))));
            }
        }
        Ok(())
    }
}

/// A declaration, its comment beside it or above.
fn declare(named: Named, declared_type: &str, doc: &Doc, comment: Option<String>) -> Constant {
    let head = format!("const {} :{declared_type} = ", named.name);
    let value = doc.render(head.chars().count());
    let is_short = !value.contains('\n') && head.chars().count() + value.chars().count() < WIDTH;
    let declaration = match comment {
        None => format!("{head}{value};\n"),
        Some(comment) if is_short => format!("{head}{value};  # {comment}\n"),
        Some(comment) => format!("# {comment}\n{head}{value};\n"),
    };
    Constant { named, declaration }
}

impl Named {
    /// How `file` refers to the constant.
    fn seen_from(&self, file: File) -> String {
        let alias = if self.file == file { "" } else { DETAILS };
        format!("{alias}.{}", self.name)
    }
}

/// Whether a scalar holds the schema's default. Scalars are always there on the wire; pointers are not.
fn is_default(from: dynamic_struct::Reader<'_>, field: Field) -> capnp::Result<bool> {
    let field::Which::Slot(slot) = field.get_proto().which()? else { return Ok(false) };
    let default = Reader::new(slot.get_default_value()?, field.get_type())?;
    Ok(match (from.get(field)?, default) {
        (Reader::Bool(a), Reader::Bool(b)) => a == b,
        (Reader::UInt16(a), Reader::UInt16(b)) => a == b,
        (Reader::UInt32(a), Reader::UInt32(b)) => a == b,
        (Reader::UInt64(a), Reader::UInt64(b)) => a == b,
        (Reader::Enum(a), Reader::Enum(b)) => a.get_value() == b.get_value(),
        _ => false,
    })
}

/// A value's type as a constant's declaration names it.
fn type_of(value: &Reader<'_>) -> Result<String, EmitError> {
    Ok(match value {
        Reader::Struct(value) => struct_name(value.get_schema())?,
        Reader::List(list) => match list.element_type().which() {
            TypeVariant::Struct(element) => {
                format!("List({})", struct_name(StructSchema::new(element))?)
            }
            TypeVariant::Text => "List(Text)".to_owned(),
            _ => return Err(unprintable(value)),
        },
        Reader::Text(_) => "Text".to_owned(),
        other => return Err(unprintable(other)),
    })
}

fn struct_name(schema: StructSchema) -> Result<String, EmitError> {
    let name = schema.get_proto().get_display_name()?.to_str().map_err(capnp::Error::from)?;
    Ok(name.strip_prefix(FILE).map_or_else(|| name.to_owned(), |name| format!("{ALIAS}.{name}")))
}

/// For kinds of values that no field we set has.
fn unprintable(value: &Reader<'_>) -> EmitError {
    EmitError::Message(capnp::Error::unimplemented(format!("printing {value:?}")))
}
