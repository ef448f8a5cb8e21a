//! What an event cannot do without: needs, for prefilters and indexes.
//!
//! A need is a necessary condition on one field. It is derived from
//! predicates that must hold on the row that fires, so an event that fails it
//! on every element cannot match. Where nothing follows for sure, nothing is
//! said.

use yaral_ir::lists::ListKind;
use yaral_ir::plan::{CompareOp, EventVariable, Expr, ExprId, FieldRef, Node, WholeRef};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::{FieldId, FieldPath, Need, NeedTest, Root};

/// Literals beyond this many make a test that is no cheaper than the rule.
const LITERALS_MAX: usize = 256;

/// The needs of one branch.
pub(crate) fn of(nodes: &[Node], variables: &[EventVariable], conjuncts: &[ExprId]) -> Vec<Need> {
    let finder = Finder { nodes, variables };
    conjuncts
        .iter()
        .flat_map(|&conjunct| finder.find(conjunct))
        .collect()
}

/// What follows from a value that must not be zero.
pub(crate) fn of_value(nodes: &[Node], variables: &[EventVariable], id: ExprId) -> Option<Need> {
    Finder { nodes, variables }.present(id)
}

struct Finder<'a> {
    nodes: &'a [Node],
    variables: &'a [EventVariable],
}

