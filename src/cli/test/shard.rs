//! `--shard`: a part of the test files, for one of several machines that run the same suite.
//!
//! Which files are whose depends on nothing but the files' paths and the file of durations, so every machine that has the
//! same of both comes to the same parts.

use std::{cmp::Reverse, str::FromStr};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use sha1::{Digest, Sha1};

use super::{Stop, durations::Durations};

/// Which part is run, and by what files are shared out.
#[derive(Clone, Debug, Args)]
pub(super) struct ShardArguments {
    /// Run one part of the test files: `1/3` is the first of three.
    #[arg(long, value_name = "INDEX/COUNT")]
    pub(super) shard: Option<Shard>,
    /// The file with how long test files take, by which the parts are made equal; relative to the root.
    #[arg(long, value_name = "PATH", default_value = "wpt-durations.json")]
    pub(super) durations: Utf8PathBuf,
    /// Write how long the test files took to that file.
    #[arg(long)]
    pub(super) record_durations: bool,
}

/// A part of the test files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    /// From 1.
    pub(super) index: usize,
    /// Of how many.
    pub(super) count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index, count }),
            Some((_, 0)) => Err("there has to be at least one part".to_owned()),
            Some((index, count)) => Err(format!("there is no part {index} of {count}: they count from 1")),
            None => Err("write the part and their number, for example `1/3`".to_owned()),
        }
    }
}

/// A test file as [`Shard::keeps`] needs it.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its name in the file of durations.
    pub(super) name: String,
    /// Its path, relative to the root of all projects.
    pub(super) path: Utf8PathBuf,
}

impl Candidate {
    /// The test file `path` of a project.
    pub(super) fn of(root: &Utf8Path, project: &str, path: &Utf8Path) -> Self {
        Self { name: name(root, project, path), path: relative(root, path).to_owned() }
    }
}

/// What the file of durations calls a test file: its path, after the project's name if it has one.
pub(super) fn name(root: &Utf8Path, project: &str, path: &Utf8Path) -> String {
    let path = relative(root, path);
    if project.is_empty() { path.to_string() } else { format!("|{project}| {path}") }
}

fn relative<'p>(root: &Utf8Path, path: &'p Utf8Path) -> &'p Utf8Path {
    path.strip_prefix(root).unwrap_or(path)
}

impl Shard {
    /// For each of the files, whether it is in this part.
    ///
    /// # Errors
    /// There are fewer files than parts, and no part may be empty.
    pub(super) fn keeps(
        self,
        files: &[Candidate],
        durations: &Durations,
        may_be_empty: bool,
    ) -> Result<Vec<bool>, Stop> {
        if files.len() < self.count && !may_be_empty {
            return Err(Stop::Message(format!(
                "--shard={}/{}: there are only {} test files; have as many parts as test files at most, or pass --passWithNoTests",
                self.index,
                self.count,
                files.len()
            )));
        }
        let parts =
            if durations.is_empty() { self.as_vitest(files) } else { self.balanced(files, durations) };
        Ok(parts.into_iter().map(|part| part == self.index - 1).collect())
    }

    /// The part of each file as Vitest has it: parts of equal numbers of files, in the order of the hashes of their paths.
    fn as_vitest(self, files: &[Candidate]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_cached_key(|&file| Sha1::digest(format!("/{}", files[file].path)));
        let (size, larger) = (files.len() / self.count, files.len() % self.count);
        let mut parts = vec![0; files.len()];
        let mut rest = order.as_slice();
        for part in 0..self.count {
            let (own, others) = rest.split_at(size + usize::from(part < larger));
            for &file in own {
                parts[file] = part;
            }
            rest = others;
        }
        parts
    }

    /// The part of each file so that parts take equally long: the longest first, each to the part that has least.
    fn balanced(self, files: &[Candidate], durations: &Durations) -> Vec<usize> {
        let mut order: Vec<(u64, usize)> =
            files.iter().enumerate().map(|(index, file)| (durations.of(&file.name), index)).collect();
        order.sort_by_key(|&(duration, file)| (Reverse(duration), &files[file].name));
        let mut loads = vec![0; self.count];
        let mut parts = vec![0; files.len()];
        for (duration, file) in order {
            let least = (0..self.count).min_by_key(|&part| loads[part]).unwrap_or_default();
            loads[least] += duration;
            parts[file] = least;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Vec<Candidate> {
        paths
            .iter()
            .map(|path| Candidate::of("/root".into(), "", &Utf8Path::new("/root").join(path)))
            .collect()
    }

    fn parts(files: &[Candidate], durations: &Durations, count: usize) -> Vec<String> {
        (1..=count)
            .map(|index| {
                let kept = Shard { index, count }.keeps(files, durations, false).unwrap_or_default();
                let own = files.iter().zip(kept).filter(|(_, kept)| *kept);
                own.map(|(file, _)| file.name.as_str()).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn a_part_is_an_index_from_one_and_a_count() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, count: 3 }));
        let problems = ["3/2", "0/2", "1/0", "1", "a/b"].map(|text| text.parse::<Shard>().unwrap_err());
        insta::assert_snapshot!(problems.join("\n"), @"
        there is no part 3 of 2: they count from 1
        there is no part 0 of 2: they count from 1
        there has to be at least one part
        write the part and their number, for example `1/3`
        write the part and their number, for example `1/3`
        ");
    }

    #[test]
    fn without_durations_the_parts_are_those_of_vitest() {
        // What `vitest run --shard` of 4.1.12 and 5.1.1 runs of these files.
        let files =
            files(&["test/a.test.ts", "test/b.test.ts", "test/c.test.ts", "test/d.test.ts", "e.test.ts"]);
        assert_eq!(
            parts(&files, &Durations::default(), 2),
            ["test/a.test.ts test/b.test.ts e.test.ts", "test/c.test.ts test/d.test.ts"]
        );
    }

    #[test]
    fn with_durations_the_parts_take_equally_long() {
        let mut durations = Durations::default();
        let took = [("a", 100.0), ("b", 60.0), ("c", 50.0), ("d", 5.0)];
        durations.update(|_| true, took.map(|(name, time)| (name.to_owned(), time)));
        let files = files(&["d", "c", "b", "a", "new"]);
        assert_eq!(parts(&files, &durations, 2), ["c a", "d b new"]);
    }
}
