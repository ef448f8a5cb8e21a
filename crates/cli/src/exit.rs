//! The exit codes of every command, in one table.
//!
//! Scripts rely on them, so a code is never given another meaning. Where two
//! apply to one run, the order is: could not (2) before findings (1) before
//! nothing (4) before partly (3), because the louder one must not be hidden.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: the job is done and there is nothing to report.
    Done,
    /// 1: the job is done and has findings: diagnostics at or above the fail
    /// level, tests that fail, files that `fmt --check` would change, or detections under
    /// `--fail-on-detection`.
    Findings,
    /// 2: the job could not be done: a usage error, an input or rule path that
    /// cannot be read, no rule that compiles, a refused rule under `scan
    /// --strict`, or partial work under `--fail-on-partial`.
    CouldNot,
    /// 3: the job is done in part: some rules were refused or some records
    /// rejected, or some files not formatted. They are listed on standard error.
    Partly,
    /// 4: nothing to do: no rule files, no input records, all records rejected,
    /// or an unknown term for `docs`.
    Nothing,
    /// 101: a defect in this program. The panic handler ends the process with
    /// this code itself; the variant documents it.
    Defect,
    /// 130: interrupted. The shell reports this code for a process that the
    /// interrupt signal ended; the variant documents it.
    Interrupted,
    /// 141: the reader of standard output went away. Nothing is printed.
    ClosedPipe,
}

impl Exit {
    /// Every way to end, in the order of the codes.
    pub const ALL: [Exit; 8] = [
        Exit::Done,
        Exit::Findings,
        Exit::CouldNot,
        Exit::Partly,
        Exit::Nothing,
        Exit::Defect,
        Exit::Interrupted,
        Exit::ClosedPipe,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::CouldNot => 2,
            Exit::Partly => 3,
            Exit::Nothing => 4,
            Exit::Defect => 101,
            Exit::Interrupted => 130,
            Exit::ClosedPipe => 141,
        }
    }

    /// What the code means, for help texts and the reference.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "did the job",
            Exit::Findings => {
                "did the job and found something: check errors, files that fmt --check would change, detections under --fail-on-detection"
            }
            Exit::CouldNot => {
                "could not do the job: usage, unreadable input, no rule that compiles"
            }
            Exit::Partly => {
                "did it in part: some rules, files or lines were skipped and are listed"
            }
            Exit::Nothing => "nothing to do: no rules, no records, all records rejected",
            Exit::Defect => "a defect in yaral; please report it",
            Exit::Interrupted => "interrupted",
            Exit::ClosedPipe => "the reader of standard output went away",
        }
    }

    /// The exit for work that was done in part: `--fail-on-partial` turns it
    /// into a failure.
    #[must_use]
    pub fn partly(fail_on_partial: bool) -> Self {
        if fail_on_partial {
            Exit::CouldNot
        } else {
            Exit::Partly
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn codes_are_distinct_and_ordered() {
        assert!(Exit::ALL.windows(2).all(|w| w[0].code() < w[1].code()));
    }

    #[test]
    fn partial_work_fails_only_on_request() {
        assert_eq!(Exit::partly(false).code(), 3);
        assert_eq!(Exit::partly(true).code(), 2);
    }
}
