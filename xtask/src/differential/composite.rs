//! Rules over detections: two random rules, and a third that sees what they
//! find. All three must find the same on both evaluators, in every order of
//! arrival and through saved states.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use yaral_engine::{Context, Detection, Engine, Knowledge, Recall, Status, naive};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldSet};

use super::check::Divergence;
use super::coverage::Coverage;
use super::dice::Dice;
use super::fields::TIME;
use super::known::{Known, NOW, found, sorted};
use super::pair::{compile, rule_of};
use super::rule::Rule;
use super::script::{Script, Step};
use super::stream::{Draft, Source};

/// One group of seeds in so many is about rules over detections.
pub const EVERY: u64 = 12;

/// Names of the rules, in order.
const NAMES: [&str; 3] = ["a", "b", "c"];

/// Three rules, the last of which is over detections of the others.
pub struct Trio {
    rules: [Rule; 2],
    texts: [String; 3],
    plans: Vec<Plan>,
}

impl Trio {
    /// The rules of a group of seeds; `None` if the compiler refuses one.
    #[must_use]
    pub fn of(seed: u64) -> Option<Self> {
        let mut dice = Dice::new(seed ^ 0x0c0d_e7ec);
        let rules = [rule_of(seed), rule_of(seed ^ (1 << 40))];
        let mut texts = [rules[0].text(), rules[1].text(), String::new()];
        texts[2] = over(&mut dice, &rules);
        for (text, name) in texts.iter_mut().zip(NAMES) {
            *text = text.replacen("rule r {", &format!("rule {name} {{"), 1);
        }
        let third = Rule {
            setup: None,
            sheet: None,
            ..rules[0].clone()
        };
        let plans = [&rules[0], &rules[1], &third].into_iter().zip(&texts);
        let plans = plans.map(|(rule, text)| compile(rule, text));
        let plans = plans.collect::<Option<_>>()?;
        Some(Trio {
            rules,
            texts,
            plans,
        })
    }

    /// Draws events for a seed and runs them in every way.
    ///
    /// # Errors
    /// The first divergence.
    pub fn try_events(&self, seed: u64, coverage: &mut Coverage) -> Result<(), Divergence> {
        let dice = &mut Dice::new(seed);
        let source = Source::new(&self.rules[0], &self.texts[..2].concat());
        let mut drafts = source.draw(dice);
        // An id is the whole of an event here: no repetitions, which rules
        // that remember nothing would see twice.
        let mut ids = std::collections::BTreeSet::new();
        drafts.retain(|draft| ids.insert(draft.id.clone()));
        let events: Vec<_> = drafts
            .iter()
            .map(|draft| (draft.id.clone(), draft.event(&FieldSet::all())))
            .collect();
        let truth = self.truth(&events);
        let length_s = self.rules[0].window.as_ref().map_or(60, |w| w.length_s);
        let scripts = [
            Script::batch(drafts.len()),
            Script::stream(dice, &drafts, length_s),
            Script::shuffled(dice, drafts.len()),
        ];
        for script in scripts {
            self.run(&drafts, &events, &script, &truth)?;
        }
        coverage.add("pairs", 1);
        coverage.add("pairs: rules over detections", 1);
        let all: usize = truth.iter().map(Vec::len).sum();
        coverage.add("detections", all as u64);
        if all > 0 {
            coverage.add("found: pairs with a detection", 1);
        }
        if !truth[2].is_empty() {
            coverage.add("found: over detections", 1);
        }
        Ok(())
    }

    fn truth(&self, events: &[(String, Event)]) -> Vec<Vec<Known>> {
        let seen: Vec<_> = events
            .iter()
            .map(|(id, event)| naive::Seen { event, id })
            .collect();
        let all = naive::detect_all(&self.plans, &seen, &Knowledge::default(), NOW);
        let plans = self.plans.iter().zip(all);
        plans.map(|(plan, all)| found(plan, all)).collect()
    }

