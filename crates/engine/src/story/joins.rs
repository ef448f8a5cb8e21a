//! Equalities between event variables: which value has no partner.

use std::collections::BTreeMap;

use yaral_ir::value::Value;

use super::meeting::Ground;
use super::{Join, JoinMember, Lonely, Near, Resemblance};
use crate::correlate::entry::Entry;
use crate::explain::shown;
use crate::id;
use crate::limits::STORY_JOIN_VALUES_MAX;

/// Values without a partner that are shown.
const LONELY_SHOWN: usize = 5;

/// Values of the other side that each of them is compared with.
const COMPARED: usize = 1_000;

/// Bytes up to which two texts are compared letter by letter.
const LETTERS_BYTES: usize = 64;

/// The values of one side: the canonical form, with the value as text and how
/// many events have it.
type Values = BTreeMap<Vec<u8>, (String, u64)>;

/// What the equalities of the rule found.
pub(super) fn tell(ground: &Ground<'_>) -> Vec<Join> {
    let joins = ground.rule.correlation.joins.iter();
    joins.map(|join| one(ground, join)).collect()
}

fn one(ground: &Ground<'_>, join: &yaral_ir::correlation::Join) -> Join {
    let plan = ground.rule.plan;
    let mut told = Join::default();
    let mut sides: Vec<(usize, Values)> = Vec::new();
    for (variable, member) in &join.members {
        let at = usize::from(variable.0);
        let mut values = Values::new();
        let mut events = 0;
        for entry in entries(ground, at) {
            let Some(slot) = ground.rule.shape.slot(*member) else {
                continue;
            };
            events += 1;
            let rows = entry.parts.get(slot.part).map_or(0, |part| part.rows);
            let mut own: BTreeMap<Vec<u8>, String> = BTreeMap::new();
            for row in 0..rows as usize {
                if let Some(value) = entry.value(slot.part, row, slot.column) {
                    own.insert(form(value), shown(value));
                }
            }
            for (form, text) in own {
                if values.len() >= STORY_JOIN_VALUES_MAX && !values.contains_key(&form) {
                    told.cut = true;
                    continue;
                }
                values.entry(form).or_insert((text, 0)).1 += 1;
            }
        }
        told.members.push(JoinMember {
            variable: ground.name(at),
            text: plan.quote(*member),
            events,
            values: values.len() as u64,
        });
        sides.push((at, values));
    }
    sides.retain(|(at, _)| ground.wanted.contains(at));
    told.shared = shared(&sides);
    told.lonely = lonely(ground, &sides);
    told
}

/// All entries of a variable that are looked at, each once.
fn entries<'g>(ground: &Ground<'g>, variable: usize) -> Vec<&'g Entry> {
    if ground.rule.shape.timed.get(variable) != Some(&true) {
        return ground.rule.standing.entries(variable).collect();
    }
    let partitions = ground.partitions.iter();
    let contents = partitions.map(|(form, own)| own.content(ground.rule.at(form), ground.span));
    contents
        .flat_map(|content| content.get(variable).copied().unwrap_or_default())
        .collect()
}

/// The form in which two values are the same for an equality with case; text
/// of any kind is its text.
fn form(value: &Value<'_>) -> Vec<u8> {
    id::canonical(value)
}

fn shared(sides: &[(usize, Values)]) -> u64 {
    let Some(((_, first), rest)) = sides.split_first() else {
        return 0;
    };
    let everywhere = |form: &&Vec<u8>| rest.iter().all(|(_, other)| other.contains_key(*form));
    first.keys().filter(everywhere).count() as u64
}

fn lonely(ground: &Ground<'_>, sides: &[(usize, Values)]) -> Vec<Lonely> {
    let mut found: BTreeMap<&Vec<u8>, u64> = BTreeMap::new();
    for (_, values) in sides {
        for (form, (_, count)) in values {
            if sides.iter().any(|(_, other)| !other.contains_key(form)) {
                *found.entry(form).or_default() += count;
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
    found.truncate(LONELY_SHOWN);
    let told = found.into_iter().map(|(form, _)| {
        let mut lonely = Lonely::default();
        for (at, values) in sides {
            match values.get(form) {
                Some((text, count)) => {
                    lonely.value.clone_from(text);
                    lonely.on.push((ground.name(*at), *count));
                }
                None => lonely.lacking.push(ground.name(*at)),
            }
        }
        lonely.near = near(ground, sides, form, &lonely.value);
        lonely
    });
    told.collect()
}

/// The value of a side that lacks this one which resembles it most.
fn near(
    ground: &Ground<'_>,
    sides: &[(usize, Values)],
    form: &Vec<u8>,
    text: &str,
) -> Option<Near> {
    let mut best: Option<Near> = None;
    for (at, values) in sides {
        if values.contains_key(form) {
            continue;
        }
        for (other, _) in values.values().take(COMPARED) {
            let Some(how) = resemblance(text, other) else {
                continue;
            };
            if best.as_ref().is_none_or(|known| how < known.how) {
                best = Some(Near {
                    variable: ground.name(*at),
                    value: other.clone(),
                    how,
                });
            }
        }
    }
    best
}

/// In what two different texts differ, if it is little.
fn resemblance(a: &str, b: &str) -> Option<Resemblance> {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a == b {
        return Some(Resemblance::Case);
    }
    if a.trim() == b.trim() {
        return Some(Resemblance::Space);
    }
    let bare = |text: &str, other: &str| {
        let after = text.rsplit_once(['\\', '/']).map(|(_, name)| name == other);
        let before = text.split_once(['@', '.']).map(|(name, _)| name == other);
        after == Some(true) || before == Some(true)
    };
    if bare(&a, &b) || bare(&b, &a) {
        return Some(Resemblance::Domain);
    }
    let longest = a.len().max(b.len());
    let least = a.len().min(b.len());
    let allowed = match least {
        0..5 => return None,
        5..8 => 1,
        _ => 2,
    };
    let few = longest <= LETTERS_BYTES && longest - least <= 4;
    (few && edits(&a, &b) <= allowed).then_some(Resemblance::Letters)
}

/// Letters to add, drop or change to make one text the other.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.chars().enumerate() {
        let mut next = vec![row + 1];
        for (at, other) in b.iter().enumerate() {
            let changed = last.get(at).copied().unwrap_or(0) + usize::from(letter != *other);
            let dropped = last.get(at + 1).copied().unwrap_or(0) + 1;
            let added = next.get(at).copied().unwrap_or(0) + 1;
            next.push(changed.min(dropped).min(added));
        }
        last = next;
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_resemble_each_other() {
        for (a, b, how) in [
            ("alice", "Alice", Some(Resemblance::Case)),
            ("alice ", "alice", Some(Resemblance::Space)),
            ("CORP\\alice", "alice", Some(Resemblance::Domain)),
            ("alice", "alice@example.org", Some(Resemblance::Domain)),
            ("web01", "web01.example.org", Some(Resemblance::Domain)),
            ("alice", "alise", Some(Resemblance::Letters)),
            ("alice", "bobby", None),
            ("bob", "rob", None),
            ("", "a", None),
        ] {
            assert_eq!(resemblance(a, b), how, "{a} {b}");
        }
    }
}
