//! One JSON object for each test, as it is done.

use std::io::{self, Write};

use serde_json::json;
use yaral_harness::suite::Fault;

use super::{TestFile, TestReport, Totals, json::test};
use crate::render::document;

/// The NDJSON format.
pub(super) struct Ndjson;

impl TestReport for Ndjson {
    fn file(&mut self, file: &TestFile, out: &mut dyn Write) -> io::Result<()> {
        if let Err(fault) = &file.done {
            let (line, message) = match fault {
                Fault::File(mistake) => (mistake.place.line, mistake.to_string()),
                Fault::Rule(what) => (1, what.clone()),
            };
            let object =
                json!({"file": file.name, "line": line, "verdict": "error", "why": [message]});
            return out.write_all(document::line(&object).as_bytes());
        }
        for tested in file.tests() {
            let mut object = test(tested);
            object["file"] = json!(file.name);
            out.write_all(document::line(&object).as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Totals, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
