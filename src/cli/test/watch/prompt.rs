//! Asks for a filter, and shows what it matches while it is typed.

use std::io::{self, Write as _};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// How many matches are shown.
const SHOWN: usize = 10;

/// Something that a filter matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// As it is shown.
    pub(super) shown: String,
    /// What the filter becomes if it is chosen.
    pub(super) value: String,
}

/// A filter that is being typed.
pub(super) struct Prompt<'m> {
    title: &'m str,
    matches: &'m dyn Fn(&str) -> Vec<Match>,
    typed: String,
    found: Vec<Match>,
    /// Which of the matches is chosen.
    chosen: Option<usize>,
}

/// What came of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// More keys are needed.
    Typing,
    /// Nothing is to change.
    Dropped,
    /// The filter; empty for none.
    Given(String),
}

impl<'m> Prompt<'m> {
    /// `matches` gives what a filter would match.
    pub(super) fn new(title: &'m str, matches: &'m dyn Fn(&str) -> Vec<Match>) -> Self {
        Self { title, matches, typed: String::new(), found: vec![], chosen: None }
    }

    /// A key was pressed.
    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        match key.code {
            KeyCode::Esc => return Answer::Dropped,
            KeyCode::Enter => {
                let chosen = self.chosen.and_then(|index| self.found.get(index));
                return Answer::Given(chosen.map_or(&self.typed, |found| &found.value).trim().to_owned());
            }
            KeyCode::Up => self.chosen = self.chosen.and_then(|index| index.checked_sub(1)),
            KeyCode::Down => {
                let next = self.chosen.map_or(0, |index| index + 1);
                self.chosen = (next < self.found.len()).then_some(next).or(self.chosen);
            }
            KeyCode::Backspace => {
                self.typed.pop();
                self.look();
            }
            KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                self.typed.push(c);
                self.look();
            }
            _ => {}
        }
        Answer::Typing
    }

    fn look(&mut self) {
        self.found = if self.typed.is_empty() { vec![] } else { (self.matches)(&self.typed) };
        self.chosen = None;
    }

    /// Draws it at the cursor, which stays where it is.
    pub(super) fn draw(&self) {
        let lines = self.lines();
        let below = lines.len() - 1;
        let up = if below > 0 { format!("\x1b[{below}A") } else { String::new() };
        let column = self.title.chars().count() + self.typed.chars().count() + 6;
        let mut out = io::stdout().lock();
        let _ = write!(out, "\r\x1b[J{}{up}\x1b[{column}G", lines.join("\n"));
        let _ = out.flush();
    }

    /// Takes it off the screen.
    pub(super) fn erase() {
        let mut out = io::stdout().lock();
        let _ = write!(out, "\r\x1b[J");
        let _ = out.flush();
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("? {} › {}", self.title, self.typed)];
        if self.typed.is_empty() {
            lines.push("Type a filter; Enter alone takes it away, Escape leaves it as it is".to_owned());
            return lines;
        }
        let count = self.found.len();
        lines.push(format!("{count} match{}", if count == 1 { "" } else { "es" }));
        // The chosen one is always among those that are shown.
        let first = self.chosen.map_or(0, |index| (index + 1).saturating_sub(SHOWN));
        for (index, found) in self.found.iter().enumerate().skip(first).take(SHOWN) {
            let sign = if self.chosen == Some(index) { "›" } else { " " };
            lines.push(format!(" {sign} {}", found.shown));
        }
        let rest = count.saturating_sub(first + SHOWN);
        if rest > 0 {
            lines.push(format!("   and {rest} more"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(prompt: &mut Prompt<'_>, keys: &[KeyCode]) -> Answer {
        keys.iter().fold(Answer::Typing, |_, key| prompt.key(KeyEvent::from(*key)))
    }

    fn matches(filter: &str) -> Vec<Match> {
        let names = (0..12).map(|number| format!("test {number}"));
        let found = names.filter(|name| name.contains(filter));
        found.map(|name| Match { value: name.clone(), shown: format!("suite > {name}") }).collect()
    }

    #[test]
    fn a_filter_is_typed_and_changed() {
        let mut prompt = Prompt::new("Files", &matches);
        let keys = [KeyCode::Char('a'), KeyCode::Char('1'), KeyCode::Backspace, KeyCode::Char('b')];
        assert_eq!(typed(&mut prompt, &keys), Answer::Typing);
        assert_eq!(typed(&mut prompt, &[KeyCode::Enter]), Answer::Given("ab".to_owned()));
        assert_eq!(typed(&mut prompt, &[KeyCode::Esc]), Answer::Dropped);
    }

    #[test]
    fn a_match_can_be_chosen() {
        let mut prompt = Prompt::new("Tests", &matches);
        typed(&mut prompt, &[KeyCode::Char('1'), KeyCode::Down, KeyCode::Down]);
        insta::assert_snapshot!(prompt.lines().join("\n"), @"
        ? Tests › 1
        3 matches
           suite > test 1
         › suite > test 10
           suite > test 11
        ");
        assert_eq!(typed(&mut prompt, &[KeyCode::Enter]), Answer::Given("test 10".to_owned()));
        typed(&mut prompt, &[KeyCode::Up, KeyCode::Up]);
        assert_eq!(typed(&mut prompt, &[KeyCode::Enter]), Answer::Given("1".to_owned()));
    }
}
