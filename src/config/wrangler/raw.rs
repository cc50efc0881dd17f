//! What reaches into the runtime itself: `unsafe` bindings, and sockets.

use serde_json::Map;

use super::table::{Value, choice, table};
use crate::config::{
    origin::{Origin, Spanned},
    tree::{Field, Reader},
};

table! {
    /// The `unsafe` table.
    #[derive(Default)]
    pub struct Unsafe {
        /// Bindings that wrangler passes on as they are.
        bindings: Vec<UnsafeBinding>,
        /// What is added to the upload.
        metadata: Option<Spanned<Map<String, serde_json::Value>>>,
        /// A Cap'n Proto schema that goes with the Worker.
        capnp: Option<UnsafeCapnp>,
    }

    /// `unsafe.capnp`: either sources or a compiled schema.
    pub struct UnsafeCapnp {
        /// The place of the table.
        origin: Origin,
        /// The folder of the sources.
        base_path: Option<Spanned<String>>,
        /// The sources.
        source_schemas: Option<Vec<Spanned<String>>>,
        /// A compiled schema.
        compiled_schema: Option<Spanned<String>>,
    }

    /// One of `connect`: a raw socket that the Worker listens on.
    pub struct Connect {
        /// The place of the table.
        origin: Origin,
        /// The protocol.
        protocol: Spanned<Protocol>,
        /// The port.
        port: Spanned<f64>,
        /// The address.
        address: Option<Spanned<String>>,
        /// When an idle UDP flow ends, in milliseconds.
        idle_timeout_ms: Option<Spanned<f64>>,
        /// The most bytes of UDP that may wait.
        max_pending_bytes: Option<Spanned<f64>>,
    }
}

choice! {
    /// The `protocol` of a raw socket.
    pub enum Protocol {
        /// Streams.
        Tcp = "tcp",
        /// Datagrams.
        Udp = "udp",
    }
}

/// One of `unsafe.bindings`: what wrangler does not know of it goes to the platform as it is.
#[derive(Clone, Debug)]
pub struct UnsafeBinding {
    /// Its name in `env`.
    pub name: Spanned<String>,
    /// The platform's word for its kind.
    pub kind: Spanned<String>,
    /// The Miniflare plugin that stands in for it locally.
    pub dev: Option<UnsafeDev>,
    /// The whole table.
    pub table: Spanned<serde_json::Value>,
}

table! {
    /// The `dev` of an `unsafe` binding.
    pub struct UnsafeDev {
        /// The plugin.
        plugin: UnsafePlugin,
        /// What the plugin is given.
        options: Option<Spanned<Map<String, serde_json::Value>>>,
    }

    /// The `dev.plugin` of an `unsafe` binding.
    pub struct UnsafePlugin {
        /// The npm package that exports it.
        package: Spanned<String>,
        /// Its name there.
        name: Spanned<String>,
    }
}

impl Value for UnsafeBinding {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        let mut fields = field.fields(reader)?;
        let name = fields.required_string(reader, "name");
        let kind = fields.required_string(reader, "type");
        let dev = fields.get("dev").and_then(|dev| UnsafeDev::read(reader, &dev));
        let table = Spanned::new(field.node.to_json(), reader.origin(field.node));
        Some(Self { name: name?, kind: kind?, dev, table })
    }
}
