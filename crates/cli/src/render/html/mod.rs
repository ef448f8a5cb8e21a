//! Detections as one page that holds everything it needs.
//!
//! No script, no font, no picture and no address is loaded: the page's own policy
//! forbids them, so that even a mistake in escaping could do nothing. It folds and
//! unfolds by what HTML itself can, is drawn light or dark as the reader's system
//! is, and prints with everything unfolded that matters.

mod detection;
mod markup;
mod read;
mod style;
mod timeline;

use std::collections::BTreeMap;

use serde_json::Value;
use yaral_engine::detection::SEVERITIES;

use markup::Html;
use read::joined;

use crate::render::layout::{count, plural};
use crate::report::{Head, Report};

/// Detections that are unfolded from the start.
const UNFOLDED: usize = 3;

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let heads = report.heads();
    let mut html = Html::default();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    // The policy comes before anything that it is for.
    html.open(
        "meta",
        &[
            ("http-equiv", "Content-Security-Policy"),
            ("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
        ],
    );
    html.raw("<meta name=\"referrer\" content=\"no-referrer\">");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">");
    html.raw("<title>yaral: detections</title><style>");
    html.raw(style::STYLE);
    html.raw("</style></head><body><main>");
    top(&mut html, report, &heads);
    let actors = by_actor(report);
    let shown: usize = actors.iter().map(|(_, of)| of.len()).sum();
    contents(&mut html, &actors);
    stories(&mut html, &actors);
    let left = report.total().saturating_sub(shown as u64);
    if left > 0 {
        let of = plural(left, "detection");
        html.leaf("p", "note", &format!("{of} more, of the lowest severities, are counted above and not shown; they are in the ndjson."));
    }
    html.raw("</main></body></html>\n");
    html.finish()
}

/// How many of what, and when.
fn top(html: &mut Html, report: &Report, heads: &[&Head]) {
    html.element("header", &[], |h| {
        h.element("h1", &[], |h| h.text(&plural(report.total(), "detection")));
        if let (Some(first), Some(last)) = (heads.first(), heads.last()) {
            let period = format!("{} to {}", first.time, last.time);
            h.leaf("p", "period", &period);
        }
        h.element("ul", &[("class", "tally")], |h| {
            for (rank, name) in SEVERITIES.iter().enumerate() {
                let of = heads.iter().filter(|head| head.rank == rank).count();
                if of > 0 {
                    h.element("li", &[("class", &name.to_ascii_lowercase())], |h| {
                        h.leaf("strong", "n", &count(of as u64));
                        h.text(" ");
                        h.text(&name.to_lowercase());
                    });
                }
            }
        });
        timeline::write(h, heads);
        rules(h, heads);
    });
}

/// The timeline in words: the rules, how often each fired, first and last.
fn rules(html: &mut Html, heads: &[&Head]) {
    let mut rules: BTreeMap<(usize, &str), Vec<&Head>> = BTreeMap::new();
    for head in heads {
        rules.entry((head.rank, &head.rule)).or_default().push(head);
    }
    html.element("details", &[], |h| {
        h.element("summary", &[], |h| h.text("Rules that fired"));
        h.element("table", &[("class", "rules")], |h| {
            h.raw("<thead><tr><th scope=\"col\">severity</th><th scope=\"col\">rule</th><th scope=\"col\">detections</th><th scope=\"col\">first</th><th scope=\"col\">last</th></tr></thead>");
            h.element("tbody", &[], |h| {
                for ((rank, rule), of) in &rules {
                    h.element("tr", &[], |h| {
                        let severity = SEVERITIES.get(*rank).copied().unwrap_or_default();
                        let time = |head: Option<&&Head>| {
                            head.map(|head| head.time.to_string()).unwrap_or_default()
                        };
                        h.leaf("td", &severity.to_ascii_lowercase(), severity);
                        h.element("td", &[], |h| h.text(rule));
                        h.leaf("td", "n", &count(of.len() as u64));
                        h.element("td", &[], |h| h.text(&time(of.first())));
                        h.element("td", &[], |h| h.text(&time(of.last())));
                    });
                }
            });
        });
    });
}

/// What one actor did: the detections in order of time.
type Story<'r> = (String, Vec<(&'r Head, Value)>);

/// The detections by who acted; the actor of the gravest first.
fn by_actor(report: &Report) -> Vec<Story<'_>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut stories: Vec<Story<'_>> = Vec::new();
    for (head, value) in report.shown() {
        let actor = actor(&value);
        let next = stories.len();
        let place = *places.entry(actor.clone()).or_insert(next);
        if place == next {
            stories.push((actor, Vec::new()));
        }
        if let Some((_, of)) = stories.get_mut(place) {
            of.push((head, value));
        }
    }
    for (_, of) in &mut stories {
        of.sort_by_key(|(head, _)| (head.time, head.rank, &head.id));
    }
    stories
}

/// Who acted: the users, on which host; else from where.
fn actor(of: &Value) -> String {
    let around = of.get("investigation").unwrap_or(&Value::Null);
    let (actor, host) = (joined(around, "actor"), joined(around, "host"));
    match (actor.is_empty(), host.is_empty()) {
        (false, false) => format!("{actor} on {host}"),
        (false, true) => actor,
        (true, false) => format!("somebody on {host}"),
        (true, true) => {
            let source = joined(around, "source");
            if source.is_empty() {
                "somebody".to_owned()
            } else {
                format!("somebody from {source}")
            }
        }
    }
}

/// The actors, each with what is gravest.
fn contents(html: &mut Html, actors: &[Story<'_>]) {
    if actors.len() < 2 {
        return;
    }
    html.element("nav", &[("aria-label", "Actors")], |h| {
        h.element("h2", &[], |h| h.text("Actors"));
        h.element("ol", &[], |h| {
            for (at, (actor, of)) in actors.iter().enumerate() {
                let gravest = of.iter().map(|(head, _)| head.rank).min();
                let gravest = gravest.and_then(|rank| SEVERITIES.get(rank));
                let gravest = gravest.copied().unwrap_or_default();
                h.element("li", &[], |h| {
                    h.leaf(
                        "span",
                        &format!("badge {}", gravest.to_ascii_lowercase()),
                        gravest,
                    );
                    h.link(&format!("actor-{at}"), actor);
                    h.leaf("span", "n", &plural(of.len() as u64, "detection"));
                });
            }
        });
    });
}

fn stories(html: &mut Html, actors: &[Story<'_>]) {
    let mut unfolded = 0;
    for (at, (actor, of)) in actors.iter().enumerate() {
        html.element(
            "section",
            &[("class", "story"), ("id", &format!("actor-{at}"))],
            |h| {
                h.element("h2", &[], |h| h.text(actor));
                for (head, value) in of {
                    let grave = head.rank < 2 && unfolded < UNFOLDED;
                    unfolded += usize::from(grave);
                    detection::write(h, head, value, grave);
                }
            },
        );
    }
}
