//! The report as a table, one row for each row of a tuning table.

use std::io::{self, Write};

use yaral_harness::tune::Effect;
use yaral_runtime::encode::csv_cell;

use super::{EXAMPLES, Report};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"table,row,key,owner,reason,expires,status,suppressed,lowered,raised,examples\r\n",
    )?;
    for line in report.lines() {
        let examples = line.touches().iter().take(EXAMPLES);
        let examples: Vec<_> = examples
            .map(|touch| format!("{} {}", touch.fact.rule, touch.fact.place))
            .collect();
        put(
            out,
            &[
                line.table,
                &line.place,
                &line.key(),
                line.cell("owner"),
                line.cell("reason"),
                line.cell("expires"),
                line.status(),
                &line.count(Effect::Suppressed).to_string(),
                &line.count(Effect::Lowered).to_string(),
                &line.count(Effect::Raised).to_string(),
                &examples.join("; "),
            ],
        )?;
    }
    for dead in &report.tables.dead {
        let cell = |name: &str| {
            let mut cells = dead.cells.iter();
            cells
                .find(|(column, _)| column == name)
                .map_or("", |(_, cell)| cell)
        };
        let place = format!("{}:{}", dead.file, dead.line);
        let about = [cell("key"), cell("owner"), cell("reason"), cell("expires")];
        let [key, owner, reason, expires] = about;
        let why = dead.why.words();
        put(
            out,
            &[
                &dead.table,
                &place,
                key,
                owner,
                reason,
                expires,
                why,
                "0",
                "0",
                "0",
                "",
            ],
        )?;
    }
    Ok(())
}

fn put(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    let mut row = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            row.push(',');
        }
        csv_cell(&mut row, cell);
    }
    row.push_str("\r\n");
    out.write_all(row.as_bytes())
}
