//! Values worth trying, read off the predicates.
//!
//! A constant that a predicate compares with is a candidate for the places on
//! its other side, turned back through the functions in between as far as
//! that is easy. What is wrong or missing costs a longer search, nothing else.

use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::{ArithmeticOp, Binding, Expr, ExprId};
use yaral_ir::regex::Pattern;
use yaral_ir::value::Value;
use yaral_udm::FieldKind;

use super::place::Place;
use super::problem::{Cell, Problem};
use super::sample;

/// Candidates kept for one cell.
const CANDIDATES_MAX: usize = 400;

/// The entry that every string list of the test has, and every regex list.
pub(crate) const LISTED: &str = "listed";

/// The range of every address list of the test, and an address in it.
pub(crate) const LISTED_RANGE: (&str, &str) = ("198.51.100.0/24", "198.51.100.7");

/// The moment around which events are made: a Monday at 00:00 UTC.
pub(crate) const BASE: i64 = 1_767_571_200;

/// The candidates of each cell.
pub(crate) struct Hints<'a, 'p> {
    problem: &'a Problem<'p>,
    found: Vec<Vec<Value<'static>>>,
    /// The fields that enclosing quantifiers visit.
    elements: Vec<usize>,
}

/// The candidates of each cell, the default first.
pub(crate) fn candidates(problem: &Problem<'_>) -> Vec<Vec<Value<'static>>> {
    let mut hints = Hints {
        problem,
        found: vec![Vec::new(); problem.cells.len()],
        elements: Vec::new(),
    };
    for (number, cell) in problem.cells.iter().enumerate() {
        match cell {
            Cell::Value(variable, place) => {
                for value in defaults(*variable, place) {
                    hints.add(number, &value);
                }
            }
            Cell::Choice(which) => {
                let placeholder = &problem.plan.placeholders[usize::from(*which)];
                if let Binding::OneOf(ways) = &placeholder.binding {
                    let ways = i64::try_from(ways.len()).expect("few ways");
                    hints.found[number] = (0..ways).map(Value::Int).collect();
                }
            }
        }
    }
    let plan = problem.plan;
    let roots = plan.branches.iter().flat_map(|branch| &branch.conjuncts);
    let cross = plan.correlation.iter().flat_map(|tied| &tied.cross);
    let cross = cross.map(|cross| &cross.test);
    let tied = plan.correlation.iter();
    let joins = tied.flat_map(|tied| tied.joins.iter().flat_map(|join| &join.members));
    let joins = joins.map(|(_, member)| member);
    let tied = plan.correlation.iter();
    let keys = tied.flat_map(|tied| tied.keys.iter().flat_map(|key| key.by.iter().flatten()));
    let bound = plan
        .placeholders
        .iter()
        .filter_map(|one| match &one.binding {
            Binding::To(bound) => Some(bound),
            Binding::OneOf(_) => None,
        });
    let outcomes = plan.outcomes.iter().map(|outcome| &outcome.expr);
    for &root in roots
        .chain(cross)
        .chain(joins)
        .chain(keys)
        .chain(bound)
        .chain(outcomes)
    {
        hints.walk(root);
    }
    hints.spread_times();
    hints.found
}

/// What a place has if nothing else is asked of it, and what it has when unset.
fn defaults(variable: u16, place: &Place) -> Vec<Value<'static>> {
    if *place == Place::time() {
        return vec![Value::Int(BASE)];
    }
    let name = place.key.clone().unwrap_or(place.leaf().name().to_owned());
    // The same field of another noun or variable differs, so that alternatives
    // do not hold by chance.
    let noun = place.steps[0].0;
    let last = (u32::from(variable) * 40 + noun.number() % 40) % 250 + 1;
    let noun = noun.name();
    let text = match name.as_str() {
        "ip" | "nat_ip" | "ip_address" => format!("203.0.113.{last}"),
        "mac" => format!("00:00:5e:00:53:0{variable}"),
        "email_addresses" | "email" => format!("{noun}{variable}@corp.example"),
        "hostname" | "domain" => format!("{noun}{variable}.corp.example"),
        _ => format!("{noun}-{name}-{variable}"),
    };
    let mut found: Vec<_> = [
        Value::string(text),
        Value::Int(1),
        Value::EMPTY,
        Value::Int(0),
    ]
    .iter()
    .filter_map(|value| place.fit(value))
    .collect();
    match (place.bound(), place.nanos) {
        (Some("start_time"), false) => found.insert(0, Value::Int(BASE - 86_400)),
        (Some("end_time"), false) => found.insert(0, Value::Int(BASE + 30 * 86_400)),
        _ => {}
    }
    if place.leaf().kind() == FieldKind::Timestamp && !place.nanos {
        // Just before the run time, about the events, and long before them.
        found.extend([super::NOW - 3_600, BASE, BASE - 40 * 86_400].map(Value::Int));
    }
    if place.leaf().name() == "event_timestamp" {
        found = vec![Value::Int(0), Value::Int(500_000_000)];
    }
    found
}

