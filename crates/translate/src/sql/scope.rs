//! Where the parts of a row are found while an expression is written.

use std::collections::BTreeMap;

use yaral_ir::plan::{ExprId, Plan};

use super::fields::Fields;
use crate::{Effect, Grade, Loss};

/// SQL of an expression, or what it cannot say.
pub(super) type Written = Result<String, Loss>;

/// What is kept while one rule is written.
pub(super) struct Writer<'p> {
    pub(super) plan: &'p Plan,
    pub(super) fields: Fields,
    /// What is computed over the rows of a window, in order: column and expression.
    pub(super) totals: Vec<(String, String)>,
    /// What was approximated in the expression that is being written.
    pub(super) losses: Vec<Loss>,
}

/// Where a row's parts are.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// For each event variable the relation that holds its columns; none where
    /// the variable is absent, so that its fields read as zero.
    pub(super) relations: Vec<Option<Relation>>,
    /// The elements that the row picks, by variable and axis.
    pub(super) elements: BTreeMap<(u16, u16), String>,
    /// The values of placeholders that were computed before, or picked.
    pub(super) placeholders: BTreeMap<u16, String>,
    /// The elements that quantifiers visit.
    pub(super) visited: Vec<String>,
    /// What stands for the group.
    pub(super) stage: Stage,
}

/// A relation with the columns of an event variable.
#[derive(Clone, Default)]
pub(super) struct Relation {
    /// What stands before a column's name; empty or a name with its dot.
    pub(super) prefix: String,
    /// Whether its row may be missing, all columns being `NULL` then.
    pub(super) optional: bool,
}

/// What an expression sees beside a row.
#[derive(Clone, Default)]
pub(super) enum Stage {
    /// Nothing.
    #[default]
    Row,
    /// The rows of one event.
    Event(EventGroup),
    /// The joined rows of a window; the scope says where a single one is.
    Window(Box<Scope>),
}

/// The rows of one event, component by component.
#[derive(Clone, Default)]
pub(super) struct EventGroup {
    /// The event variable that the event is bound to.
    pub(super) variable: u16,
    /// The components.
    pub(super) components: Vec<Rows>,
}

/// The surviving rows of a component as a list.
#[derive(Clone, Default)]
pub(super) struct Rows {
    /// The column that holds the list.
    pub(super) column: String,
    /// Its axes and placeholders; of a single one the list's items are its
    /// elements, of several they are structs.
    pub(super) picks: Vec<super::rows::Pick>,
}

impl Writer<'_> {
    /// What to say of a construct that SQL cannot say.
    pub(super) fn cannot(&self, id: ExprId, what: impl Into<String>) -> Loss {
        Loss::at(self.plan, id, Grade::Impossible, Effect::Differs, what)
    }

    /// Notes that a construct is only nearly said.
    pub(super) fn nearly(&mut self, id: ExprId, what: impl Into<String>) {
        let loss = Loss::at(self.plan, id, Grade::Approximate, Effect::Differs, what);
        self.losses.push(loss);
    }

    /// `sql` with a name for a part of it that it needs several times.
    pub(super) fn with(
        &mut self,
        part: &str,
        sql: impl FnOnce(&mut Self, &str) -> String,
    ) -> String {
        let name = self.fields.lambda();
        let body = sql(self, &name);
        format!("list_transform([{part}], lambda {name}: {body})[1]")
    }
}
