//! The rules of both sides, without those that are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use yaral_compiler::Options;
use yaral_ir::plan::Plan;
use yaral_normalize::Mapping;
use yaral_runtime::{RuleFile, escape_terminal};
use yaral_syntax::ast;
use yaral_syntax::diagnostic::LineIndex;

use crate::args::LanguageArgs;
use crate::error::Error;
use crate::render::diff_detections::Place;
use crate::render::layout::plural;
use crate::render::skipped::Skipped;
use crate::rules::{self, CheckedFile};
use crate::term::Term;
use crate::variants;

/// Rules of one side, ready to run.
#[derive(Default)]
pub(super) struct Version {
    pub(super) plans: Vec<Plan>,
    /// Where each rule stands, by its name.
    pub(super) places: BTreeMap<String, Place>,
    /// Names of rules that do not compile.
    refused: BTreeSet<String>,
}

/// Both sides.
pub(super) struct Versions {
    pub(super) old: Version,
    pub(super) new: Version,
    /// Rules that are the same, which need not be run.
    pub(super) same: u64,
    /// Rules that differ, or that only one side has.
    pub(super) differing: u64,
    /// Rules that are not compared, since one side does not compile.
    pub(super) refused: u64,
}

impl Versions {
    /// Loads both sides, and tells which rules are refused.
    pub(super) fn load(
        words: [&str; 2],
        mapping: Mapping,
        language: &LanguageArgs,
        term: Term,
    ) -> Result<Self, Error> {
        let [old, new] = words;
        let mut files = variants::of_run(&[old.to_owned()], mapping, term)?;
        let border = files.len();
        files.extend(variants::of_run(&[new.to_owned()], mapping, term)?);
        let options = rules::options(language, &files, term)?;
        let mut skipped = Skipped::default();
        let after = files.split_off(border);
        let [old, new] = [(old, files), (new, after)].map(|(word, files)| {
            let version = Version::compile(files, &options, &mut skipped);
            if version.plans.is_empty() {
                let word = escape_terminal(word);
                return Err(Error::failed(format!("no rule of `{word}` compiles")));
            }
            Ok(version)
        });
        let (old, new) = (old?, new?);
        if skipped.total() > 0 {
            let head = plural(skipped.total(), "rule");
            let list = skipped.list(", see yaral check");
            term.warn(format_args!("{head} refused, and not compared\n{list}"));
        }
        let refused = old.refused.union(&new.refused).count() as u64;
        let mut both = Versions {
            old,
            new,
            same: 0,
            differing: 0,
            refused,
        };
        both.leave_refused();
        both.leave_same();
        Ok(both)
    }

    /// What one side cannot say must not look like a change.
    fn leave_refused(&mut self) {
        let refused: BTreeSet<String> = &self.old.refused | &self.new.refused;
        for side in [&mut self.old, &mut self.new] {
            side.plans.retain(|plan| !refused.contains(&plan.name));
        }
    }

    /// Whether a rule looks at what other rules detect.
    pub(super) fn over_detections(&self) -> bool {
        let mut plans = self.old.plans.iter().chain(&self.new.plans);
        plans.any(Plan::is_composite)
    }

    /// Takes out the rules that say the same on both sides: their tokens are
    /// those that the ids of detections depend on, and their meta is the same.
    /// Rules over detections need the detections of all others.
    fn leave_same(&mut self) {
        let sign = |plan: &Plan| (plan.name.clone(), plan.text_hash, plan.meta.clone());
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (
            self.old.plans.iter().map(sign).collect(),
            self.new.plans.iter().map(sign).collect(),
        );
        // A name that stands for several rules is compared as a whole.
        let names = |plans: &[Plan]| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for plan in plans {
                *counts.entry(plan.name.clone()).or_default() += 1;
            }
            counts
        };
        let (before, after) = (names(&self.old.plans), names(&self.new.plans));
        let same: BTreeSet<String> = old
            .intersection(&new)
            .map(|(name, ..)| name.clone())
            .filter(|name| before.get(name) == Some(&1) && after.get(name) == Some(&1))
            .collect();
        let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        self.same = same.len() as u64;
        self.differing = (all.len() - same.len()) as u64;
        if self.over_detections() {
            return;
        }
        for side in [&mut self.old, &mut self.new] {
            side.plans.retain(|plan| !same.contains(&plan.name));
        }
    }
}

impl Version {
    fn compile(files: Vec<RuleFile>, options: &Options, skipped: &mut Skipped) -> Self {
        let mut version = Version::default();
        for file in files {
            let mut file = CheckedFile::compile(file, options);
            let compiled = std::mem::take(&mut file.compiled.rules);
            let parse = yaral_syntax::parse(&file.text);
            let lines = LineIndex::new(&file.text);
            let written: Vec<ast::Name> = parse.file().rules().filter_map(|r| r.name()).collect();
            let mut known = BTreeSet::new();
            if compiled.is_empty() && written.is_empty() {
                // The rule that should be there most often has the name of its file.
                let stem = Path::new(&file.name).file_stem();
                let stem = stem.and_then(|stem| stem.to_str()).unwrap_or_default();
                version.refuse(&file, stem, skipped);
            }
            for rule in compiled {
                known.insert(rule.name.clone());
                match rule.plan {
                    Some(plan) => version.plans.push(plan),
                    None => version.refuse(&file, &rule.name, skipped),
                }
            }
            for name in written {
                if !known.contains(&name.text) {
                    version.refuse(&file, &name.text, skipped);
                }
                let place = Place {
                    file: file.name.clone(),
                    line: lines.line_column(name.span.start).line,
                };
                version.places.entry(name.text).or_insert(place);
            }
        }
        version
    }

    fn refuse(&mut self, file: &CheckedFile, rule: &str, skipped: &mut Skipped) {
        skipped.rule(&file.refusal(rule));
        self.refused.insert(rule.to_owned());
    }
}
