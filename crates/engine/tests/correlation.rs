//! The streaming evaluator against the naive one, on small random streams:
//! in order, out of order, cut and resumed. The wide net is
//! `cargo xtask differential`; this one is quick and names the rule.

use yaral_engine::naive::{self, Seen};
use yaral_engine::{Context, Detection, Engine, Status};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldSet, Timestamp, read_event};

const HEAD: &str = r#"$a.metadata.event_type = "USER_LOGIN" $b.metadata.event_type = "PROCESS_LAUNCH"
    $a.principal.hostname = $h $b.principal.hostname = $h"#;

/// Rules of every shape: events, match, outcome, condition, options.
fn rules() -> Vec<String> {
    let outcome = "outcome: $n = count($a.principal.ip) $m = count_distinct($b.target.ip) $ips = array($a.principal.ip) $s = sum($b.target.port) $e = max($b.metadata.event_timestamp.seconds - $a.metadata.event_timestamp.seconds) $every = array_distinct($b.target.ip)";
    let mut rules = Vec::new();
    for window in [
        "over 1m",
        "by 1m",
        "over 1m before $a",
        "over 1m after $a",
        "over 7m",
    ] {
        for condition in [
            "$a and $b",
            "#a > 1 and $b",
            "$a and !$b",
            "$a and #b < 2",
            "#a >= 1 and #b >= 2",
            "$a and $b and $n > 2",
        ] {
            rules.push(format!(
                "events: {HEAD} match: $h {window} {outcome} condition: {condition}"
            ));
        }
        let ordered = format!(
            "{HEAD} $a.metadata.event_timestamp.seconds <= $b.metadata.event_timestamp.seconds"
        );
        rules.push(format!(
            "events: {ordered} match: $h {window} {outcome} condition: $a and $b"
        ));
        rules.push(format!(
            "events: {ordered} match: $h {window} {outcome} condition: $a and !$b"
        ));
        let user = format!("{HEAD} $a.principal.user.userid = $b.principal.user.userid");
        rules.push(format!(
            "events: {user} match: $h {window} {outcome} condition: $a and #b > 1"
        ));
        let loose = r#"$a.metadata.event_type = "USER_LOGIN" $b.metadata.event_type = "PROCESS_LAUNCH"
            $a.principal.hostname = $h $a.principal.user.userid = $b.principal.user.userid"#;
        rules.push(format!(
            "events: {loose} match: $h {window} {outcome} condition: $a and $b"
        ));
        rules.push(format!(
            "events: {loose} match: $h {window} {outcome} condition: $a and !$b"
        ));
        rules.push(format!("events: $a.metadata.event_type = \"USER_LOGIN\" $ip = $a.principal.ip match: $ip {window} outcome: $n = count($a.target.ip) condition: #a > 1"));
        rules.push(format!("events: $a.metadata.event_type = \"USER_LOGIN\" $h = $a.principal.hostname $ip = $a.principal.ip match: $h {window} outcome: $n = array($a.target.ip) condition: #ip > 1 options: suppression_window = 10m"));
    }
    rules.push(format!(
        "events: {HEAD} match: $h over 1m {outcome} condition: $a or $b"
    ));
    rules
}

fn compiled(body: &str) -> Plan {
    let text = format!("rule r {{ meta: {body} }}");
    let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
    assert!(
        !compiled.has_errors(),
        "{text}\n{:#?}",
        compiled.diagnostics
    );
    compiled
        .rules
        .into_iter()
        .next()
        .and_then(|rule| rule.plan)
        .expect("one rule")
}

/// A small generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn of<'s>(&mut self, all: &[&'s str]) -> &'s str {
        let at = self.roll(all.len() as u64);
        all[usize::try_from(at).expect("small")]
    }
}