impl Hints<'_, '_> {
    fn add(&mut self, number: usize, value: &Value<'_>) {
        let Cell::Value(_, place) = &self.problem.cells[number] else {
            return;
        };
        if let Some(value) = place.fit(value)
            && self.found[number].len() < CANDIDATES_MAX
            && !self.found[number].contains(&value)
        {
            self.found[number].push(value);
        }
    }

    fn add_all(&mut self, number: usize, values: &[Value<'static>]) {
        for value in values {
            self.add(number, value);
        }
    }

    /// Times of events up to a window apart.
    fn spread_times(&mut self) {
        let window = self.problem.plan.correlation.as_ref();
        let length = window.map_or(3_600, |tied| tied.window.length_s);
        let offsets = [1, 2, 5, 10, 30, 59, 61, 119, 299, 599, 1_799, 3_599];
        for variable in self.problem.timed() {
            let cell = self.problem.time_of(variable);
            for known in self.found[cell].clone() {
                for offset in offsets.into_iter().filter(|o| *o < length) {
                    self.add(cell, &Value::Int(known.int() + offset));
                }
                self.add(cell, &Value::Int(known.int() + length / 2));
                self.add(cell, &Value::Int(known.int() + length - 1));
            }
        }
    }

    /// Reads the predicates of an expression.
    fn walk(&mut self, id: ExprId) {
        let plan = self.problem.plan;
        match &plan.node(id).expr {
            Expr::Quantified { field, body, .. } => {
                let cell = Cell::Value(field.variable.0, Place::of_whole(field, None));
                self.elements.push(self.problem.number(&cell));
                self.walk(*body);
                self.elements.pop();
                return;
            }
            Expr::Compare { left, right, .. } => {
                for (side, other) in [(*left, *right), (*right, *left)] {
                    if let Expr::Literal(value) = &plan.node(other).expr {
                        let around = around(value);
                        self.push(side, &around);
                        self.counted(side, value);
                    }
                }
            }
            Expr::Matches { subject, pattern } => {
                let texts = sampled(pattern, None);
                self.push(*subject, &texts);
            }
            Expr::InList { subject, list, .. } => {
                let entries = entries(list);
                self.push(*subject, &entries);
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => self.predicate(function.name, args, patterns),
            _ => {}
        }
        for operand in plan.operands(id) {
            self.walk(operand);
        }
    }

    /// A function that decides something about its first argument.
    fn predicate(&mut self, name: &str, args: &[ExprId], patterns: &[Pattern]) {
        let Some(&subject) = args.first() else { return };
        let needle = args.get(1).map(|&arg| &self.problem.plan.node(arg).expr);
        match (name, needle) {
            ("re.regex" | "re.capture" | "re.capture_all", _) => {
                let texts = patterns.iter().flat_map(|pattern| sampled(pattern, None));
                let texts: Vec<_> = texts.collect();
                self.push(subject, &texts);
            }
            (
                "strings.contains" | "strings.starts_with" | "strings.ends_with",
                Some(Expr::Literal(text)),
            ) => {
                self.push(subject, std::slice::from_ref(text));
            }
            ("net.ip_in_range_cidr", Some(Expr::Literal(range))) => {
                let range = range.text().into_owned();
                let (address, _) = range.split_once('/').unwrap_or((&range, ""));
                let next = match address.rsplit_once('.') {
                    Some((net, last)) => {
                        let last: u8 = last.parse().unwrap_or(0);
                        format!("{net}.{}", last.saturating_add(5))
                    }
                    None => format!("{}5", address.trim_end_matches('0')),
                };
                let outside = Value::str("8.8.8.8");
                self.push(
                    subject,
                    &[
                        Value::string(next),
                        Value::string(address.to_owned()),
                        outside,
                    ],
                );
            }
            _ => {}
        }
    }

    /// So many occurrences as a count is compared with.
    fn counted(&mut self, side: ExprId, number: &Value<'_>) {
        let plan = self.problem.plan;
        let Expr::Call { function, args, .. } = &plan.node(side).expr else {
            return;
        };
        if let ("strings.count_substrings", [text, needle]) = (function.name, args.as_slice())
            && let Expr::Literal(needle) = &plan.node(*needle).expr
        {
            let times = usize::try_from(number.int()).unwrap_or(0);
            let texts: Vec<_> = (times.saturating_sub(1)..times + 2)
                .map(|times| Value::string(needle.text().repeat(times)))
                .collect();
            self.push(*text, &texts);
        }
    }

    /// Takes values of an expression for candidates of the places in it.
    pub(crate) fn push(&mut self, id: ExprId, values: &[Value<'static>]) {
        let problem = self.problem;
        if let Some(cell) = problem.cell_of(id) {
            let number = problem.number(&cell);
            self.add_all(number, values);
            return;
        }
        match &problem.plan.node(id).expr {
            Expr::Element(slot) => {
                if let Some(&number) = self.elements.get(usize::from(*slot)) {
                    self.add_all(number, values);
                }
            }
            Expr::Placeholder(which) => {
                match &problem.plan.placeholders[usize::from(which.0)].binding {
                    Binding::To(bound) => self.push(*bound, values),
                    Binding::OneOf(ways) => ways.iter().for_each(|way| self.push(*way, values)),
                }
            }
            Expr::If {
                then, otherwise, ..
            } => {
                self.push(*then, values);
                self.push(*otherwise, values);
            }
            Expr::Arithmetic { op, left, right } => self.push_number(*op, *left, *right, values),
            Expr::Call {
                function,
                args,
                patterns,
            } => self.push_call(function.name, args, patterns, values),
            _ => {}
        }
    }

    fn push_number(
        &mut self,
        op: ArithmeticOp,
        left: ExprId,
        right: ExprId,
        values: &[Value<'static>],
    ) {
        let plan = self.problem.plan;
        for (side, other, first) in [(left, right, true), (right, left, false)] {
            let Expr::Literal(constant) = &plan.node(other).expr else {
                continue;
            };
            let c = constant.float();
            let back = |value: &Value<'_>| {
                let v = value.float();
                Value::Float(match op {
                    ArithmeticOp::Add => v - c,
                    ArithmeticOp::Sub if first => v + c,
                    ArithmeticOp::Sub => c - v,
                    ArithmeticOp::Mul if c != 0.0 => v / c,
                    ArithmeticOp::Div if first => v * c,
                    _ => v,
                })
            };
            let values: Vec<_> = values.iter().map(back).collect();
            self.push(side, &values);
        }
    }

    fn push_call(
        &mut self,
        name: &str,
        args: &[ExprId],
        patterns: &[Pattern],
        values: &[Value<'static>],
    ) {
        let plan = self.problem.plan;
        let text = |value: &Value<'_>| Value::string(value.text().into_owned());
        match name {
            "re.capture" | "re.replace" | "re.capture_all" => {
                let mut texts = values.to_vec();
                for pattern in patterns {
                    texts.extend(sampled(pattern, None));
                    for value in values.iter().take(6) {
                        texts.extend(sampled(pattern, Some(&value.text())));
                    }
                }
                self.push(args[0], &texts);
            }
            "strings.concat" => {
                for (at, &arg) in args.iter().enumerate() {
                    let mut parts = values.to_vec();
                    for value in values {
                        parts.extend(self.part(args, at, &value.text()));
                    }
                    self.push(arg, &parts);
                }
            }
            "cast.as_int" | "cast.as_float" | "cast.as_string" | "cast.as_bool" => {
                let texts: Vec<_> = values.iter().map(text).collect();
                self.push(args[0], &texts);
            }
            _ if name.starts_with("timestamp.get_") => {
                let hours = (0..7 * 24).map(|hour| Value::Int(BASE + hour * 3_600));
                let hours: Vec<_> = hours.collect();
                self.push(args[0], &hours);
            }
            _ => {
                for &arg in args {
                    if !matches!(plan.node(arg).expr, Expr::Literal(_)) {
                        self.push(arg, values);
                    }
                }
            }
        }
    }

    /// The part of a joined text that stands at one argument, if constants
    /// around it say where it begins and ends.
    fn part(&self, args: &[ExprId], at: usize, joined: &str) -> Option<Value<'static>> {
        let constant = |at: usize| match &self.problem.plan.node(*args.get(at)?).expr {
            Expr::Literal(value) => Some(value.text().into_owned()),
            _ => None,
        };
        let mut rest = joined;
        if let Some(before) = at.checked_sub(1).and_then(constant) {
            rest = rest.split_once(&before)?.1;
        }
        if let Some(after) = constant(at + 1) {
            rest = rest.split_once(&after)?.0;
        }
        Some(Value::string(rest.to_owned()))
    }
}

/// A constant and its neighbours.
fn around(value: &Value<'static>) -> Vec<Value<'static>> {
    let mut found = vec![value.clone()];
    match value {
        Value::Int(i) => found.extend([i.saturating_sub(1), i.saturating_add(1)].map(Value::Int)),
        Value::Float(f) => found.extend([f - 1.0, f + 1.0].map(Value::Float)),
        Value::Enum(_, n) => found.extend([n - 1, n + 1].map(|n| Value::Int(n.into()))),
        Value::Str(s) => found.push(Value::string(format!("{s}x"))),
        _ => {}
    }
    found
}

fn sampled(pattern: &Pattern, group: Option<&str>) -> Vec<Value<'static>> {
    sample::matching(pattern, group)
        .into_iter()
        .map(Value::string)
        .collect()
}

fn entries(list: &List) -> Vec<Value<'static>> {
    match list.kind() {
        ListKind::String => list
            .strings()
            .map(|text| Value::string(text.to_owned()))
            .collect(),
        ListKind::Regex => vec![Value::str(LISTED)],
        ListKind::Cidr => vec![Value::str(LISTED_RANGE.1)],
    }
}