impl Finder<'_> {
    fn find(&self, id: ExprId) -> Vec<Need> {
        match &self.nodes[id.0 as usize].expr {
            Expr::And(list) => list.iter().flat_map(|&one| self.find(one)).collect(),
            Expr::Or(list) => self.common(list),
            Expr::Compare {
                op: CompareOp::Eq,
                left,
                right,
                nocase,
            } => self
                .equality(*left, *right, *nocase)
                .or_else(|| self.equality(*right, *left, *nocase))
                .into_iter()
                .collect(),
            Expr::Compare {
                op: CompareOp::Ne,
                left,
                right,
                ..
            } => self
                .not_empty(*left, *right)
                .or_else(|| self.not_empty(*right, *left))
                .into_iter()
                .collect(),
            Expr::Matches { subject, pattern } => {
                let literals = pattern.required_literals();
                literals
                    .and_then(|literals| self.need(*subject, NeedTest::Contains(literals)))
                    .into_iter()
                    .collect()
            }
            Expr::Call {
                function,
                args,
                patterns,
            } if function.name == "re.regex" => {
                let literals = patterns
                    .first()
                    .and_then(yaral_ir::regex::Pattern::required_literals);
                let subject = args.first();
                literals
                    .zip(subject)
                    .and_then(|(literals, &subject)| {
                        self.need(subject, NeedTest::Contains(literals))
                    })
                    .into_iter()
                    .collect()
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } if list.kind() == ListKind::String => {
                let literals: Vec<_> = list.strings().map(str::to_owned).collect();
                self.need(*subject, equals(literals, *nocase))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What all operands of an `or` need: for each field that every one of
    /// them tests, the union of the literals.
    fn common(&self, operands: &[ExprId]) -> Vec<Need> {
        let mut each = operands.iter().map(|&operand| self.find(operand));
        let Some(mut shared) = each.next() else {
            return Vec::new();
        };
        for needs in each {
            shared = shared
                .into_iter()
                .filter_map(|mine| {
                    let theirs = needs.iter().find(|need| same_test(&mine, need))?;
                    union(mine, theirs)
                })
                .collect();
        }
        shared
    }

    fn equality(&self, field: ExprId, constant: ExprId, nocase: bool) -> Option<Need> {
        let literal = match &self.nodes[constant.0 as usize].expr {
            // An unset field equals the zero value, so zero needs nothing.
            Expr::Literal(value) if !value.is_zero() => match value {
                Value::Str(text) => text.to_string(),
                Value::Enum(of, number) => of.value_name(*number)?.to_owned(),
                _ => return None,
            },
            _ => return None,
        };
        self.need(field, equals(vec![literal], nocase))
    }

    /// `field != ""`: something must be there.
    fn not_empty(&self, field: ExprId, constant: ExprId) -> Option<Need> {
        match &self.nodes[constant.0 as usize].expr {
            Expr::Literal(Value::Str(text)) if text.is_empty() => {}
            _ => return None,
        }
        self.present(field)
    }

    /// The field that a text is read from must be there.
    fn present(&self, field: ExprId) -> Option<Need> {
        if self.nodes[field.0 as usize].ty != Type::Str {
            return None;
        }
        let (path, key) = self.place(field)?;
        let test = NeedTest::Present;
        Some(Need { path, key, test })
    }

    fn need(&self, subject: ExprId, test: NeedTest) -> Option<Need> {
        let literals = match &test {
            NeedTest::Equals(list) | NeedTest::EqualsNoCase(list) | NeedTest::Contains(list) => {
                list
            }
            NeedTest::Present => return None,
        };
        if literals.is_empty()
            || literals.len() > LITERALS_MAX
            || literals.iter().any(String::is_empty)
        {
            return None;
        }
        match self.nodes[subject.0 as usize].ty {
            Type::Str => {}
            // An event without the field reads as the enum's zero value.
            Type::Enum(of) if of.value_name(0).is_none_or(|zero| !passes(&test, zero)) => {}
            _ => return None,
        }
        let (path, key) = self.place(subject)?;
        Some(Need { path, key, test })
    }

    /// The field that an expression reads, if it reads one and nothing else.
    fn place(&self, subject: ExprId) -> Option<(FieldPath, Option<String>)> {
        let (steps, key) = match &self.nodes[subject.0 as usize].expr {
            Expr::Field(field) if field.part.is_none() => (self.full(field), None),
            Expr::Keyed(whole, key) => (plain(whole), Some(key.clone())),
            Expr::Indexed(whole) if whole.part.is_none() => (plain(whole), None),
            _ => return None,
        };
        Some((FieldPath::from_steps(Root::Event, steps), key))
    }

    /// All steps of a field from the event on.
    fn full(&self, field: &FieldRef) -> Vec<FieldId> {
        let all = &self.variables[usize::from(field.variable.0)].axes;
        let mut parts = vec![&field.steps];
        let mut next = field.axis;
        while let Some(axis) = next {
            let outer = &all[usize::from(axis.0)];
            parts.push(&outer.steps);
            next = outer.parent;
        }
        parts
            .into_iter()
            .rev()
            .flat_map(|steps| steps.iter().copied())
            .collect()
    }
}

fn plain(whole: &WholeRef) -> Vec<FieldId> {
    whole.steps.iter().map(|(field, _)| *field).collect()
}

fn equals(literals: Vec<String>, nocase: bool) -> NeedTest {
    // U+212A, the sign for kelvin, is a `k` in lower case.
    let one_spelling = |literal: &String| literal.is_ascii() && !literal.contains(['k', 'K']);
    if nocase && literals.iter().all(one_spelling) {
        NeedTest::EqualsNoCase(
            literals
                .iter()
                .map(|literal| literal.to_ascii_lowercase())
                .collect(),
        )
    } else if nocase {
        // Folding beyond ASCII has many spellings; say nothing.
        NeedTest::Present
    } else {
        NeedTest::Equals(literals)
    }
}

/// Whether a text passes a test.
fn passes(test: &NeedTest, value: &str) -> bool {
    match test {
        NeedTest::Equals(list) => list.iter().any(|one| one == value),
        NeedTest::EqualsNoCase(list) => list.iter().any(|one| one.eq_ignore_ascii_case(value)),
        NeedTest::Contains(list) => list.iter().any(|one| value.contains(one.as_str())),
        NeedTest::Present => true,
    }
}

fn same_test(a: &Need, b: &Need) -> bool {
    a.path == b.path
        && a.key == b.key
        && std::mem::discriminant(&a.test) == std::mem::discriminant(&b.test)
}

fn union(mut mine: Need, theirs: &Need) -> Option<Need> {
    let ((NeedTest::Equals(into), NeedTest::Equals(from))
    | (NeedTest::EqualsNoCase(into), NeedTest::EqualsNoCase(from))
    | (NeedTest::Contains(into), NeedTest::Contains(from))) = (&mut mine.test, &theirs.test)
    else {
        return None;
    };
    into.extend(from.iter().cloned());
    into.sort_unstable();
    into.dedup();
    (into.len() <= LITERALS_MAX).then_some(mine)
}
