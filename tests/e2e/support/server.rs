//! An HTTP server on this machine, in the place of one that a Worker reaches by the network.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// Answers every request with its method, path and body; what starts with `/redirect` is elsewhere.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Listens on a free port of the loopback interface.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::default();
        thread::spawn({
            let requests = Arc::clone(&requests);
            move || {
                for stream in listener.incoming().flatten() {
                    let requests = Arc::clone(&requests);
                    thread::spawn(move || serve(&stream, &requests));
                }
            }
        });
        Self { address, requests }
    }

    /// `http://127.0.0.1:<port>`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked of it: methods and paths.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, requests: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    while let Some((request, body)) = read_request(&mut reader) {
        requests.lock().unwrap().push(request.clone());
        let path = request.split(' ').nth(1).unwrap();
        let answer = if let Some(target) = path.strip_prefix("/redirect") {
            format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
        } else {
            let text = if body.is_empty() { request } else { format!("{request} {body}") };
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len())
        };
        if (&*stream).write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A request's method and path, and its body.
fn read_request(reader: &mut impl BufRead) -> Option<(String, String)> {
    let first = read_line(reader)?;
    let (method_and_path, _version) = first.rsplit_once(' ')?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let line = read_line(reader)?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= line.starts_with("transfer-encoding:") && line.ends_with("chunked");
    }
    let mut body = vec![];
    if chunked {
        loop {
            let size = u64::from_str_radix(&read_line(reader)?, 16).ok()?;
            reader.take(size).read_to_end(&mut body).ok()?;
            read_line(reader)?;
            if size == 0 {
                break;
            }
        }
    } else {
        reader.take(length).read_to_end(&mut body).ok()?;
    }
    Some((method_and_path.to_owned(), String::from_utf8(body).ok()?))
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
}
