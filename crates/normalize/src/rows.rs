//! Mapping tables: one row for each field of the event.
//!
//! A row names a UDM field, says where its value comes from, and computes it
//! from the facts of a record. The same rows build the event, answer the
//! prefilter and write the documentation, so the three cannot disagree.

use std::borrow::Cow;

use yaral_udm::{Event, FieldPath, FieldSet, Root, Timestamp, ValueRef};

/// The value of a row for one record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// The record says nothing about it.
    Absent,
    /// A text or the name of an enum value; an empty one counts as absent.
    Text(Cow<'a, str>),
    /// A number.
    Int(i64),
    /// A point in time.
    Time(Timestamp),
    /// The values of a repeated field.
    Many(Vec<Cow<'a, str>>),
}

/// The facts about a record that the rows of a log type read.
pub(crate) trait Family: 'static {
    type Facts<'a>;
}

/// One row of a mapping.
pub(crate) struct Row<F: Family> {
    /// The dotted UDM path; of a label the path of the struct.
    pub(crate) path: &'static str,
    /// The key below the path, of a label.
    pub(crate) key: Option<&'static str>,
    /// Where the value comes from, for the documentation.
    pub(crate) source: &'static str,
    /// What the value means, for the documentation of a label.
    pub(crate) meaning: &'static str,
    pub(crate) value: for<'a> fn(&'a F::Facts<'a>) -> Value<'a>,
}

/// Declares the functions `row` and `label` that make the rows of one family.
/// They name its facts, as a generic function cannot: closures would not be
/// taken for functions of every lifetime.
macro_rules! row_makers {
    ($family:ident, $facts:ident) => {
        /// A row for a field.
        pub(super) const fn row(
            path: &'static str,
            source: &'static str,
            value: for<'a> fn(&'a $facts<'a>) -> $crate::rows::Value<'a>,
        ) -> $crate::rows::Row<$family> {
            $crate::rows::Row {
                path,
                key: None,
                source,
                meaning: "",
                value,
            }
        }

        /// A row for a derived label, a string under `additional.fields`.
        pub(super) const fn label(
            name: &'static str,
            meaning: &'static str,
            source: &'static str,
            value: for<'a> fn(&'a $facts<'a>) -> $crate::rows::Value<'a>,
        ) -> $crate::rows::Row<$family> {
            $crate::rows::Row {
                path: "additional.fields",
                key: Some(name),
                source,
                meaning,
                value,
            }
        }
    };
}
pub(crate) use row_makers;

/// A constant as a value.
pub(crate) fn fixed(text: &'static str) -> Value<'static> {
    Value::Text(Cow::Borrowed(text))
}

/// A row with its resolved path.
pub(crate) struct Planned<F: Family> {
    pub(crate) path: FieldPath,
    pub(crate) row: &'static Row<F>,
    /// The loaded rules need it.
    wanted: bool,
}

/// The rows of a mapping, ready to fill events.
pub(crate) struct Plan<F: Family> {
    pub(crate) rows: Vec<Planned<F>>,
}

impl<F: Family> Plan<F> {
    /// A plan over some tables. A row whose path the schema lacks is left out;
    /// a test makes sure that there is none.
    pub(crate) fn new(tables: &[&'static [Row<F>]], want: &FieldSet) -> Self {
        let rows = tables.iter().flat_map(|table| table.iter());
        let rows = rows.filter_map(|row| {
            let path = FieldPath::resolve(Root::Event, row.path).ok()?;
            let wanted = match row.key {
                Some(key) => want.contains_key(&path, key),
                None => want.contains(&path),
            };
            Some(Planned { path, row, wanted })
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// Clears the event and fills it, with what is wanted or with everything.
    pub(crate) fn fill<'a>(&self, facts: &'a F::Facts<'a>, full: bool, out: &mut Event) {
        out.reset(Root::Event);
        for planned in &self.rows {
            if full || planned.wanted {
                planned.fill(facts, out);
            }
        }
    }
}

impl<F: Family> Planned<F> {
    fn fill<'a>(&self, facts: &'a F::Facts<'a>, out: &mut Event) {
        let mut put = |value: ValueRef<'_>| match self.row.key {
            Some(key) => out.set_key(&self.path, key, value),
            None => out.push(&self.path, value),
        };
        match (self.row.value)(facts) {
            Value::Absent => {}
            Value::Text(text) => {
                if !text.is_empty() {
                    put(ValueRef::Str(&text));
                }
            }
            Value::Int(number) => {
                put(ValueRef::Int(number));
            }
            Value::Time(time) => {
                put(ValueRef::Timestamp(time));
            }
            Value::Many(texts) => {
                for text in &texts {
                    put(ValueRef::Str(text));
                }
            }
        }
    }
}

/// The Markdown table of some rows.
pub(crate) fn table<F: Family>(rows: &[Row<F>]) -> String {
    let mut out = String::from("| UDM field | Source |\n| --- | --- |\n");
    for row in rows {
        out.push_str("| `");
        out.push_str(row.path);
        if let Some(key) = row.key {
            out.push_str("[\"");
            out.push_str(key);
            out.push_str("\"]");
        }
        out.push_str("` | ");
        out.push_str(row.source);
        out.push_str(" |\n");
    }
    out
}
