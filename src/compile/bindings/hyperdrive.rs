//! Hyperdrive: a database that tests reach directly, by a connection string.

use percent_encoding::percent_decode_str;

use super::{Bindings, Names, Written, of, services::Carried};
use crate::{
    config::{
        dev_vars::Secret,
        origin::{Origin, Spanned},
        vitest::{Named, is_mark},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, Service, ServiceKind},
};

/// Environment variables that give a connection string: these, and the binding's name.
const VARIABLES: [&str; 2] =
    ["CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_", "WRANGLER_HYPERDRIVE_LOCAL_CONNECTION_STRING_"];

/// A connection string and where it is written.
struct Connection<'a> {
    binding: &'a Spanned<String>,
    text: &'a str,
    /// Where it is written, or what it is for.
    origin: &'a Origin,
}

pub(super) fn collect(written: Written<'_>, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    for hyperdrive in written.wrangler.into_iter().flat_map(|wrangler| &wrangler.hyperdrive) {
        let binding = &hyperdrive.binding;
        if written.options.hyperdrives.iter().any(|option| option.name.value == binding.value) {
            continue;
        }
        let variable = written.dev_vars.and_then(|variables| {
            VARIABLES.iter().find_map(|prefix| variables.variable(&format!("{prefix}{binding}")))
        });
        let file = hyperdrive.local_connection_string.as_ref();
        let connection = match (variable, file) {
            (Some(text), _) => Connection { binding, text, origin: &binding.origin },
            (None, Some(text)) => Connection { binding, text: &text.value, origin: &text.origin },
            (None, None) => {
                missing(binding, diagnostics);
                continue;
            }
        };
        add(&connection, written.names, found, diagnostics);
    }
    for Named { name, value } in &written.options.hyperdrives {
        let connection = Connection { binding: name, text: &value.value, origin: &value.origin };
        add(&connection, written.names, found, diagnostics);
    }
}

fn missing(binding: &Spanned<String>, diagnostics: &mut Diagnostics) {
    let title = format!("the Hyperdrive binding `{binding}` has no local database");
    let diagnostic = binding.origin.label(Diagnostic::error("missing-connection-string", title), "");
    diagnostics.push(diagnostic.help(format!(
        "give a connection string in `localConnectionString`, in `miniflare.hyperdrives` of the Vitest config, or in the environment variable {}{binding}",
        VARIABLES[0]
    )));
}

fn add(connection: &Connection<'_>, names: Names<'_>, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    let Connection { binding, text, origin } = connection;
    // The line itself may have a password in it, so it is not shown.
    let place = format!("{}:{}", origin.file.path, origin.line());
    let Some(database) = Database::parse(text) else {
        let title =
            format!("the connection string of the Hyperdrive binding `{binding}` cannot be read ({place})");
        diagnostics.push(Diagnostic::error("connection-string", title).help(
            "expected `postgres://user:password@host:port/database`, or `mysql:` in place of `postgres:`",
        ));
        return;
    };
    if database.wants_tls {
        let title = format!("the Hyperdrive binding `{binding}` cannot reach its database by TLS ({place})");
        diagnostics.push(Diagnostic::error("hyperdrive-tls", title).help(
            "only Cloudflare's Hyperdrive speaks TLS with databases: name one for tests that needs none, and take `sslmode` out or make it `disable`",
        ));
        return;
    }
    let service = match names.own.filter(|_| names.is_auxiliary) {
        Some(own) => format!("hyperdrive:{own}:{binding}"),
        None => format!("hyperdrive:{binding}"),
    };
    let password = (!database.password.is_empty()).then(|| {
        let variable = names.variable(Carried::Password, &binding.value);
        found.secrets.push((variable.clone(), Secret::new(database.password)));
        variable
    });
    found.services.push(Service {
        name: service.clone(),
        kind: ServiceKind::Tcp { address: database.address },
        provenance: of(&binding.origin),
    });
    let kind = BindingKind::Hyperdrive {
        service,
        scheme: database.scheme,
        database: database.name,
        user: database.user,
        password,
    };
    found.add(binding, kind);
}

