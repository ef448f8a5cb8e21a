//! Rejects as ndjson, schema `yaral/reject/v1`.

use std::io;

use super::json_text::Json;
use crate::scan::Reject;

/// Writes rejects, one object a line.
#[derive(Debug, Default)]
pub struct RejectWriter {
    json: Json,
}

impl RejectWriter {
    /// A writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes one reject of the input with this name.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(
        &mut self,
        file: &str,
        reject: &Reject,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.json.object(|j| {
            j.key("schema").str("yaral/reject/v1");
            j.key("file").str(file);
            j.key("line").plain(reject.line);
            j.key("item").plain(reject.item);
            j.key("reason").str(reject.reason);
            j.key("sentence").str(&reject.sentence);
            j.key("excerpt").str(&reject.excerpt);
        });
        let mut line = self.json.take();
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_a_line() {
        let reject = Reject {
            line: 7,
            item: 0,
            reason: "NOT_JSON",
            sentence: "the text is not JSON".to_owned(),
            excerpt: "\u{1b}\n\"".to_owned(),
        };
        let mut out = Vec::new();
        RejectWriter::new()
            .write("a\u{202e}.log", &reject, &mut out)
            .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"schema\":\"yaral/reject/v1\",\"file\":\"a\\u202e.log\",\"line\":7,\"item\":0,\
             \"reason\":\"NOT_JSON\",\"sentence\":\"the text is not JSON\",\
             \"excerpt\":\"\\u001b\\n\\\"\"}\n"
        );
    }
}
