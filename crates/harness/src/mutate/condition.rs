//! The section `condition`: which events must be there, and how many.

use std::collections::{BTreeMap, BTreeSet};

use yaral_syntax::SyntaxNode;
use yaral_syntax::ast::{
    Binary, Call, ConditionSection, Count, Expr, LiteralValue, NOf, OutcomeSection, Path, Quantity,
};

use super::Kind;
use super::place::{Change, With, bytes};
use super::walk::Scope;

/// Aggregates whose result is a number of things, so that one more or less is
/// a change that a test should see.
const COUNTING: [&str; 2] = ["count", "count_distinct"];

/// What must be known of the whole condition to change one part.
pub(super) struct Condition {
    /// How often each variable is named, `#e` and `$e` alike.
    mentions: BTreeMap<String, usize>,
    /// Outcome variables that hold a number of things.
    counted: BTreeSet<String>,
}

impl Condition {
    pub(super) fn new(condition: &ConditionSection, outcome: Option<&OutcomeSection>) -> Self {
        let counted = outcome
            .into_iter()
            .flat_map(OutcomeSection::assignments)
            .filter(|assignment| match assignment.expr() {
                Some(Expr::Call(call)) => is_counting(&call),
                _ => false,
            })
            .filter_map(|assignment| assignment.name())
            .map(|name| name.text)
            .collect();
        Self {
            mentions: mentions(condition.syntax()),
            counted,
        }
    }

    /// Takes a count out. An event that nothing else names stays demanded:
    /// without that the rule would not compile, and only its number is at stake.
    fn drop_count(&self, expr: &Expr, out: &mut Vec<Change>) {
        let own = mentions(expr.syntax());
        let orphans: Vec<String> = expr
            .syntax()
            .descendants()
            .filter_map(Count::cast)
            .filter_map(|count| count.name())
            .map(|name| name.text)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|name| own.get(name) == self.mentions.get(name))
            .map(|name| format!("${name}"))
            .collect();
        if orphans.is_empty() {
            out.extend(Change::drop(expr.syntax()));
        } else {
            let with = With::Words(orphans.join(" and "));
            out.push(Change::instead(expr.syntax(), Kind::Drop, with));
        }
    }

    /// The number that a count is compared with.
    fn bound(&self, binary: &Binary) -> Option<(SyntaxNode, u64)> {
        let counts = binary.syntax().descendants().any(|node| {
            let variable = Path::cast(node.clone()).and_then(|path| path.variable());
            Count::cast(node).is_some()
                || variable.is_some_and(|name| self.counted.contains(&name.text))
        });
        [binary.lhs(), binary.rhs()]
            .into_iter()
            .flatten()
            .filter(|_| counts)
            .find_map(|side| match &side {
                Expr::Literal(literal) => match literal.value()? {
                    LiteralValue::Int(number) => Some((side.syntax().clone(), number)),
                    _ => None,
                },
                _ => None,
            })
    }

    fn comparison(&self, binary: &Binary, expr: &Expr, out: &mut Vec<Change>) {
        self.drop_count(expr, out);
        let Some((place, number)) = self.bound(binary) else {
            let with = With::opposite(expr);
            out.push(Change::instead(expr.syntax(), Kind::Flip, with));
            return;
        };
        let moved = [number.checked_sub(1), number.checked_add(1)];
        for number in moved.into_iter().flatten() {
            out.push(replaced(expr.syntax(), &place, &number.to_string()));
        }
    }
}

impl Scope for Condition {
    fn predicate(&self, expr: &Expr, out: &mut Vec<Change>) {
        let node = expr.syntax();
        let flip = match expr {
            Expr::Binary(binary) => return self.comparison(binary, expr, out),
            Expr::NOf(some) => {
                out.extend(Change::drop(node));
                out.extend(
                    quantity(some)
                        .into_iter()
                        .map(|words| Change::instead(node, Kind::Flip, With::Words(words))),
                );
                return;
            }
            // With nothing else demanded, absence alone is no rule.
            Expr::Path(_) if Change::drop(node).is_none() => return,
            Expr::Path(_) => With::Words(format!("!{}", node.text())),
            Expr::Bang(bang) => match bang.expr() {
                Some(inner) => With::Bare(inner.syntax().clone()),
                None => return,
            },
            _ => With::opposite(expr),
        };
        out.extend(Change::drop(node));
        out.push(Change::instead(node, Kind::Flip, flip));
    }
}

/// `any of` and `all of` change places, a number moves by one.
fn quantity(some: &NOf) -> Vec<String> {
    let items: Vec<String> = some
        .items()
        .map(|item| item.syntax().text().to_string())
        .collect();
    let list = items.join(", ");
    let words = match some.quantity() {
        Some(Quantity::Any) => vec!["all".to_owned()],
        Some(Quantity::All) => vec!["any".to_owned()],
        Some(Quantity::Number(number)) => [number.checked_sub(1), number.checked_add(1)]
            .into_iter()
            .flatten()
            .filter(|number| *number > 0)
            .map(|number| number.to_string())
            .collect(),
        None => Vec::new(),
    };
    words
        .into_iter()
        .map(|word| format!("{word} of [{list}]"))
        .collect()
}

/// The predicate with one part of it written anew.
fn replaced(node: &SyntaxNode, part: &SyntaxNode, words: &str) -> Change {
    let whole = node.text().to_string();
    let (outer, inner) = (bytes(node), bytes(part));
    let before = whole.get(..inner.start.saturating_sub(outer.start));
    let after = whole.get(inner.end.saturating_sub(outer.start)..);
    let words = format!(
        "{}{words}{}",
        before.unwrap_or_default(),
        after.unwrap_or_default()
    );
    Change::instead(node, Kind::Flip, With::Words(words))
}

fn is_counting(call: &Call) -> bool {
    call.name()
        .is_some_and(|name| COUNTING.contains(&name.text.as_str()))
}

/// How often each variable is named below a node.
fn mentions(node: &SyntaxNode) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for node in node.descendants() {
        let path = Path::cast(node.clone()).and_then(|path| path.variable());
        let count = Count::cast(node).and_then(|count| count.name());
        if let Some(name) = path.or(count) {
            *found.entry(name.text).or_default() += 1;
        }
    }
    found
}
