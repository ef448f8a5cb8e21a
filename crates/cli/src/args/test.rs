//! `yaral test`.

use clap::{ArgGroup, Args, ValueEnum};
use yaral_harness::limits::SHUFFLES_MAX;

use super::LanguageArgs;

/// The arguments of `yaral test`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("measured").args(["coverage", "mutate"]).multiple(true))]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct TestArgs {
    /// Test files (NAME.test.yaml, NAME.corpus.yaml) or folders with some
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<String>,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Format of the report
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: TestFormat,
    /// Write a JUnit report to this file, beside the report itself
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) junit: Option<std::path::PathBuf>,
    /// Print the JSON Schema of test files, for editors
    #[arg(long, help_heading = "Output", exclusive = true)]
    pub(crate) schema: bool,

    /// Say which predicates the tests saw true and false
    #[arg(long, help_heading = "Tests")]
    pub(crate) coverage: bool,
    /// Stop after the first file with a test that fails
    #[arg(long, help_heading = "Tests")]
    pub(crate) fail_fast: bool,
    /// Let every expected detection be as low as it likes, and silence have any
    /// reason: with other `--tables` no detection may be lost
    #[arg(long, help_heading = "Tests", conflicts_with_all = ["mutate", "update"])]
    pub(crate) lowered: bool,
    /// Drop or flip each predicate of a rule; some test has to notice
    #[arg(long, help_heading = "Tests")]
    pub(crate) mutate: bool,
    /// Run the tests whose names match this pattern
    #[arg(long, value_name = "REGEX", help_heading = "Tests")]
    pub(crate) run: Option<String>,
    /// Shuffled orders of arrival to try
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(..=SHUFFLES_MAX), help_heading = "Tests")]
    pub(crate) shuffle: u64,
    /// Fail below this share, in percent, of what `--coverage` and `--mutate` count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100), help_heading = "Tests", requires = "measured")]
    pub(crate) threshold: Option<u8>,
    /// Write missing `expect` and `because` into the files; nothing that is
    /// there is changed
    #[arg(long, help_heading = "Tests")]
    pub(crate) update: bool,
}

/// A format of test reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// One line for each test that fails: place, verdict, name
    Concise,
    /// Annotations of a GitHub Actions run
    Github,
    /// Every test with its verdict, and why it fails
    Human,
    /// One document
    Json,
    /// JUnit XML
    Junit,
    /// One JSON object for each test
    Ndjson,
}

pub(super) const AFTER: &str = "\
Examples:
  yaral test rules/                    every test below a folder
  yaral test rules/ --run 'stays quiet'
  yaral test rules/ --mutate           does a test notice each predicate?
  yaral test rules/ --coverage --threshold 90
  yaral test rules/ --lowered --tables tuning/    does tuning lose a detection?
  yaral test my.test.yaml --update     write what the rule detects
  yaral test --schema > test.schema.json";
