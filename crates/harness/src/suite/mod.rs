//! Rule tests: `NAME.test.yaml` beside `NAME.yaral`.
//!
//! The data flow: text → `file` (what it says; mistakes with their place) →
//! `made` (events, raw records through their normalizers) → `check` (the
//! rules driven in every way there is; detections held against what is
//! expected, silence against its stated reason) → `Report`. Beside it
//! `coverage` (which predicates were seen true and false) and `kill` (which
//! mutants of the rule the tests notice). The rule file holds nothing of this,
//! so that it can be uploaded as it is.

mod audit_record;
mod because;
mod check;
pub mod corpus;
mod coverage;
mod dotted;
mod expect;
mod feeds;
mod file;
mod kill;
mod known;
mod made;
mod mistake;
mod recipe;
mod scalar;
mod schema;
mod timelines;
mod unreadable;
mod update;
mod when;
mod yaml;

use std::time::Duration;

use yaral_compiler::Options;
use yaral_ir::tables::Table;

pub use check::run;
pub use coverage::{Coverage, Seen};
pub use feeds::feeds;
pub use file::START;
pub use kill::{Earned, Mutation, Survivor};
pub use mistake::{Mistake, Place};
pub use schema::schema;
pub use timelines::{Played, timelines};
pub use update::update;

/// What a test file may ask of the world; paths are relative to it.
pub trait World {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// A data table of a file.
    ///
    /// # Errors
    /// Why it is none.
    fn table(&self, name: &str, path: &str) -> Result<Table, String>;

    /// What rules are compiled with: lists, tables and switches.
    fn options(&self) -> &Options;
}

/// What of a test file is run, and how.
#[derive(Clone, Copy)]
pub struct How<'h> {
    /// Which tests, by name.
    pub only: &'h dyn Fn(&str) -> bool,
    /// How many shuffled orders of arrival are tried, beside all other ways to
    /// run; none runs each test once, as a batch.
    pub orders: Option<u64>,
    /// Whether it is recorded which predicates were seen true and false.
    pub coverage: bool,
    /// Whether mutants of the rules are run.
    pub mutate: bool,
    /// Whether detections may be lowered: each that is expected has to be made, by
    /// its rule and for its match values, whatever else is said of it; silence
    /// has to stay silence, for whatever reason. So tests are run again with
    /// tuning that they were not written for.
    pub lowered: bool,
}

/// What came of a test file.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Names of the rules, in order.
    pub rules: Vec<String>,
    /// The meta members of each rule, in order.
    pub meta: Vec<Vec<(String, String)>>,
    /// The tests, in order; each once for each mapping.
    pub tests: Vec<Tested>,
    /// How many tests `How::only` left out.
    pub left_out: usize,
    /// Which predicates were seen.
    pub coverage: Vec<Coverage>,
    /// What the mutants came to.
    pub mutation: Option<Mutation>,
}

/// What came of one test.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own"
)]
pub struct Tested {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The mapping, where the file has several.
    pub mapping: Option<&'static str>,
    /// The verdict.
    pub verdict: Verdict,
    /// What is to be told of it, line by line.
    pub lines: Vec<String>,
    /// Whether it expects detections.
    pub positive: bool,
    /// Whether it expects silence and says why.
    pub strong: bool,
    /// Whether its events are recorded ones.
    pub real: bool,
    /// Whether its events were written from a description of a tool.
    pub synthetic: bool,
    /// The tool that a synthetic timeline is written after.
    pub tool: Option<String>,
    /// Why it is a known gap, if it is marked as one.
    pub todo: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
    /// In how many ways the rules were driven.
    pub drives: usize,
}

impl Tested {
    /// Whether it wants somebody's attention.
    #[must_use]
    pub fn fails(&self) -> bool {
        matches!(
            self.verdict,
            Verdict::Failed | Verdict::Mended | Verdict::Open
        )
    }
}

/// The verdict on one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What was expected.
    Passed,
    /// Something else.
    Failed,
    /// A known gap, still there.
    Todo,
    /// A known gap that is none any more.
    Mended,
    /// It says not what it expects; `--update` writes that.
    Open,
    /// Its inputs are not there.
    Skipped,
}

/// Why a test file could not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file is wrong.
    File(Mistake),
    /// A rule of it is.
    Rule(String),
}

impl From<Mistake> for Fault {
    fn from(mistake: Mistake) -> Self {
        Fault::File(mistake)
    }
}
