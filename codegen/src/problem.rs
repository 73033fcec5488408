//! A fault found in the inputs of the generator, told so that a maintainer can mend it.

use std::fmt;

/// One fault: where it stands, what is wrong, why that matters and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the file, relative to the workspace.
    pub file: String,
    /// Line in that file, from 1; 0 where the fault is of the file as a whole.
    pub line: usize,
    /// What is wrong, as a lowercase fragment.
    pub what: String,
    /// Why it is refused.
    pub why: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.what)?;
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.what)?;
        }
        write!(f, "\n    why:  {}\n    mend: {}", self.why, self.mend)
    }
}

/// Every fault of one run, in the order of files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// `Ok` when there is no fault, else all of them, sorted.
    pub fn into_result(mut self) -> Result<(), Self> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort();
        self.0.dedup();
        Err(self)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        write!(f, "{} problem(s)", self.0.len())
    }
}

impl std::error::Error for Problems {}
