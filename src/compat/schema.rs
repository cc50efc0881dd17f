//! The compatibility flags that a workerd executable knows, read from the executable itself.
//!
//! workerd declares its flags as the fields of a Cap'n Proto struct, `CompatibilityFlags`, with annotations that say how each is
//! turned on. What the schema compiler generates holds that struct's encoded schema (`schema.capnp:Node`, one segment),
//! so the declaration is among the program's constants, as it was written.

use std::{collections::BTreeMap, fs, io};

use camino::Utf8Path;
use capnp::{
    message::{Reader, ReaderOptions, SegmentArray},
    private::layout::{PointerReader, StructReader},
    schema_capnp::{field, node, value},
    traits::FromPointerReader,
};

use crate::config::date::Date;

/// A flag as its declaration describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DeclaredFlag {
    /// What turns it on.
    pub enable: String,
    /// What turns it off.
    pub disable: Option<String>,
    /// From when on it is on by itself.
    pub since: Option<Date>,
    /// Flags of which any turns it on, from a date on.
    pub implied_by: Vec<(Vec<String>, Date)>,
    /// Whether it may only be used with `--experimental`.
    pub experimental: bool,
}

/// The struct's name as the schema has it.
const DISPLAY_NAME: &str = "compatibility-date.capnp:CompatibilityFlags";
/// No schema of this kind is longer, in words.
const LONGEST: usize = 1 << 17;
/// How far before its name a node may begin, in words: its pointer and its fixed part.
const HEAD: usize = 64;
/// A date that every Worker's is after.
const FIRST_DATE: &str = "0001-01-01";

// The identifiers of the annotations, which are part of the declaration's format.
const ENABLE: u64 = 0xb6da_bbc8_7cd1_b03e;
const DISABLE: u64 = 0xd145_cf1a_dc42_577c;
const DATE: u64 = 0x91a5_d5d7_244c_f6d0;
const EVERY_DATE: u64 = 0x9a1d_37c8_030d_9418;
const EXPERIMENTAL: u64 = 0xe3e5_a63e_7628_4d88;
const IMPLIED: u64 = 0xe3e5_a63e_7628_4d89;

/// The flags that the executable knows, in the order of their declaration.
///
/// # Errors
/// The file cannot be read, or holds no such declaration.
pub(super) fn read(executable: &Utf8Path) -> io::Result<Vec<DeclaredFlag>> {
    let program = fs::read(executable)?;
    let found = memchr::memmem::find_iter(&program, DISPLAY_NAME.as_bytes());
    for name in found {
        for start in (1..=HEAD).filter_map(|words| (name & !7).checked_sub(words * 8)) {
            // The first word points to the node, which follows it.
            if program[start..start + 4] == [0; 4]
                && let Ok(flags) = declared(&program[start..])
                && !flags.is_empty()
            {
                return Ok(flags);
            }
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, format!("{executable} declares no compatibility flags")))
}

/// Reads the message that `bytes` begins with.
fn declared(bytes: &[u8]) -> capnp::Result<Vec<DeclaredFlag>> {
    let mut words = capnp::Word::allocate_zeroed_vec(LONGEST.min(bytes.len() / 8));
    let segment = capnp::Word::words_to_bytes_mut(&mut words);
    segment.copy_from_slice(&bytes[..segment.len()]);
    let segments = [&*segment];
    let message = Reader::new(SegmentArray::new(&segments), ReaderOptions::new());
    let node = message.get_root::<node::Reader<'_>>()?;
    if !node.get_display_name()?.to_str()?.ends_with(DISPLAY_NAME) {
        return Ok(vec![]);
    }
    let node::Struct(declaration) = node.which()? else { return Ok(vec![]) };
    let mut names = BTreeMap::new();
    let mut flags = vec![];
    for field in declaration.get_fields()? {
        let (flag, implied_by) = flag(field)?;
        if flag.enable.is_empty() {
            continue;
        }
        names.insert(field.get_name()?.to_string()?, flag.enable.clone());
        flags.push((flag, implied_by));
    }
    // Fields name each other by their own names.
    let by_flags = |(fields, since): (Vec<String>, Date)| {
        (fields.iter().filter_map(|field| names.get(field).cloned()).collect(), since)
    };
    Ok(flags
        .into_iter()
        .map(|(flag, implied_by)| DeclaredFlag {
            implied_by: implied_by.into_iter().map(by_flags).collect(),
            ..flag
        })
        .collect())
}

/// A field's flag, and the fields that imply it.
#[expect(clippy::type_complexity, reason = "both halves are what the caller joins")]
fn flag(field: field::Reader<'_>) -> capnp::Result<(DeclaredFlag, Vec<(Vec<String>, Date)>)> {
    let mut flag = DeclaredFlag::default();
    let mut implied_by = vec![];
    for annotation in field.get_annotations()? {
        let value = annotation.get_value()?.which()?;
        match (annotation.get_id(), value) {
            (ENABLE, value::Text(text)) => flag.enable = text?.to_string()?,
            (DISABLE, value::Text(text)) => flag.disable = Some(text?.to_string()?),
            (DATE, value::Text(text)) => flag.since = date(text?.to_str()?),
            (EVERY_DATE, _) => flag.since = date(FIRST_DATE),
            (EXPERIMENTAL, _) => flag.experimental = true,
            (IMPLIED, value::Struct(value)) => {
                let implied: Implied = value.get_as()?;
                implied_by.extend(implied.since.map(|since| (implied.fields, since)));
            }
            _ => {}
        }
    }
    Ok((flag, implied_by))
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The value of the annotation that says which fields imply one: a union of a name and a list of names, and a date.
struct Implied {
    fields: Vec<String>,
    since: Option<Date>,
}

impl<'a> FromPointerReader<'a> for Implied {
    fn get_from_pointer(
        pointer: &PointerReader<'a>,
        default: Option<&'a [capnp::Word]>,
    ) -> capnp::Result<Self> {
        let fields: StructReader<'a> = pointer.get_struct(default)?;
        let name = fields.get_pointer_field(0);
        let names = if fields.get_data_field::<u16>(0) == 0 {
            vec![name.get_text(None)?.to_string()?]
        } else {
            let list = capnp::text_list::Reader::get_from_pointer(&name, None)?;
            list.iter().map(|name| Ok(name?.to_string()?)).collect::<capnp::Result<_>>()?
        };
        let since = date(fields.get_pointer_field(1).get_text(None)?.to_str()?);
        Ok(Self { fields: names, since })
    }
}
