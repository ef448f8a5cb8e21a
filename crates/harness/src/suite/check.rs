//! Runs the tests of a file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use yaral_engine::{Detection, Focus, Knowledge, Story, Teller};
use yaral_ir::plan::Plan;
use yaral_normalize::Mapping;

use super::because::Cause;
use super::coverage::Recorder;
use super::expect::{self, Expectation};
use super::file::{Test, TestFile, Unexpected};
use super::made::{self, Maker};
use super::mistake::Mistake;
use super::{Fault, How, Report, Tested, Verdict, World, file, kill, known, when};
use crate::drive::{self, Ruled};
use crate::limits::HELD_BYTES_MAX;
use crate::time;
use crate::timeline::{Arrival, Timeline};
use crate::verdict::{self, Said};
use crate::{diff, run as spec};

/// Events of a timeline up to which it is driven in every way there is, the
/// naive evaluator included; that costs the square of it.
const THOROUGH_EVENTS_MAX: usize = 40;

/// Runs a test file. `sibling` is the rule file beside it.
///
/// # Errors
/// A mistake in the file, or a rule that does not compile.
pub fn run(text: &str, sibling: &str, world: &dyn World, how: How<'_>) -> Result<Report, Fault> {
    let file = file::read(text)?;
    let rules = Rules::load(&file, sibling, world)?;
    let mut report = Report::default();
    let plans = rules.plans(&known::options(world, &file, &file::Known::default())?)?;
    for plan in &plans {
        report.rules.push(plan.name.clone());
        report.meta.push(plan.meta.clone());
    }
    let mut recorder = Recorder::new(&plans);
    // Only mutants need all tests at once.
    let kept = how.mutate && rules.try_one(sibling);
    let (mut cases, mut held) = (Vec::new(), 0);
    for mapping in &file.mappings {
        for test in &file.tests {
            if !(how.only)(&test.name) {
                report.left_out += 1;
                continue;
            }
            let case = Case::new(&file, test, *mapping, &rules, world)?;
            report.tests.push(case.tested(&how));
            if how.coverage && test.todo.is_none() {
                case.record(&mut recorder);
            }
            if kept {
                held += case.bytes();
                if held > HELD_BYTES_MAX {
                    let what = format!(
                        "the timelines up to here have more than {HELD_BYTES_MAX} bytes, too many for mutants"
                    );
                    return Err(Mistake::at(test.at, what)
                        .help("test large inputs in NAME.corpus.yaml")
                        .into());
                }
                cases.push(case);
            }
        }
    }
    if how.coverage {
        report.coverage = recorder.finish(&rules.texts);
    }
    if kept {
        // A test that fails anyway would notice every mutant.
        report.mutation = Some(if report.tests.iter().any(Tested::fails) {
            kill::Mutation::not_run()
        } else {
            kill::mutation(&rules, &cases, &file)?
        });
    }
    Ok(report)
}

/// The rule files of a test file.
pub(crate) struct Rules {
    /// Path and text.
    pub(crate) texts: Vec<(String, String)>,
}

impl Rules {
    /// Whether one rule is on trial: the only one, or the one beside the file
    /// with others that feed it. The rest are stories of several rules, each of
    /// which has a file of its own.
    pub(crate) fn try_one(&self, sibling: &str) -> bool {
        let file = |path: &str| path.rsplit('/').next().map(str::to_owned);
        match self.texts.as_slice() {
            [_] => true,
            [(first, _), ..] => file(first) == file(sibling),
            [] => false,
        }
    }

    pub(crate) fn load(file: &TestFile, sibling: &str, world: &dyn World) -> Result<Self, Fault> {
        let mut texts = Vec::new();
        let mut load = |path: &str, place| {
            let bytes = world.read(path).map_err(|what| Mistake::at(place, what))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            texts.push((path.to_owned(), text));
            Ok::<_, Mistake>(())
        };
        if file.rules.is_empty() {
            load(sibling, super::Place { line: 1, column: 1 })?;
        }
        for (at, path) in &file.rules {
            load(path, *at)?;
        }
        Ok(Rules { texts })
    }

    fn plans(&self, options: &yaral_compiler::Options) -> Result<Vec<Plan>, Fault> {
        let texts = self.texts.iter();
        compiled(texts.map(|(path, text)| (&**path, &**text)), options).map_err(Fault::Rule)
    }
}

