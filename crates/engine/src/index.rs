//! The rule index: which rules an event could match at all.
//!
//! A rule is filed under one field that must equal one of a few literals.
//! The index may only say "cannot match": whoever it names is still decided
//! by the exact evaluator, and rules that fit no file are always named.

use std::collections::{BTreeMap, HashMap};

use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldId, Need, NeedTest, NodeRef, ValueRef};

/// Finds candidate rules for an event.
#[derive(Debug, Default)]
pub struct Index {
    files: Vec<File>,
    always: Vec<u32>,
}

/// The rules filed under one field.
#[derive(Debug)]
struct File {
    steps: Box<[FieldId]>,
    rules: HashMap<String, Vec<u32>>,
}

impl Index {
    /// Files all rules.
    #[must_use]
    pub fn new(plans: &[Plan]) -> Self {
        let mut files: BTreeMap<Box<[FieldId]>, HashMap<String, Vec<u32>>> = BTreeMap::new();
        let mut always = Vec::new();
        for (rule, plan) in (0_u32..).zip(plans) {
            let keys: Vec<_> = plan
                .needs
                .iter()
                .map(|needs| needs.iter().find_map(key))
                .collect();
            if keys.is_empty() || keys.iter().any(Option::is_none) {
                always.push(rule);
                continue;
            }
            for (steps, literals) in keys.into_iter().flatten() {
                let file = files.entry(steps.into()).or_default();
                for literal in literals {
                    let under = file.entry(literal.clone()).or_default();
                    if under.last() != Some(&rule) {
                        under.push(rule);
                    }
                }
            }
        }
        let files = files
            .into_iter()
            .map(|(steps, rules)| File { steps, rules })
            .collect();
        Index { files, always }
    }

    /// Collects the rules that the event could match, in order, each once.
    pub fn candidates(&self, event: &Event, into: &mut Vec<u32>) {
        into.clear();
        into.extend(&self.always);
        for file in &self.files {
            visit(event.root(), &file.steps, &mut |node| {
                let name = match node.value() {
                    ValueRef::Enum(of, number) => of.value_name(number),
                    _ => node.text(),
                };
                if let Some(filed) = name.and_then(|name| file.rules.get(name)) {
                    into.extend(filed);
                }
            });
        }
        into.sort_unstable();
        into.dedup();
    }
}

/// The field and literals that a need files a rule under.
fn key(need: &Need) -> Option<(&[FieldId], &[String])> {
    match &need.test {
        NeedTest::Equals(literals) if need.key.is_none() => Some((need.path.steps(), literals)),
        _ => None,
    }
}

fn visit<'e>(from: NodeRef<'e>, steps: &[FieldId], see: &mut dyn FnMut(NodeRef<'e>)) {
    let Some((&field, rest)) = steps.split_first() else {
        return see(from);
    };
    for next in from.all(field) {
        visit(next, rest, see);
    }
}
