//! Normalizes files of JSON lines and reports counts, rejects by reason, and
//! microseconds per record. `measure [--all] FILE...`; with `--all` every field
//! is built, else the fields of a typical rule.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use yaral_normalize::{LogType, Record, Reject, Setup, Sink, normalizer};
use yaral_udm::{Event, FieldPath, FieldSet, Root};

#[derive(Default)]
struct Totals {
    event: Event,
    bytes: u64,
    rejects: BTreeMap<&'static str, u64>,
}

impl Sink for Totals {
    fn event(&mut self, record: &dyn Record) {
        record.build(&mut self.event);
        self.bytes += self.event.bytes() as u64;
    }

    fn reject(&mut self, reject: Reject) {
        *self.rejects.entry(reject.reason.code()).or_default() += 1;
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut setup = Setup::default();
    let mut files: Vec<_> = std::env::args().skip(1).collect();
    if files.first().is_some_and(|first| first == "--all") {
        files.remove(0);
    } else {
        setup.want = FieldSet::empty();
        for path in [
            "metadata.event_type",
            "metadata.event_timestamp",
            "target.resource.type",
            "principal.user.userid",
        ] {
            setup.want.insert(&FieldPath::resolve(Root::Event, path)?);
        }
    }
    let mut out = std::io::stdout().lock();
    for file in files {
        let text = std::fs::read(&file)?;
        let lines: Vec<_> = text.split(|b| *b == b'\n').collect();
        let mut best = f64::MAX;
        for _ in 0..5 {
            let mut normalizer = normalizer(LogType::KubernetesAudit, &setup);
            let mut totals = Totals::default();
            let start = Instant::now();
            for (at, line) in lines.iter().enumerate() {
                normalizer.feed(line, at as u64 + 1, &mut totals);
            }
            normalizer.finish(&mut totals);
            let took = start.elapsed().as_secs_f64() * 1e6;
            let counts = normalizer.counts();
            let each = took / f64::from(u32::try_from(counts.records.max(1))?);
            if each < best {
                best = each;
                writeln!(
                    out,
                    "{file}: {each:.2} us/record, {} bytes/line, {counts:?} {:?}",
                    text.len() / lines.len(),
                    totals.rejects
                )?;
            }
        }
    }
    Ok(())
}
