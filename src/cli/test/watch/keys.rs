//! Keys of a terminal.

use std::{
    io::{self, IsTerminal as _},
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    thread,
};

use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::control::{Control, Event};

/// What the terminal was before.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// A terminal whose keys come one by one and are not shown. It is as before when this is dropped.
pub(super) struct Keys(());

/// What a key asks for while nothing runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    All,
    Current,
    Failed,
    Update,
    FileFilter,
    NameFilter,
    Project,
    Help,
    Quit,
}

/// The keys of each command, and what it does.
const COMMANDS: [(&[KeyCode], Command, &str); 9] = [
    (&[KeyCode::Char('a'), KeyCode::Enter], Command::All, "run everything, without filters"),
    (&[KeyCode::Char('r')], Command::Current, "run what the filters name"),
    (&[KeyCode::Char('f')], Command::Failed, "run the files that failed"),
    (&[KeyCode::Char('u')], Command::Update, "update the snapshots of files that failed"),
    (&[KeyCode::Char('p')], Command::FileFilter, "choose files by their names"),
    (&[KeyCode::Char('t')], Command::NameFilter, "choose tests by their names"),
    (&[KeyCode::Char('w')], Command::Project, "choose a project"),
    (&[KeyCode::Char('h')], Command::Help, "see this"),
    (&[KeyCode::Char('q')], Command::Quit, "leave"),
];

impl Keys {
    /// Listens to keys, if stdin is a terminal: while tests run they cancel the run, otherwise they are events.
    pub(super) fn listen(control: &Arc<Control>, events: &Sender<Event>) -> Option<Self> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return None;
        }
        let before = tcgetattr(&stdin).ok()?;
        let mut mode = before.clone();
        // Ctrl-C and Ctrl-Z stay signals, and lines still end as programs expect.
        mode.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Now, &mode).ok()?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        let (control, events) = (Arc::clone(control), events.clone());
        thread::spawn(move || {
            while let Ok(event) = event::read() {
                let event::Event::Key(key) = event else { continue };
                if key.kind == KeyEventKind::Release {
                    continue;
                }
                if !control.is_running() {
                    // The receiver lives as long as the program.
                    let _ = events.send(Event::Key(key));
                } else if cancels(key) {
                    control.cancel();
                }
            }
        });
        Some(Self(()))
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// Makes the terminal what it was.
pub(super) fn restore_terminal() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    }
}

/// What a key means.
pub(super) fn command(key: KeyEvent) -> Option<Command> {
    COMMANDS.iter().find(|(keys, ..)| keys.contains(&key.code)).map(|(_, command, _)| *command)
}

/// Whether a key ends the present run.
fn cancels(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(' ' | 'c')) || command(key).is_some()
}

/// All keys.
pub(super) fn help() -> String {
    let line = |(keys, _, meaning): (&[KeyCode], _, &str)| {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        format!("  {:<9} {meaning}\n", names.join(", "))
    };
    let lines = COMMANDS.map(line).concat();
    format!("\n  Keys\n{lines}  While tests run, c or any of these ends the run.\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_meaning() {
        let keys: Vec<KeyCode> = COMMANDS.iter().flat_map(|(keys, ..)| keys.iter().copied()).collect();
        for key in &keys {
            assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        }
        assert_eq!(command(KeyEvent::from(KeyCode::Enter)), Some(Command::All));
        assert_eq!(command(KeyEvent::from(KeyCode::Char('x'))), None);
        assert!(cancels(KeyEvent::from(KeyCode::Char('c'))));
    }

    #[test]
    fn the_help_names_every_key() {
        let help = help();
        for (keys, _, meaning) in COMMANDS {
            for key in keys {
                assert!(help.contains(&key.to_string()) && help.contains(meaning), "{help}");
            }
        }
    }
}
