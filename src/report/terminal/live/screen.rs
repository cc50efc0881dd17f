//! A terminal whose last lines are drawn again and again, below what is written.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anstream::adapter::strip_str;

use super::block::Block;

/// The least time between two drawings.
const PAUSE: Duration = Duration::from_millis(100);
/// How often the block is drawn though nothing happens: the time goes on.
const TICK: Duration = Duration::from_secs(1);
/// Between these two, terminals show nothing of what changes.
const HOLD: &str = "\u{1b}[?2026h";
const RELEASE: &str = "\u{1b}[?2026l";
const CLEAR_LINE: &str = "\u{1b}[K";
const UP: &str = "\u{1b}[1A";

/// A terminal with a block. All that is written to it goes through [`Screen::stdout`] and [`Screen::stderr`].
#[derive(Clone)]
pub struct Screen {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    block: Option<Block>,
    /// How many rows of the terminal the block takes.
    rows: usize,
    columns: usize,
    drawn: Instant,
    has_changed: bool,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
}

impl Screen {
    /// The terminal of this process, of this width.
    pub fn new(columns: usize) -> Self {
        Self::of(columns, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    fn of(columns: usize, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Self {
        let state = State {
            block: None,
            rows: 0,
            columns: columns.max(1),
            drawn: Instant::now(),
            has_changed: false,
            stdout,
            stderr,
        };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), ended: Condvar::new() }) }
    }

    /// What is written here is above the block.
    pub fn stdout(&self) -> impl Write + use<> {
        Above { screen: self.clone(), is_error: false, waiting: Vec::new() }
    }

    /// The same for errors.
    pub fn stderr(&self) -> impl Write + use<> {
        Above { screen: self.clone(), is_error: true, waiting: Vec::new() }
    }

    /// Draws the block until [`Self::end`].
    pub(super) fn start(&self, block: &Block) {
        let mut state = self.lock();
        state.block = Some(block.clone());
        state.has_changed = true;
        drop(state);
        let screen = self.clone();
        thread::spawn(move || screen.keep_drawing());
    }

    /// Takes over what has changed.
    pub(super) fn show(&self, block: &Block) {
        let mut state = self.lock();
        if let Some(shown) = &mut state.block {
            shown.clone_from(block);
            state.has_changed = true;
            state.draw_if_due(PAUSE);
        }
    }

    /// Takes the block away, for good.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        if state.block.take().is_some() {
            let cleared = state.cleared();
            state.put(&cleared);
            self.shared.ended.notify_all();
        }
    }

    fn keep_drawing(&self) {
        let mut state = self.lock();
        while state.block.is_some() {
            let pause = if state.has_changed { PAUSE } else { TICK };
            state.draw_if_due(pause);
            state = self.shared.ended.wait_timeout(state, PAUSE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn draw_if_due(&mut self, pause: Duration) {
        if self.drawn.elapsed() >= pause {
            let block = self.cleared() + &self.block();
            self.put(&format!("{HOLD}{block}{RELEASE}"));
        }
    }

    /// What takes the drawn block away; the cursor is where it began then.
    fn cleared(&mut self) -> String {
        let rows = std::mem::take(&mut self.rows);
        if rows == 0 {
            String::new()
        } else {
            CLEAR_LINE.to_owned() + &format!("{UP}{CLEAR_LINE}").repeat(rows - 1)
        }
    }

    /// The block's text; it is taken to be drawn.
    fn block(&mut self) -> String {
        let Some(block) = &self.block else { return String::new() };
        self.drawn = Instant::now();
        self.has_changed = false;
        let lines = block.lines(self.drawn);
        let rows = lines.iter().map(|line| {
            let width = strip_str(line).to_string().chars().count();
            width.div_ceil(self.columns).max(1)
        });
        self.rows = rows.sum();
        lines.join("\n")
    }

    /// A terminal that is gone is no reason to end tests.
    fn put(&mut self, text: &str) {
        let _ = self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush());
    }
}

/// Writes above the block. What is no whole line yet waits for the rest, as the block would follow it.
struct Above {
    screen: Screen,
    is_error: bool,
    waiting: Vec<u8>,
}

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut state = self.screen.lock();
        let end = match state.block {
            Some(_) => self.waiting.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1),
            None => self.waiting.len(),
        };
        if end == 0 {
            return Ok(());
        }
        let text: Vec<u8> = self.waiting.drain(..end).collect();
        let cleared = state.cleared();
        let is_live = state.block.is_some();
        if is_live {
            state.put(&format!("{HOLD}{cleared}"));
        }
        let stream = if self.is_error { &mut state.stderr } else { &mut state.stdout };
        let written = stream.write_all(&text).and_then(|()| stream.flush());
        if is_live {
            let block = state.block();
            state.put(&format!("{block}{RELEASE}"));
        }
        written
    }
}

impl Drop for Above {
    fn drop(&mut self) {
        if !self.waiting.is_empty() && self.waiting.last() != Some(&b'\n') {
            self.waiting.push(b'\n');
        }
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests;
