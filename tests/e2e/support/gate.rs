//! Tells a test here that a test inside workerd is under way: that one calls, and never gets an answer.

use std::{
    io::Read as _,
    net::{TcpListener, TcpStream},
};

use super::wait_for;

/// A server on loopback.
pub(crate) struct Gate {
    listener: TcpListener,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { listener }
    }

    /// A test that calls, and waits for ever.
    pub(crate) fn test_file(&self) -> String {
        let address = self.listener.local_addr().unwrap();
        format!(
            "import {{ it }} from 'vitest';\n\
             it('is done before', () => {{}});\n\
             it('waits', {{ timeout: 600_000 }}, async () => {{ await fetch('http://{address}/'); }});\n"
        )
    }

    /// Waits for a call; it goes on as long as what is returned is kept.
    pub(crate) fn wait(&self) -> TcpStream {
        let mut call = wait_for("the test's call", || self.listener.accept().ok()).0;
        call.set_nonblocking(false).unwrap();
        call.read_exact(&mut [0]).unwrap();
        call
    }
}