/// The plans of some texts, or what is wrong with them.
pub(crate) fn compiled<'t>(
    texts: impl Iterator<Item = (&'t str, &'t str)>,
    options: &yaral_compiler::Options,
) -> Result<Vec<Plan>, String> {
    let mut plans = Vec::new();
    for (path, text) in texts {
        let compiled = yaral_compiler::compile(text, options);
        let mut errors = compiled.diagnostics.iter().filter(|found| found.is_error());
        if let Some(error) = errors.next() {
            return Err(format!("{path}: {}: {}", error.code.0, error.message));
        }
        let made = compiled.rules.into_iter().map(|rule| rule.plan);
        let made: Option<Vec<Plan>> = made.collect();
        match made {
            Some(made) if !made.is_empty() => plans.extend(made),
            _ => return Err(format!("{path}: it holds no rule")),
        }
    }
    Ok(plans)
}

/// A test under one mapping, made ready.
pub(crate) fn case<'c>(
    file: &'c TestFile,
    test: &'c Test,
    mapping: Mapping,
    rules: &Rules,
    world: &dyn World,
) -> Result<Case<'c>, Fault> {
    Case::new(file, test, mapping, rules, world)
}

/// A test under one mapping, ready to run.
pub(crate) struct Case<'c> {
    pub(crate) file: &'c TestFile,
    pub(crate) test: &'c Test,
    mapping: Mapping,
    pub(crate) options: yaral_compiler::Options,
    entities: Vec<crate::timeline::Known>,
    pub(crate) ruled: Ruled,
    pub(crate) timeline: Timeline,
    now: i64,
}

impl<'c> Case<'c> {
    fn new(
        file: &'c TestFile,
        test: &'c Test,
        mapping: Mapping,
        rules: &Rules,
        world: &dyn World,
    ) -> Result<Self, Fault> {
        let options = known::options(world, file, &test.world)?;
        let plans = rules.plans(&options)?;
        let entities = known::entities(world, &file.entities)?;
        let maker = Maker {
            file,
            world,
            mapping,
        };
        let timeline = maker.timeline(&test.timeline)?;
        let newest = timeline.counting(false).iter().map(|a| a.time).max();
        Ok(Case {
            file,
            test,
            mapping,
            options,
            ruled: Ruled::asking(plans, entities.clone(), None),
            entities,
            now: newest.unwrap_or(time::ORIGIN).seconds,
            timeline,
        })
    }

    fn tested(&self, how: &How<'_>) -> Tested {
        let started = Instant::now();
        let ways = how.orders.map(|orders| self.driven(orders));
        let (mut lines, drives) = ways.unwrap_or_default();
        lines.extend(self.unnamed());
        let stable = lines.is_empty();
        let found = self.found(&self.ruled);
        let lowered = self.test.expect.as_ref().filter(|_| how.lowered);
        let lowered = lowered.map(Expectation::lowered);
        let mut open = None;
        match (&found, lowered.as_ref().or(self.test.expect.as_ref())) {
            (Err(what), _) => lines.push(what.clone()),
            (Ok(found), Some(expectation)) => {
                lines.extend(self.otherwise(&self.ruled.plans, found, expectation));
                if lines.is_empty() && found.is_empty() && !how.lowered {
                    lines.extend(self.unreasoned());
                }
            }
            (Ok(found), None) => open = Some(self.shown(&self.ruled.plans, found)),
        }
        let verdict = match (&self.test.todo, lines.is_empty(), &open) {
            (_, true, Some(_)) => Verdict::Open,
            // A gap in severities is none here, and not mended by that.
            (Some(_), true, None) if how.lowered => Verdict::Todo,
            (Some(_), true, None) => Verdict::Mended,
            (Some(_), false, _) if stable => Verdict::Todo,
            (None, true, None) => Verdict::Passed,
            _ => Verdict::Failed,
        };
        if let Some(shown) = open {
            lines.push("it does not say what it expects; it got".to_owned());
            lines.extend(shown);
        }
        let silent = matches!(self.test.expect, Some(Expectation::None));
        Tested {
            name: self.test.name.clone(),
            place: self.test.at,
            mapping: (self.file.mappings.len() > 1).then(|| self.mapping.name()),
            verdict,
            lines,
            positive: matches!(self.test.expect, Some(Expectation::Detections(_))),
            strong: silent && !self.test.because.is_empty(),
            real: self.test.real,
            synthetic: self.test.synthetic,
            tool: self.test.tool.clone(),
            todo: self.test.todo.clone(),
            elapsed: started.elapsed(),
            drives,
        }
    }

