//! Runs the real workerd.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use camino::Utf8Path;

/// Inside the npm packages; `workerd` itself is only a launcher.
const IN_PACKAGES: &str = "node_modules/@cloudflare/workerd-linux-64/bin/workerd";

/// The workerd to test with.
pub(super) fn executable() -> PathBuf {
    if let Some(path) = env::var_os("WPT_WORKERD") {
        return path.into();
    }
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    root.ancestors()
        .map(|folder| folder.join(IN_PACKAGES).into_std_path_buf())
        .find(|path| path.is_file())
        .expect("these tests need workerd: run `npm ci`, or set WPT_WORKERD to its path")
}

/// The binary message that workerd makes of `workerd.capnp` in `folder`.
pub(super) fn compile(folder: &Utf8Path) -> Vec<u8> {
    let output = Command::new(executable())
        .args(["compile", "--config-only", "workerd.capnp"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A running `workerd serve`, killed when dropped.
pub(super) struct Server {
    child: Child,
    /// Ports by the name of their socket.
    pub(super) ports: Vec<(String, u16)>,
}

impl Server {
    /// Serves the configuration given by `arguments` (a file, or `--binary -` and `stdin`) and waits until all
    /// `sockets` are open.
    pub(super) fn start(folder: &Utf8Path, arguments: &[&str], stdin: &[u8], sockets: usize) -> Self {
        let mut child = Command::new(executable())
            .args(["serve", "--experimental", "--control-fd=1"])
            .args(arguments)
            .current_dir(folder)
            .env("API_TOKEN", "from the environment")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin).unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self { child, ports: Vec::new() };
        while server.ports.len() < sockets {
            let line = lines.next().expect("workerd ended before it listened").unwrap();
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if event["event"] == "listen" {
                let port = u16::try_from(event["port"].as_u64().unwrap()).unwrap();
                server.ports.push((event["socket"].as_str().unwrap().to_owned(), port));
            }
        }
        server
    }

    /// The body of the answer to `GET /` on the socket called `socket`.
    pub(super) fn get(&self, socket: &str) -> String {
        let (_, port) = self.ports.iter().find(|(name, _)| name == socket).unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", *port)).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        body.to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already; either way nothing is left of it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
