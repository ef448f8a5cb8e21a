//! The rule index: which rules an event could match at all.
//!
//! A rule is filed under one field that must equal one of a few literals.
//! The index may only say "cannot match": whoever it names is still decided
//! by the exact evaluator, and rules that fit no file are always named.

use std::collections::{BTreeMap, HashMap};

use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldId, FieldKind, Need, NeedTest, NodeRef, ValueRef};

/// Finds candidate rules for an event.
#[derive(Debug, Default)]
pub struct Index {
    files: Vec<File>,
    always: Vec<u32>,
}

/// The rules filed under one field, or under one key of a map.
#[derive(Debug)]
struct File {
    steps: Box<[FieldId]>,
    key: Option<String>,
    rules: HashMap<String, Vec<u32>>,
}

type Place = (Box<[FieldId]>, Option<String>);

impl Index {
    /// Files all rules.
    #[must_use]
    pub fn new(plans: &[Plan]) -> Self {
        let mut files: BTreeMap<Place, HashMap<String, Vec<u32>>> = BTreeMap::new();
        let mut always = Vec::new();
        for (rule, plan) in (0_u32..).zip(plans) {
            let best: Vec<_> = plan.event_needs().map(|needs| best(needs)).collect();
            if best.iter().any(Option::is_none) {
                always.push(rule);
                continue;
            }
            for (need, literals) in best.into_iter().flatten() {
                let place = (need.path.steps().into(), need.key.clone());
                let file = files.entry(place).or_default();
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
            .map(|((steps, key), rules)| File { steps, key, rules })
            .collect();
        Index { files, always }
    }

    /// Collects the rules that the event could match, in order, each once.
    pub fn candidates(&self, event: &Event, into: &mut Vec<u32>) {
        into.clear();
        into.extend(&self.always);
        for file in &self.files {
            visit(event.root(), &file.steps, &mut |node| {
                let name = match (&file.key, node.value()) {
                    (Some(key), ValueRef::Struct(_)) => node.entry(key).and_then(NodeRef::text),
                    (Some(key), ValueRef::Message(_)) => label(node, key),
                    (_, ValueRef::Enum(of, number)) => of.value_name(number),
                    _ => node.text(),
                };
                if let Some(under) = name.and_then(|name| file.rules.get(name)) {
                    into.extend(under);
                }
            });
        }
        into.sort_unstable();
        into.dedup();
    }
}

/// The need to file a rule under: the one that is likely to be the rarest.
/// What an event is about says more than what kind it is, and the kind says
/// more than who made it, which is the same for a whole log.
fn best(needs: &[Need]) -> Option<(&Need, &[String])> {
    let fitting = needs.iter().filter_map(|need| match &need.test {
        NeedTest::Equals(literals) => Some((need, literals.as_slice())),
        _ => None,
    });
    fitting.min_by_key(|(need, literals)| {
        let steps = need.path.steps();
        let metadata = steps.first() == Some(&FieldId::UDM_METADATA);
        let kind = steps.last() == Some(&FieldId::METADATA_EVENT_TYPE);
        (
            u8::from(metadata) + u8::from(metadata && !kind),
            literals.len(),
        )
    })
}

/// The value of a label, if it has this key.
fn label<'e>(node: NodeRef<'e>, key: &str) -> Option<&'e str> {
    let FieldKind::Message(message) = node.field()?.kind() else {
        return None;
    };
    let (key_field, value_field) = message.label_like()?;
    let named = node.get(key_field)?.text() == Some(key);
    named
        .then(|| node.get(value_field).and_then(NodeRef::text))
        .flatten()
}

fn visit<'e>(from: NodeRef<'e>, steps: &[FieldId], see: &mut dyn FnMut(NodeRef<'e>)) {
    let Some((&field, rest)) = steps.split_first() else {
        return see(from);
    };
    for next in from.all(field) {
        visit(next, rest, see);
    }
}
