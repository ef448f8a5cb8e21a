//! The timeline: a lane for each severity, a mark for each detection.
//!
//! It is drawn as SVG within the page. Marks that would lie on each other are one
//! with the number of its detections, so the drawing stays small however many
//! there are.

use std::collections::BTreeMap;

use yaral_engine::detection::SEVERITIES;
use yaral_udm::Timestamp;

use super::markup::Html;
use crate::render::layout::plural;
use crate::report::Head;

/// Places along the line at which marks stand.
const COLUMNS: i64 = 96;
const LEFT: i64 = 120;
const STEP: i64 = 9;
const LANE: i64 = 30;

/// Draws the detections.
pub(super) fn write(html: &mut Html, heads: &[&Head]) {
    let (Some(first), Some(last)) = (heads.first(), heads.last()) else {
        return;
    };
    let marks = marks(heads, first.time, last.time);
    let lanes: Vec<usize> = (0..SEVERITIES.len())
        .filter(|rank| heads.iter().any(|head| head.rank == *rank))
        .collect();
    let height = LANE * i64::try_from(lanes.len()).unwrap_or(0) + 34;
    let view = format!("0 0 {} {height}", LEFT + COLUMNS * STEP + 30);
    let attributes = [
        ("viewBox", view.as_str()),
        ("role", "img"),
        (
            "aria-label",
            "Detections over time, a line for each severity",
        ),
    ];
    html.raw("<div class=\"timeline\">");
    html.element("svg", &attributes, |h| {
        for (lane, rank) in lanes.iter().enumerate() {
            let y = LANE * i64::try_from(lane).unwrap_or(0) + 16;
            let name = SEVERITIES.get(*rank).copied().unwrap_or_default();
            label(h, (0, y + 4), "start", name);
            line(h, y);
            for ((column, _), mark) in marks.iter().filter(|((_, of), _)| of == rank) {
                mark.write(h, name, LEFT + column * STEP, y);
            }
        }
        let y = height - 8;
        label(h, (LEFT, y), "start", &first.time.to_string());
        if last.time > first.time {
            label(h, (LEFT + COLUMNS * STEP, y), "end", &last.time.to_string());
        }
    });
    html.raw("</div>");
}

/// Detections at one place of one lane.
struct Mark {
    count: u64,
    first: Timestamp,
    /// The rules, each once, a few of them.
    rules: Vec<String>,
}

impl Mark {
    fn write(&self, html: &mut Html, severity: &str, x: i64, y: i64) {
        let radius = match self.count {
            1 => "5",
            2..=9 => "7",
            _ => "10",
        };
        let (x, y) = (x.to_string(), y.to_string());
        let class = format!("mark {}", severity.to_ascii_lowercase());
        let attributes = [
            ("class", class.as_str()),
            ("cx", &x),
            ("cy", &y),
            ("r", radius),
        ];
        let of = plural(self.count, "detection");
        let told = format!("{} {of}: {}", self.first, self.rules.join(", "));
        html.element("circle", &attributes, |h| {
            h.element("title", &[], |h| h.text(&told));
        });
    }
}

fn marks(heads: &[&Head], first: Timestamp, last: Timestamp) -> BTreeMap<(i64, usize), Mark> {
    const RULES: usize = 4;
    let span = millis(last) - millis(first);
    let mut marks: BTreeMap<(i64, usize), Mark> = BTreeMap::new();
    for head in heads {
        let after = millis(head.time) - millis(first);
        let column = after * i128::from(COLUMNS) / span.max(1);
        let place = (
            i64::try_from(column).unwrap_or(COLUMNS).min(COLUMNS),
            head.rank,
        );
        let mark = marks.entry(place).or_insert_with(|| Mark {
            count: 0,
            first: head.time,
            rules: Vec::new(),
        });
        mark.count += 1;
        if mark.rules.len() < RULES && !mark.rules.contains(&head.rule) {
            mark.rules.push(head.rule.clone());
        }
    }
    marks
}

/// Milliseconds, so that a log of a few seconds has a line as well.
fn millis(time: Timestamp) -> i128 {
    i128::from(time.seconds) * 1_000 + i128::from(time.nanos) / 1_000_000
}

fn label(html: &mut Html, (x, y): (i64, i64), anchor: &str, text: &str) {
    let (x, y) = (x.to_string(), y.to_string());
    let attributes = [("x", x.as_str()), ("y", &y), ("text-anchor", anchor)];
    html.element("text", &attributes, |h| h.text(text));
}

fn line(html: &mut Html, y: i64) {
    let (x1, x2, y) = (LEFT, LEFT + COLUMNS * STEP, y.to_string());
    let (x1, x2) = (x1.to_string(), x2.to_string());
    let attributes = [
        ("class", "lane"),
        ("x1", x1.as_str()),
        ("x2", &x2),
        ("y1", &y),
        ("y2", &y),
    ];
    html.element("line", &attributes, |_| {});
}
