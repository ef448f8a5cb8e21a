//! One row for each rule.

use std::io::{self, Write};

use yaral_runtime::encode::csv_cell;

use super::Report;

const HEADER: &str = "rule,file,severity,techniques,log_types,tested,fired,fields,never_set\r\n";

/// Writes the table.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())?;
    let never: Vec<&str> = report.never().into_iter().map(|(name, _)| name).collect();
    for rule in &report.rules {
        let own = rule.fields.iter().map(String::as_str);
        let own_never: Vec<&str> = own.filter(|field| never.contains(field)).collect();
        let cells = [
            rule.rule.clone(),
            rule.file.clone(),
            rule.severity.clone(),
            rule.techniques.join(" "),
            rule.log_types.join(" "),
            if rule.tested { "yes" } else { "no" }.to_owned(),
            rule.fired.map(|many| many.to_string()).unwrap_or_default(),
            rule.fields.join(" "),
            own_never.join(" "),
        ];
        let mut row = String::new();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                row.push(',');
            }
            csv_cell(&mut row, cell);
        }
        row.push_str("\r\n");
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}