    /// What the ways of driving disagree in, and how many there were.
    fn driven(&self, orders: u64) -> (Vec<String>, usize) {
        let events = self.timeline.counting(false).len();
        let mut drives = 0;
        if events <= THOROUGH_EVENTS_MAX {
            let (disagreements, ways) = spec::disagreements(&self.ruled, &self.timeline);
            if !disagreements.is_empty() {
                return (disagreements, 0);
            }
            drives = ways;
        }
        let few = drive::few(&self.ruled, &self.timeline, self.now, orders);
        let mut first: Option<String> = None;
        let mut lines = Vec::new();
        let count = few.len() + drives;
        for (name, made) in few {
            let text = match made {
                Ok(made) => self.text(&made),
                Err(what) => {
                    lines.push(format!("{name}: {what}"));
                    continue;
                }
            };
            match &first {
                None => first = Some(text),
                Some(first) if *first != text => {
                    lines.push(format!("{name} differs from batch:"));
                    lines.extend(diff::lines(first, &text).lines().map(str::to_owned));
                }
                Some(_) => {}
            }
        }
        (lines, count)
    }

    fn text(&self, driven: &[Detection]) -> String {
        let words = BTreeMap::new();
        let said = |place: usize| Said {
            plan: &self.ruled.plans[place],
            place,
            named: true,
            words: &words,
        };
        let mut verdicts: Vec<_> = driven
            .iter()
            .filter(|made| made.rule < self.ruled.plans.len())
            .map(|made| verdict::Verdict::of_detection(said(made.rule), made))
            .collect();
        verdicts.sort();
        verdict::text(&verdicts, true)
    }

    pub(crate) fn found(&self, ruled: &Ruled) -> Result<Vec<Detection>, String> {
        let mut found = drive::batch(ruled, &self.timeline, self.now)?;
        found.sort_by(|a, b| (a.rule, a.window, &a.id).cmp(&(b.rule, b.window, &b.id)));
        Ok(found)
    }

    /// Whether it has lists or tables of its own.
    pub(crate) fn is_alone(&self) -> bool {
        let world = &self.test.world;
        !world.lists.is_empty() || !world.tables.is_empty()
    }

    /// Whether rules of other texts do what the test expects of its own.
    pub(crate) fn kills(&self, plans: Vec<Plan>) -> bool {
        let Some(expectation) = &self.test.expect else {
            return false;
        };
        let ruled = Ruled::asking(plans, self.entities.clone(), None);
        match self.found(&ruled) {
            Ok(found) => !self.otherwise(&ruled.plans, &found, expectation).is_empty(),
            Err(_) => true,
        }
    }

    /// In what the detections are not those that are expected.
    fn otherwise(
        &self,
        plans: &[Plan],
        found: &[Detection],
        expectation: &Expectation,
    ) -> Vec<String> {
        let wanted = match expectation {
            Expectation::None => &[][..],
            Expectation::Detections(wanted) => wanted,
        };
        let mut left: Vec<&Detection> = found.iter().collect();
        let mut lines = Vec::new();
        for expected in wanted {
            let differences = left.iter().map(|detection| {
                let plan = plans.get(detection.rule);
                plan.map_or_else(Vec::new, |plan| {
                    expect::differs(expected, plan, detection, self.file.start)
                })
            });
            let differences: Vec<Vec<String>> = differences.collect();
            let nearest = (0..differences.len()).min_by_key(|at| differences[*at].len());
            match nearest {
                Some(at) if differences[at].is_empty() => {
                    left.remove(at);
                }
                Some(at) => {
                    let place = expected.at.line;
                    lines.push(format!(
                        "no detection is that of line {place}; the nearest:"
                    ));
                    lines.extend(differences[at].iter().map(|what| format!("  {what}")));
                }
                None => {
                    let place = expected.at.line;
                    lines.push(format!("the detection of line {place} is missing"));
                }
            }
        }
        let stray = self.test.unexpected == Unexpected::Fail || wanted.is_empty();
        if !left.is_empty() && stray {
            let head = if wanted.is_empty() {
                format!("expected no detection, got {}", left.len())
            } else {
                format!("{} more than expected", left.len())
            };
            lines.push(head);
            let left: Vec<Detection> = left.into_iter().cloned().collect();
            lines.extend(self.shown(plans, &left));
        }
        lines
    }

    /// Detections as they are told.
    fn shown(&self, plans: &[Plan], found: &[Detection]) -> Vec<String> {
        const SHOWN_MAX: usize = 5;
        if found.is_empty() {
            return vec!["no detection".to_owned()];
        }
        let mut lines = Vec::new();
        for detection in found.iter().take(SHOWN_MAX) {
            let Some(plan) = plans.get(detection.rule) else {
                continue;
            };
            let at = |time| when::show(expect::since(self.file.start, time));
            let window = (at(detection.window.0), at(detection.window.1));
            let mut head = format!("{}  {}", plan.name, detection.severity(plan));
            if window.0 == window.1 {
                let _ = write!(head, "  at {}", window.0);
            } else {
                let _ = write!(head, "  window [{}, {}]", window.0, window.1);
            }
            for (name, value) in &detection.matches {
                let _ = write!(head, "  ${name} = {value}");
            }
            lines.push(head);
            for (variable, count) in &detection.counts {
                let ids = detection
                    .evidence
                    .iter()
                    .filter(|one| one.variable == *variable);
                let ids: Vec<&str> = ids.map(|one| one.event_id.as_str()).collect();
                lines.push(format!("  ${variable} ({count}): {}", ids.join(", ")));
            }
        }
        if found.len() > SHOWN_MAX {
            lines.push(format!("and {} more", found.len() - SHOWN_MAX));
        }
        lines
    }