/// Modes that do without TLS, or with it only if the server has it.
const WITHOUT_TLS: [&str; 5] = ["disable", "allow", "prefer", "disabled", "preferred"];

/// What a connection string says.
#[derive(Debug, PartialEq, Eq)]
struct Database {
    scheme: String,
    address: String,
    name: String,
    user: String,
    password: String,
    wants_tls: bool,
}

impl Database {
    /// Reads `scheme://user:password@host:port/name?parameters`. Marks, which stand for what a global setup will provide,
    /// may stand for any part, or for the whole.
    fn parse(text: &str) -> Option<Self> {
        if is_mark(text) {
            let same = || text.to_owned();
            let (address, name, user) = (same(), same(), same());
            let (scheme, password) = ("postgres".to_owned(), String::new());
            return Some(Self { scheme, address, name, user, password, wants_tls: false });
        }
        let (scheme, rest) = text.split_once("://")?;
        let port = match scheme {
            "postgres" | "postgresql" => 5432,
            "mysql" => 3306,
            _ => return None,
        };
        let (server, path) = rest.split_once('/')?;
        let (name, parameters) = path.split_once('?').unwrap_or((path, ""));
        let (account, host) = server.rsplit_once('@').unwrap_or(("", server));
        let (user, password) = account.split_once(':').unwrap_or((account, ""));
        let has_port =
            host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok() || is_mark(port));
        if host.is_empty() || name.is_empty() || (!has_port && host.contains(':') && !host.ends_with(']')) {
            return None;
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
        Some(Self {
            scheme: scheme.to_owned(),
            address: if has_port { host.to_owned() } else { format!("{host}:{port}") },
            name: decoded(name)?,
            user: decoded(user)?,
            password: decoded(password)?,
            wants_tls: parameters.split('&').filter_map(|it| it.split_once('=')).any(|(key, value)| {
                matches!(key, "sslmode" | "ssl-mode")
                    && !WITHOUT_TLS.contains(&value.to_ascii_lowercase().as_str())
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_strings_are_read() {
        let database = Database::parse("postgresql://me:p%40ss@db.local/app?sslmode=require").unwrap();
        assert_eq!(database.address, "db.local:5432");
        assert_eq!((database.user.as_str(), database.password.as_str()), ("me", "p@ss"));
        assert_eq!(database.name, "app");
        assert!(database.wants_tls);

        let database = Database::parse("mysql://root@[::1]:33/shop").unwrap();
        assert_eq!(database.address, "[::1]:33");
        assert_eq!((database.scheme.as_str(), database.password.as_str()), ("mysql", ""));
        assert!(!database.wants_tls);
        let wants_tls = |text| Database::parse(text).unwrap().wants_tls;
        assert!(
            !wants_tls("postgres://h/d?sslmode=prefer")
                && wants_tls("postgres://h/d?a=b&sslmode=verify-full")
        );
        assert!(!wants_tls("mysql://h/d?ssl-mode=PREFERRED") && wants_tls("mysql://h/d?ssl-mode=REQUIRED"));
    }

    #[test]
    fn marks_stand_for_parts_of_it() {
        let database = Database::parse("postgres://me:x@<db.host>:<db.port>/app").unwrap();
        assert_eq!(database.address, "<db.host>:<db.port>");
        assert_eq!(Database::parse("<url>").unwrap().address, "<url>");
    }

    #[test]
    fn what_is_no_connection_string_is_refused() {
        for text in [
            "",
            "postgres:/x",
            "http://a/b",
            "postgres://me@/app",
            "postgres://host",
            "postgres://h:port/app",
        ] {
            assert_eq!(Database::parse(text), None, "{text}");
        }
    }
}
