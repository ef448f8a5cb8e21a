//! What a rule costs, read off the way the engine lays it out.
//!
//! Nothing is measured here. Whether a rule is filed under a value, whether its
//! state is kept by match value and whether events are looked up or tried one
//! against each other follows from the plan, with the very code that a run
//! uses, so that what is told of a rule is what happens to it.

use yaral_ir::plan::{Branch, Plan, VariableId};
use yaral_udm::Need;

use crate::correlate::shape::{Shape, Test};
use crate::index;
use crate::rows::{Component, Layout, Pick};

/// How the engine finds the events of a rule and what it does with them.
#[derive(Clone, Debug)]
pub struct Cost {
    /// For each branch the need that the rule is filed under; `None` where no
    /// need names values that a field must equal.
    pub filed: Vec<Option<Need>>,
    /// For each branch how many repeated fields are picked from together at
    /// most; of those within one another one counts. The rows that are tried
    /// of an event are the product of their lengths.
    pub product: Vec<usize>,
    /// What it takes to tie several events together; `None` for a rule that
    /// judges one event at a time.
    pub joined: Option<Joined>,
}

/// How the events of a rule with `match` are tied together.
#[derive(Clone, Debug)]
pub struct Joined {
    /// Whether state is kept by match value, which takes match values on every
    /// event variable that have one spelling; otherwise all events of the rule
    /// are kept together.
    pub keyed: bool,
    /// Event variables of which every event within the window is tried against
    /// those of the variables before them, because no equality leads there.
    pub tried: Vec<VariableId>,
    /// Event variables that are found by an equality beyond the match values.
    pub looked_up: Vec<VariableId>,
}

/// A cost in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostClass {
    /// Most events never reach the rule, and what it keeps is found by value.
    Low,
    /// Every event reaches the rule, or rows and events multiply.
    Medium,
    /// Every event is kept and tried against others.
    High,
}

impl Cost {
    /// Reads the cost off a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let filed = plan.needs.iter().map(|needs| index::filed_under(needs));
        let product = plan.branches.iter().map(|branch| {
            let components = Layout::new(plan, branch).components;
            let picks = components
                .iter()
                .map(|component| free(plan, branch, component));
            picks.max().unwrap_or(0)
        });
        Cost {
            filed: filed.map(Option::<&Need>::cloned).collect(),
            product: product.collect(),
            joined: Shape::new(plan).map(|shape| Joined::of(&shape)),
        }
    }

    /// Whether the rule is asked of some events only. One branch without a
    /// value to be filed under brings every event to the rule.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        !self.filed.is_empty() && self.filed.iter().all(Option::is_some)
    }

    /// The cost in one word.
    #[must_use]
    pub fn class(&self) -> CostClass {
        let swift = self.is_indexed() && !self.product.iter().any(|&picks| picks > 1);
        match &self.joined {
            Some(joined) if !joined.tried.is_empty() => {
                if joined.keyed && self.is_indexed() {
                    CostClass::Medium
                } else {
                    CostClass::High
                }
            }
            Some(Joined { keyed: true, .. }) | None if swift => CostClass::Low,
            _ => CostClass::Medium,
        }
    }
}

/// The picks of a component that multiply: of repeated fields within one
/// another only the innermost does.
fn free(plan: &Plan, branch: &Branch, component: &Component) -> usize {
    let axes = plan.variables.get(usize::from(branch.variable.0));
    let axes = axes.map_or(&[][..], |variable| &variable.axes);
    let holds_another = |pick: &Pick| {
        let Pick::Element(outer) = pick else {
            return false;
        };
        component.picks.iter().any(|other| match other {
            Pick::Element(inner) => {
                let inner = axes.get(usize::from(inner.0));
                inner.is_some_and(|inner| inner.parent == Some(*outer))
            }
            Pick::Choice(_) => false,
        })
    };
    let picks = component.picks.iter();
    picks.filter(|pick| !holds_another(pick)).count()
}

impl CostClass {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CostClass::Low => "low",
            CostClass::Medium => "medium",
            CostClass::High => "high",
        }
    }
}

impl Joined {
    fn of(shape: &Shape) -> Self {
        let mut joined = Joined {
            keyed: shape.keyed,
            tried: Vec::new(),
            looked_up: Vec::new(),
        };
        for cluster in &shape.clusters {
            let later = cluster.variables.iter().zip(&cluster.tests).skip(1);
            for (&variable, tests) in later {
                let id = VariableId(u16::try_from(variable).unwrap_or(u16::MAX));
                let leads = |test: &Test| matches!(test, Test::Equal(_, true));
                if tests.iter().any(leads) {
                    joined.looked_up.push(id);
                } else {
                    joined.tried.push(id);
                }
            }
        }
        joined.tried.sort_unstable();
        joined.looked_up.sort_unstable();
        joined
    }
}