    /// That `of` names no rule of the file, with those that there are.
    fn unnamed(&self) -> Option<String> {
        let of = self.test.of.as_ref()?;
        let plans = self.ruled.plans.iter();
        let names: Vec<&str> = plans.map(|plan| plan.name.as_str()).collect();
        (!names.contains(&of.as_str())).then(|| {
            let names = names.join("`, `");
            format!("`of: {of}` names no rule here; there is `{names}`")
        })
    }

    /// What the silence was for, if not for what is stated.
    fn unreasoned(&self) -> Vec<String> {
        if self.test.because.is_empty() {
            return Vec::new();
        }
        let stated = self.test.because.iter();
        let stated: Vec<String> = stated.map(|(_, text)| text.clone()).collect();
        let Some(story) = self.story(None) else {
            return vec![
                "`because` is about a rule over detections, which has no story".to_owned(),
            ];
        };
        let cause = Cause::of(&story);
        if cause.is(&stated) {
            return Vec::new();
        }
        let mut lines = vec![format!(
            "silent, but not because of {}",
            stated.join(" and ")
        )];
        for text in cause.stated() {
            lines.push(format!("  but because of {text}"));
        }
        lines
    }

    /// The reason of a silence in the words of a test.
    pub(crate) fn reason(&self) -> Vec<String> {
        let story = self.story(None);
        story.map_or_else(Vec::new, |story| Cause::of(&story).stated())
    }

    /// The rules' names where there are several, so that expectations say which.
    pub(crate) fn rules_named(&self) -> Vec<String> {
        let plans = &self.ruled.plans;
        if plans.len() < 2 {
            return Vec::new();
        }
        plans.iter().map(|plan| plan.name.clone()).collect()
    }

    /// What `expect` would say: none where nothing was detected.
    pub(crate) fn detections(&self) -> Result<Vec<(String, Detection)>, String> {
        let found = self.found(&self.ruled)?.into_iter();
        let named = found.map(|detection| {
            let plan = self.ruled.plans.get(detection.rule);
            (
                plan.map(|plan| detection.severity(plan))
                    .unwrap_or_default(),
                detection,
            )
        });
        Ok(named.collect())
    }

    fn story(&self, focus: Option<Focus>) -> Option<Story> {
        let named = |plan: &&Plan| self.test.of.as_ref().is_none_or(|name| *name == plan.name);
        let plan = self.ruled.plans.iter().find(named)?;
        self.story_of(plan, focus)
    }

    fn story_of(&self, plan: &Plan, focus: Option<Focus>) -> Option<Story> {
        if plan.is_composite() {
            return None;
        }
        let knowledge = Knowledge::clone(&self.ruled.knowledge);
        let mut teller = Teller::with(plan.clone(), focus, std::sync::Arc::new(knowledge));
        let mut arrivals = self.timeline.counting(true);
        arrivals.sort_by_key(|arrival| arrival.time);
        for arrival in arrivals {
            teller.see(&arrival.event, &self.context(arrival));
        }
        Some(teller.finish())
    }

    /// What its events take in memory, by and large.
    fn bytes(&self) -> usize {
        let arrivals = self.timeline.counting(false).into_iter();
        arrivals.map(made::size).sum()
    }

    fn context<'a>(&self, arrival: &'a Arrival) -> yaral_engine::Context<'a> {
        yaral_engine::Context {
            event_id: &arrival.id,
            now: self.now,
        }
    }

    /// Records which predicates the events satisfy.
    fn record(&self, recorder: &mut Recorder) {
        /// Events of a test that are looked at one by one.
        const LOOKED_AT_MAX: usize = 100;
        let arrivals = self.timeline.counting(false);
        for (place, plan) in self.ruled.plans.iter().enumerate() {
            if let Some(story) = self.story_of(plan, None) {
                recorder.story(place, &story);
            }
            for arrival in arrivals.iter().take(LOOKED_AT_MAX) {
                let focus = Focus::Event(arrival.id.clone(), arrival.time);
                if let Some(story) = self.story_of(plan, Some(focus)) {
                    recorder.asked(place, &story);
                }
            }
        }
        for detection in self.found(&self.ruled).unwrap_or_default() {
            recorder.detection(&detection);
        }
    }
}
