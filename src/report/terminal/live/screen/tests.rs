use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::report::{
    model::{Run, RunOptions},
    terminal::live::block::Block,
};

/// What a terminal of ten columns shows: the few sequences that are used, and nothing else.
#[derive(Clone, Default)]
struct Terminal(Arc<Mutex<Vec<u8>>>);

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Terminal {
    fn shown(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let text = text.replace(HOLD, "").replace(RELEASE, "");
        let (mut lines, mut row, mut rest) = (vec![String::new()], 0, text.as_str());
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix(CLEAR_LINE) {
                // The cursor is at the start of a line whenever one is cleared.
                lines[row].clear();
                rest = after;
            } else if let Some(after) = rest.strip_prefix(UP) {
                row -= 1;
                rest = after;
            } else {
                if c == '\n' {
                    row += 1;
                    if row == lines.len() {
                        lines.push(String::new());
                    }
                } else {
                    lines[row].push(c);
                }
                rest = &rest[c.len_utf8()..];
            }
        }
        lines
    }
}

fn block() -> Block {
    let mut run = Run::new(RunOptions::new("/root".into()));
    run.expect_file("", "/root/a.test.ts".into());
    let file = json!({ "id": "1", "name": "a.test.ts", "filepath": "/root/a.test.ts", "tasks": [] });
    run.queued(file).unwrap();
    let mut block = Block::new(&run, "12:00:00".to_owned(), false, false);
    block.queued(&run.files()[0]);
    block
}

fn without_time(lines: Vec<String>) -> Vec<String> {
    lines
        .into_iter()
        .map(|line| if line.contains("Duration") { "   Duration".to_owned() } else { line })
        .collect()
}

const BLOCK: [&str; 8] = [
    "",
    " ❯ a.test.ts [queued]",
    "",
    " Test Files 0 passed (1)",
    "      Tests 0 passed (0)",
    "   Start at 12:00:00",
    "   Duration",
    "",
];

#[test]
fn what_is_written_stands_above_the_block() {
    let terminal = Terminal::default();
    let screen = Screen::of(80, Box::new(terminal.clone()), Box::new(terminal.clone()));
    let (mut out, mut errors) = (screen.stdout(), screen.stderr());
    screen.start(&block());
    write!(out, "one\nhalf a ").unwrap();
    out.flush().unwrap();
    writeln!(errors, "an error").unwrap();
    errors.flush().unwrap();
    assert_eq!(without_time(terminal.shown()), [&["one", "an error"], &BLOCK[..]].concat());

    writeln!(out, "line").unwrap();
    out.flush().unwrap();
    assert_eq!(without_time(terminal.shown()), [&["one", "an error", "half a line"], &BLOCK[..]].concat());

    screen.end();
    writeln!(out, "the end").unwrap();
    out.flush().unwrap();
    let shown = terminal.shown();
    let left: Vec<_> = shown.iter().filter(|line| !line.is_empty()).collect();
    assert_eq!(left, ["one", "an error", "half a line", "the end"]);
}

#[test]
fn rows_that_a_narrow_terminal_breaks_are_counted() {
    let screen = Screen::of(10, Box::new(io::sink()), Box::new(io::sink()));
    let mut state = screen.lock();
    state.block = Some(block());
    state.block();
    // 0, 21, 0, 24, 24, 20, 15 or more and 0 columns.
    assert_eq!(state.rows, 1 + 3 + 1 + 3 + 3 + 2 + 2 + 1);
}
