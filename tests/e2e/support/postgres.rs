//! A `PostgreSQL` server of a test's own: in a temporary folder, on a free port of the loopback interface.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::{Signal, send, wait_for};

/// The user `nobody`: the server refuses to be run by root.
const NOBODY: u32 = 65534;
const USER: &str = "keeper";
const PASSWORD: &str = "open-sesame";

/// The server; ended, and its data removed, when dropped.
pub(crate) struct Postgres {
    server: Child,
    port: u16,
    _folder: TempDir,
}

impl Postgres {
    /// Makes a database and serves it. Every connection has to give the password.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("wpt-postgres-").tempdir().unwrap();
        let password = folder.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in [folder.path(), &password] {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let data = folder.path().join("data");
        let mut initdb = program("initdb", folder.path());
        initdb.args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--username",
            USER,
        ]);
        initdb.arg("--pwfile").arg(&password).arg("--pgdata").arg(&data);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut postgres = program("postgres", folder.path());
        postgres.arg("-D").arg(&data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-F"]);
        postgres.args(["-c", "unix_socket_directories="]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = postgres.spawn().unwrap();
        wait_for("PostgreSQL", || {
            assert!(server.try_wait().unwrap().is_none(), "PostgreSQL has ended");
            // Written when connections are accepted.
            let lines = fs::read_to_string(data.join("postmaster.pid")).ok()?;
            lines.lines().any(|line| line.trim() == "ready").then_some(())
        });
        Self { server, port, _folder: folder }
    }

    /// A connection string with these parameters, which start with `?`.
    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/postgres{parameters}", self.port)
    }

    /// The password.
    pub(crate) fn password() -> &'static str {
        PASSWORD
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Ends its own processes too.
        send(self.server.id(), Signal::INT);
        let _ = self.server.wait();
    }
}

/// One of `PostgreSQL`'s programs, run by a user that it accepts.
fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(binaries().join(name));
    command.current_dir(folder).stdin(Stdio::null());
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// The folder of `PostgreSQL`'s programs: Debian has them outside `PATH`.
fn binaries() -> PathBuf {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = fs::read_dir(debian).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = versions.chain(env::split_paths(&path)).collect();
    let found = folders.into_iter().find(|folder| folder.join("postgres").exists());
    found.expect("PostgreSQL's server is installed, as scripts/test.sh does")
}