    fn run(
        &self,
        drafts: &[Draft],
        events: &[(String, Event)],
        script: &Script,
        truth: &[Vec<Known>],
    ) -> Result<(), Divergence> {
        let recall = All(events.iter().map(|(id, event)| (&**id, event)).collect());
        let mut engine = self.engine();
        let mut out = Vec::new();
        let mut finals = vec![Vec::new(); self.plans.len()];
        let mut damage = None;
        for step in &script.steps {
            match *step {
                Step::Event(at) => {
                    let (id, event) = &events[at];
                    let context = Context {
                        event_id: id,
                        now: NOW,
                    };
                    engine.evaluate(event, &context, &mut out);
                }
                Step::Advance(to) => engine.advance_with(to, &recall, &mut out),
                Step::Cut => {
                    let mut next = self.engine();
                    if let Err(error) = next.restore(&engine.save()) {
                        damage = Some(format!("its own state cannot be read: {error}"));
                    }
                    engine = next;
                }
            }
        }
        engine.finish_with(&recall, &mut out);
        for made in out.iter().filter(|made| made.status == Status::Final) {
            finals[made.rule].push(Known::from(made));
        }
        let told = |made: &&Detection| matches!(made.status, Status::Final);
        let twice = {
            let mut ids = std::collections::BTreeSet::new();
            out.iter()
                .filter(told)
                .any(|made| !ids.insert((made.rule, &made.id)))
        };
        let late = engine.stats().late;
        for (at, (own, naive)) in finals.into_iter().zip(truth).enumerate() {
            let own = sorted(own);
            let what = if let Some(damage) = &damage {
                damage.clone()
            } else if twice {
                "a detection stands twice".to_owned()
            } else if late > 0 {
                format!("{late} events or detections were late")
            } else if own != *naive {
                format!("the final detections of rule {} differ", NAMES[at])
            } else {
                continue;
            };
            let mut text = what;
            for (rule, rule_text) in self.texts.iter().enumerate() {
                let switches = &self.rules[rule.min(1) % 2].switches;
                let _ = write!(text, "\nswitches {switches:?}\n{rule_text}");
            }
            for step in &script.steps {
                let _ = match step {
                    Step::Event(at) => {
                        writeln!(text, "event {} {}", drafts[*at].id, drafts[*at].json())
                    }
                    Step::Advance(to) => writeln!(text, "watermark {to}"),
                    Step::Cut => writeln!(text, "state saved and read again"),
                };
            }
            return Err(Divergence {
                script: "composite",
                what: text,
                naive: naive.clone(),
                engine: own,
            });
        }
        Ok(())
    }

    fn engine(&self) -> Engine {
        Engine::with(self.plans.clone(), Arc::default())
    }
}

/// Recalls every event of a pair.
struct All<'e>(BTreeMap<&'e str, &'e Event>);

impl Recall for All<'_> {
    fn event(&self, id: &str) -> Option<&Event> {
        self.0.get(id).copied()
    }
}

/// A rule over what the rules `a` and `b` find.
fn over(dice: &mut Dice, rules: &[Rule; 2]) -> String {
    let mut events = Vec::new();
    let named = rules[dice.index(2)].keys.first().cloned();
    let outcome = rules[0].outcomes.first().map(|(name, _)| name.clone());
    let result = "detection.detection";
    let value = match (dice.weighted(&[5, 3, 2, 2]), named, outcome) {
        (0, Some(key), _) => format!("{result}.detection_fields[\"{key}\"]"),
        (1, Some(key), _) => format!("{result}.variables[\"{key}\"].string_val"),
        (2, _, Some(outcome)) => format!("{result}.outcomes[\"{outcome}\"]"),
        (3, ..) => "detection.collection_elements.references.event.principal.hostname".to_owned(),
        _ => format!("{result}.rule_name"),
    };
    events.push(format!("$d.{value} = $x"));
    let second = dice.chance(40);
    if second {
        events.push(format!("$f.{value} = $x"));
    }
    let joined = dice.chance(40);
    if joined {
        events.push("$e.principal.hostname = $x".to_owned());
    }
    for of in ["d", "f"] {
        if (of == "f" && !second) || dice.chance(40) {
            continue;
        }
        events.push(match dice.below(5) {
            0 => format!("${of}.{result}.rule_name = \"{}\"", dice.one(&["a", "b"])),
            1 => format!("${of}.{result}.rule_name != \"a\""),
            2 => format!("${of}.{result}.risk_score > 0"),
            3 => format!("${of}.detection.time_window.start_time.seconds > 0"),
            _ => format!("${of}.{result}.rule_labels[\"author\"] = \"generated\""),
        });
    }
    if second && dice.chance(30) {
        events.push(
            "$d.detection.detection_time.seconds <= $f.detection.detection_time.seconds".to_owned(),
        );
    }
    if joined && dice.chance(30) {
        events.push(format!("$e.{TIME} <= $d.detection.detection_time.seconds"));
    }
    let window = *dice.one(&[
        "over 5m",
        "over 1h",
        "by 1h",
        "over 7m before $d",
        "over 7m after $d",
        "over 48h",
    ]);
    let mut condition = vec![(*dice.one(&["$d", "$d", "#d > 1"])).to_owned()];
    if second {
        condition.push((*dice.one(&["$f", "!$f", "#f > 1"])).to_owned());
    }
    if joined {
        condition.push((*dice.one(&["$e", "!$e", "#e >= 0"])).to_owned());
    }
    let options = if dice.chance(15) {
        "  options:\n    suppression_window = 2d\n"
    } else {
        ""
    };
    format!(
        "rule r {{\n  meta:\n    author = \"generated\"\n  events:\n    {}\n  match:\n    $x {window}\n  outcome:\n    \
         $names = array_distinct($d.{result}.rule_name)\n    $many = count($d.detection.id)\n  condition:\n    {}\n{options}}}\n",
        events.join("\n    "),
        condition.join(" and "),
    )
}