fn event(dice: &mut Dice) -> Event {
    let seconds = 1_700_000_040
        + dice
            .of(&["0", "1", "30", "59", "60", "61", "90", "120", "200", "420"])
            .parse::<i64>()
            .expect("a number");
    let time = Timestamp {
        seconds,
        nanos: i32::try_from(dice.roll(2)).expect("small"),
    };
    let list = |dice: &mut Dice| {
        (0..dice.roll(3))
            .map(|_| format!("\"{}\"", dice.of(&["1.1.1.1", "2.2.2.2"])))
            .collect::<Vec<_>>()
            .join(",")
    };
    let (from, to) = (list(dice), list(dice));
    let json = format!(
        "{{\"metadata\":{{\"eventType\":\"{}\",\"eventTimestamp\":\"{time}\"}},\"principal\":{{\"hostname\":\"{}\",\"ip\":[{from}],\"user\":{{\"userid\":\"{}\"}}}},\"target\":{{\"ip\":[{to}],\"port\":{}}}}}",
        dice.of(&["USER_LOGIN", "PROCESS_LAUNCH"]),
        dice.of(&["h", "i", ""]),
        dice.of(&["u", "v"]),
        dice.roll(4),
    );
    let mut event = Event::default();
    read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("generated UDM JSON is valid");
    event
}

fn line(
    matches: &[(String, yaral_ir::value::Value<'static>)],
    window: (Timestamp, Timestamp),
    outcomes: &[(String, yaral_ir::value::Value<'static>)],
    bound: &[Vec<String>],
) -> String {
    format!(
        "{matches:?} {}..{} {outcomes:?} {bound:?}",
        window.0, window.1
    )
}

fn finals(plan: &Plan, found: &[Detection]) -> Vec<String> {
    let mut lines: Vec<_> = found
        .iter()
        .filter(|detection| detection.status == Status::Final)
        .map(|detection| {
            let bound: Vec<Vec<String>> = plan
                .variables
                .iter()
                .map(|variable| {
                    detection
                        .evidence
                        .iter()
                        .filter(|e| e.variable == variable.name)
                        .map(|e| e.event_id.clone())
                        .collect()
                })
                .collect();
            line(
                &detection.matches,
                detection.window,
                &detection.outcomes,
                &bound,
            )
        })
        .collect();
    lines.sort();
    lines
}

fn run(
    plan: &Plan,
    events: &[(String, Event)],
    order: &[usize],
    cuts: bool,
    watermarks: bool,
) -> Vec<String> {
    let mut engine = Engine::new(vec![plan.clone()]);
    let mut out = Vec::new();
    for (at, &index) in order.iter().enumerate() {
        let (id, event) = &events[index];
        engine.evaluate(
            event,
            &Context {
                event_id: id,
                now: 0,
            },
            &mut out,
        );
        if watermarks {
            let next = order[at + 1..]
                .iter()
                .filter_map(|&i| events[i].1.event_time())
                .min();
            if let Some(next) = next {
                engine.advance(next, &mut out);
            }
        }
        if cuts {
            let state = engine.save();
            engine = Engine::new(vec![plan.clone()]);
            engine.restore(&state).expect("a saved state is read back");
            assert_eq!(engine.save(), state, "a state is read back as it was");
        }
    }
    engine.finish(&mut out);
    finals(plan, &out)
}

#[test]
fn streaming_and_naive_agree() {
    let mut dice = Dice(7);
    let mut detections = 0;
    for body in rules() {
        let plan = compiled(&body);
        for _ in 0..40 {
            let events: Vec<_> = (0..dice.roll(9))
                .map(|n| (format!("e{n}"), event(&mut dice)))
                .collect();
            let seen: Vec<_> = events
                .iter()
                .map(|(id, event)| Seen { event, id })
                .collect();
            let mut expected: Vec<_> = naive::detect(&plan, &seen, 0)
                .iter()
                .map(|f| line(&f.matches, f.window, &f.outcomes, &f.bound))
                .collect();
            expected.sort();
            detections += expected.len();
            let given: Vec<usize> = (0..events.len()).collect();
            let mut sorted = given.clone();
            sorted.sort_by_key(|&i| (events[i].1.event_time(), events[i].0.clone()));
            let show = || {
                events
                    .iter()
                    .map(|(id, e)| {
                        let mut json = String::new();
                        yaral_udm::write_event(e, &mut json);
                        format!("{id} {json}")
                    })
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            for (order, what) in [(&given, "arrival"), (&sorted, "time")] {
                for cuts in [false, true] {
                    for watermarks in [false, true] {
                        let found = run(&plan, &events, order, cuts, watermarks);
                        assert_eq!(
                            found,
                            expected,
                            "{body}\nin {what} order, cuts {cuts}, watermarks {watermarks}\n{}",
                            show()
                        );
                    }
                }
            }
        }
    }
    assert!(detections > 1_000, "the streams are too dull: {detections}");
}
