//! Where exported rows go, and what is told about them.

use std::path::Path;

use anyhow::Context as _;
use yaral_runtime::Exports;
use yaral_runtime::limits::{EXPORT_ROWS_MAX, EXPORT_RULES_MAX};

use crate::args::ScanArgs;
use crate::error::Error;
use crate::render::layout::plural;
use crate::term::Term;

/// Refuses a folder for export from which tables are read: those would be
/// replaced. A folder below it is refused as well.
pub(super) fn guard(args: &ScanArgs) -> Result<(), Error> {
    let (Some(export), Some(tables)) = (&args.export, &args.language.tables) else {
        return Ok(());
    };
    let real = |path: &Path| path.canonicalize().ok();
    if let (Some(out), Some(tables)) = (real(export), real(tables))
        && out.starts_with(tables)
    {
        return Err(Error::usage(format!(
            "tables are read from `{}`, and --export would replace them; name another folder",
            export.display()
        )));
    }
    Ok(())
}

/// Warns of tables that more rules write into than Google SecOps lets.
pub(super) fn crowded(exports: &Exports, term: Term) {
    for (table, rules) in exports.crowded() {
        term.warn(format_args!(
            "{rules} rules write into %{table}; Google SecOps takes {EXPORT_RULES_MAX}"
        ));
    }
}

/// Writes the tables, or tells how much would have been written.
pub(super) fn save(exports: &Exports, folder: Option<&Path>, term: Term) -> Result<(), Error> {
    if exports.cut > 0 {
        term.warn(format_args!(
            "{} not exported: a rule writes at most {EXPORT_ROWS_MAX}",
            plural(exports.cut, "row")
        ));
    }
    if let Some(why) = &exports.first_refused {
        let rows = plural(exports.refused, "row");
        term.warn(format_args!("{rows} not exported, the first: {why}"));
    }
    let Some(folder) = folder else {
        if exports.written() > 0 {
            let rows = plural(exports.written(), "row");
            term.say(format_args!(
                "{rows} would have been written into data tables; name a folder with --export"
            ));
        }
        return Ok(());
    };
    let saved = exports
        .save(folder)
        .with_context(|| format!("`{}` cannot be written", folder.display()))?;
    for table in saved {
        term.say(format_args!(
            "{}: {} written, {} in all",
            table.path.display(),
            plural(table.written, "row"),
            table.rows
        ));
    }
    Ok(())
}
