//! SQL for `DuckDB` over the events that `yaral normalize` writes as NDJSON.
//!
//! The query finds what the engine finds: rows of repeated fields, zero values,
//! `RE2` (which is `DuckDB`'s own dialect), functions, lists and tables are said
//! exactly, and what cannot be said so is refused or named. One file a part:
//! `fields` reads the JSON, `rows` unnests, `expr`, `calls` and `lists` are
//! expressions, `group` totals, `single` and `window` the two kinds of rules.

mod calls;
mod expr;
mod fields;
mod group;
mod lists;
mod outcomes;
mod quote;
mod rows;
mod scope;
mod single;
mod window;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;
use yaral_ir::source::Source;

use crate::{Effect, Grade, Loss, Options, Outcome, Target};
use fields::Fields;
use scope::Writer;

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "sql",
    summary: "SQL for DuckDB over events that `yaral normalize` wrote",
    extension: "sql",
    separator: "\n",
    convert,
};

/// The file that is read where the user names none.
const EVENTS: &str = "events.ndjson";

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let mut writer = Writer {
        plan,
        fields: Fields::default(),
        totals: Vec::new(),
        losses: Vec::new(),
    };
    match whole(&mut writer, options) {
        Ok(text) => {
            let mut losses = writer.losses;
            losses.sort();
            losses.dedup();
            Outcome::Converted { text, losses }
        }
        Err(loss) => Outcome::Refused {
            reasons: vec![loss],
        },
    }
}

fn whole(writer: &mut Writer<'_>, options: &Options) -> Result<String, Loss> {
    let plan = writer.plan;
    let refused = |what: &str| Loss::whole(Grade::Impossible, Effect::Differs, what);
    for variable in &plan.variables {
        match variable.source {
            Source::Event => {}
            Source::Entity(_) => return Err(refused("entities are not in the events' file")),
            Source::Detection => return Err(refused("it reads detections of other rules")),
            Source::Table(_) => return Err(refused("a joined data table has no SQL yet")),
        }
    }
    if plan.suppression_s.is_some() {
        let what = "`suppression_window` is left to whoever runs the query";
        writer
            .losses
            .push(Loss::whole(Grade::Approximate, Effect::Wider, what));
    }
    if !plan.exports.is_empty() {
        let what = "`export` writes no table; what matches is the same";
        writer
            .losses
            .push(Loss::whole(Grade::Exact, Effect::Same, what));
    }
    let body = match &plan.correlation {
        None => single::query(writer)?,
        Some(correlation) => window::query(writer, correlation)?,
    };
    let from = options.from.as_deref().unwrap_or(EVENTS);
    Ok(head(plan) + &source(&writer.fields, from) + &body)
}

/// Comments that say what the query is.
fn head(plan: &Plan) -> String {
    let mut out = format!("-- {}\n", quote::comment(&plan.name));
    if let Some(description) = plan.meta("description") {
        let _ = writeln!(out, "-- {}", quote::comment(description));
    }
    out.push_str("-- DuckDB 1.3 or later, over what `yaral normalize` writes. A line is a line of the file.\n");
    out
}

/// The events, each with the columns that the rule reads.
fn source(fields: &Fields, from: &str) -> String {
    let mut columns = String::new();
    for (name, sql) in fields.columns() {
        let _ = write!(columns, ",\n    {sql} AS {}", quote::name(name));
    }
    format!(
        "WITH RECURSIVE lines AS (\n  SELECT row_number() OVER () AS line, json\n  FROM read_ndjson_objects({})\n),\n\
         read AS (\n  SELECT line, json, json_transform(json, {}) AS u,\n    \
         json_extract_string(json, '/metadata/id') AS metadata_id,\n    \
         json_extract_string(json, '/metadata/productLogId') AS product_log_id,\n    \
         json_extract_string(json, '/metadata/eventTimestamp') AS event_time\n  FROM lines\n),\n\
         events AS (\n  SELECT line, metadata_id, product_log_id, event_time,\n    \
         coalesce(nullif(metadata_id, ''), md5(CAST(json AS VARCHAR))) AS id,\n    \
         coalesce(CAST({} AS HUGEINT) * 1000000000 + {}, 0) AS t{columns}\n  FROM read\n),\n",
        quote::text(from),
        quote::text(&fields.structure()),
        fields::seconds("event_time"),
        fields::nanos("event_time"),
    )
}
