//! The joined rows of each window against their definition, word for word.

use std::collections::BTreeSet;

use proptest::prelude::*;
use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldSet, read_event};

use super::*;
use crate::naive::Seen;
use crate::naive::row::Occurrence;

/// How rules of three event variables tie them.
const RULES: &[&str] = &[
    "$h = $e.principal.hostname $h = $f.principal.hostname $h = $g.principal.hostname",
    "$h = $e.principal.ip $e.principal.ip = $f.principal.ip $f.target.hostname = $g.target.hostname",
    "$h = $e.principal.ip $h = $f.principal.ip $h = $g.principal.hostname \
     $e.target.hostname != $f.target.hostname $f.principal.hostname != $g.target.hostname",
    "$h = $e.principal.hostname $h = $f.principal.hostname $e.target.hostname = $f.target.hostname \
     ($g.target.hostname = $e.target.hostname or $g.target.hostname = $e.principal.hostname)",
];

/// A plan in which these variables are required, whatever the condition says.
fn plan(rule: usize, required: Vec<bool>) -> Plan {
    let text = format!(
        "rule r {{ meta: events: $e.metadata.event_type != \"FILE_OPEN\" \
         $f.metadata.event_type != \"USER_LOGIN\" $g.metadata.event_type != \"PROCESS_LAUNCH\" {} \
         match: $h over 5m condition: $e and $f and $g options: allow_zero_values = true }}",
        RULES[rule]
    );
    let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
    assert!(
        !compiled.has_errors(),
        "{text}\n{:#?}",
        compiled.diagnostics
    );
    let plan = compiled.rules.into_iter().next().and_then(|rule| rule.plan);
    let mut plan = plan.expect("the rule has a plan");
    let correlation = plan.correlation.as_mut();
    correlation.expect("the rule has a match section").required = required;
    plan
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec!["USER_LOGIN", "PROCESS_LAUNCH", "FILE_OPEN"]);
    let name = || prop::sample::select(vec!["", "a", "b"]);
    (kind, name(), name(), name(), name()).prop_map(|(kind, host, to, one, other)| {
        let json = format!(
            r#"{{"metadata":{{"eventType":"{kind}"}},"principal":{{"hostname":"{host}","ip":["{one}","{other}"]}},"target":{{"hostname":"{to}"}}}}"#
        );
        let mut event = Event::default();
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
        event
    })
}

/// Whether (b) and (c) of the definition hold.
fn holds(naive: &Naive<'_>, correlation: &Correlation, joined: &Joined<'_>) -> bool {
    let is_in = |v: &VariableId| joined[usize::from(v.0)].is_some();
    let equal = correlation.joins.iter().all(|join| {
        let present = join.members.iter().filter(|(v, _)| is_in(v));
        let values: Vec<_> = present
            .map(|(_, id)| naive.value(*id, joined, Stage::Events, &[]))
            .collect();
        let mut pairs = values
            .iter()
            .flat_map(|a| values.iter().map(move |b| (a, b)));
        pairs.all(|(a, b)| a.equals(b, false))
    });
    let mut crosses = correlation.cross.iter();
    equal
        && crosses.all(|cross| {
            !cross.variables.iter().all(is_in)
                || naive.holds(cross.test, joined, Stage::Events, &[])
        })
}

/// Every way to give each variable one of its rows in the content, or none.
fn ways<'r>(rows: &'r [Vec<Row<'r>>], content: &Range<usize>) -> Vec<Joined<'r>> {
    let mut ways: Vec<Joined<'r>> = vec![Vec::new()];
    for rows in rows {
        let rows = rows.iter().filter(|row| content.contains(&row.of.place));
        let choices: Vec<_> = rows.map(Some).chain([None]).collect();
        let longer = |way: &Joined<'r>| -> Vec<Joined<'r>> {
            let with = |choice: &Option<_>| [&way[..], &[*choice]].concat();
            choices.iter().map(with).collect()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways
}

fn places(joined: &Joined<'_>) -> Vec<Option<(usize, usize)>> {
    let place = |row: &Row<'_>| (row.of.place, row.place);
    joined.iter().map(|row| row.map(place)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn as_defined(
        rule in 0..RULES.len(),
        required in prop::collection::vec(any::<bool>(), 3),
        events in prop::collection::vec(event(), 1..5),
    ) {
        let plan = plan(rule, required);
        let correlation = plan.correlation.as_ref().expect("the rule has a match section");
        let mut seen: Vec<_> = events.iter().map(|event| Occurrence::new(&Seen { event, id: "" })).collect();
        for (place, one) in seen.iter_mut().enumerate() {
            one.place = place;
        }
        let knowledge = crate::knowledge::Knowledge::default();
        let naive = Naive::new(&plan, &knowledge, 0);
        let of_branch = |branch| seen.iter().flat_map(|one| naive.rows(branch, one)).collect();
        let rows: Vec<Vec<Row<'_>>> = plan.branches.iter().map(of_branch).collect();
        let found = Search::new(&naive, correlation, &rows).run();
        for from in 0..seen.len() {
            for until in from + 1..=seen.len() {
                let content = from..until;
                let ways: Vec<_> = ways(&rows, &content)
                    .into_iter()
                    .filter(|way| holds(&naive, correlation, way))
                    .collect();
                let extends = |longer: &Joined<'_>, way: &Joined<'_>| {
                    let differ: Vec<_> = (0..way.len()).filter(|&v| places(longer)[v] != places(way)[v]).collect();
                    differ.len() == 1 && way[differ[0]].is_none()
                };
                let wanted: BTreeSet<_> = ways
                    .iter()
                    .filter(|way| way.iter().any(Option::is_some))
                    .filter(|way| way.iter().zip(&correlation.required).all(|(row, required)| row.is_some() || !required))
                    .filter(|way| !ways.iter().any(|longer| extends(longer, way)))
                    .map(places)
                    .collect();
                let here: Vec<_> = found
                    .iter()
                    .filter(|one| one.is_joined_in(&content))
                    .map(|one| places(&one.joined))
                    .collect();
                prop_assert!(here.is_sorted_by(|a, b| a < b), "in order and each once");
                prop_assert_eq!(here.into_iter().collect::<BTreeSet<_>>(), wanted);
            }
        }
    }
}
