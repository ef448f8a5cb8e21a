//! What holds for every normalizer: any lines become events or rejects, the
//! totals add up, what is built can be written and read again, nothing stays
//! held back, and a second run gives the same.

use yaral_normalize::{LogType, Record, Reject, Setup, Sink, normalizer};
use yaral_udm::{Event, FieldSet, Root, read_event, write_event};

/// Writes down everything that comes out.
#[derive(Default)]
struct Paper {
    text: String,
    events: u64,
    rejects: u64,
}

impl Sink for Paper {
    fn event(&mut self, record: &dyn Record) {
        self.events += 1;
        let mut event = Event::new(Root::Event);
        record.build(&mut event);
        self.write(&event);
        record.build_full(&mut event);
        self.write(&event);
        record.raw(&mut self.text);
        self.text.push_str(record.event_id());
        self.text.push_str(&format!("{:?}\n", record.position()));
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects += 1;
        self.text.push_str(&format!("{reject:?}\n"));
    }
}

impl Paper {
    fn write(&mut self, event: &Event) {
        let from = self.text.len();
        write_event(event, &mut self.text);
        let mut again = Event::new(Root::Event);
        read_event(self.text[from..].as_bytes(), &FieldSet::all(), &mut again)
            .expect("what a normalizer built can be written and read");
        self.text.push('\n');
    }
}

fn run(log_type: LogType, input: &[u8]) -> Paper {
    let mut paper = Paper::default();
    let mut normalizer = normalizer(log_type, &Setup::default());
    normalizer.begin(0);
    let mut fed = 0;
    for (line, at) in input.split(|byte| *byte == b'\n').zip(1..) {
        normalizer.feed(line, at, &mut paper);
        fed = at;
    }
    normalizer.finish(&mut paper);
    let counts = normalizer.counts();
    assert_eq!(counts.lines, fed);
    assert_eq!(counts.held, 0, "held back after the end");
    assert_eq!(counts.events, paper.events);
    assert_eq!(counts.rejected, paper.rejects);
    assert_eq!(
        counts.records,
        counts.events + counts.passed_over + counts.duplicates + counts.ignored
    );
    paper
}

/// Feeds the lines twice and compares.
pub fn check(log_type: LogType, input: &[u8]) {
    assert_eq!(
        run(log_type, input).text,
        run(log_type, input).text,
        "two runs differ"
    );
}
