//! `yaral test NAME.corpus.yaml`: counts over large inputs, and what is no count.

use crate::bench::Bench;

const CORPUS: &str = "rules: [rule.yaral]\ncases:\n  - name: the log\n    inputs: [LOG]\n    expect: { secrets_read: { exactly: 1 } }\n";

const LOG: &str = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\",\"auditID\":\"one\",\"stage\":\"ResponseComplete\",\"verb\":\"list\",\"requestURI\":\"/api/v1/secrets\",\"user\":{\"username\":\"eve\"},\"objectRef\":{\"resource\":\"secrets\"},\"responseStatus\":{\"code\":200},\"requestReceivedTimestamp\":\"2026-01-01T00:00:00Z\"}\n";

#[test]
fn a_corpus_counts_and_skips_what_is_not_there() {
    let bench = Bench::new();
    bench.write("one.log", LOG);
    for (input, count, code, told) in [
        ("one.log", "exactly: 1", 0, "PASS  the log"),
        ("one.log", "exactly: 2", 1, "fired 1 times, not 2"),
        ("one.log", "at_most: 0", 1, "at most 0"),
        (
            "'${YARAL_NOT_SET}/one.log'",
            "exactly: 1",
            0,
            "SKIP  the log",
        ),
        ("absent.log", "exactly: 1", 2, "rule.corpus.yaml:4:14"),
    ] {
        let text = CORPUS.replace("LOG", input).replace("exactly: 1", count);
        bench.write("rule.corpus.yaml", &text);
        let ran = bench.run(&["test", "rule.corpus.yaml"]);
        assert_eq!(
            ran.code,
            Some(code),
            "{input} {count}: {}{}",
            ran.out,
            ran.err
        );
        assert!(ran.out.contains(told), "{input} {count}: {}", ran.out);
    }
}

#[test]
fn what_counts_nothing_is_refused_with_a_caret() {
    let bench = Bench::new();
    for (expected, told) in [
        (
            "severities: { MEDUM: { exactly: 0 } }",
            "5:19\n  |\n5 |     severities: { MEDUM: { exactly: 0 } }\n  |                   ^^^^^\nhelp: did you mean `MEDIUM`?",
        ),
        ("severities: { HIGH: {} }", "has no bound"),
        ("expect: { secrets_read: {} }", "has no bound"),
        (
            "expect: { secrets_raed: { exactly: 1 } }",
            "did you mean `secrets_read`?",
        ),
    ] {
        bench.write(
            "rule.corpus.yaml",
            CORPUS
                .replace("expect: { secrets_read: { exactly: 1 } }", expected)
                .replace("LOG", "one.log"),
        );
        bench.write("one.log", LOG);
        let ran = bench.run(&["test", "rule.corpus.yaml"]);
        assert_eq!(ran.code, Some(2), "{expected}: {}", ran.out);
        assert!(ran.out.contains(told), "{expected}: {}", ran.out);
    }
}

/// Silence over a log that nobody could read is no silence.
#[test]
fn an_input_without_events_fails_unless_the_case_says_so() {
    let bench = Bench::new();
    bench.write("one.log", LOG);
    bench.write("empty.log", "");
    bench.write("odd.log", "what is this\nand this\n");
    bench.write(
        "bad.log",
        LOG.replace("\"auditID\":\"one\"", "\"auditID\":1"),
    );
    let silent = CORPUS.replace("{ exactly: 1 }", "{ at_most: 1 }");
    for (inputs, told) in [
        ("empty.log", "empty.log made no event: it is empty"),
        ("one.log, empty.log", "empty.log made no event: it is empty"),
        (
            "odd.log, one.log",
            "odd.log made no event: its log type is not recognised; 2 records read, 2 rejected",
        ),
        (
            "one.log, bad.log",
            "bad.log made no event: 1 records read, 1 rejected",
        ),
    ] {
        bench.write("rule.corpus.yaml", silent.replace("LOG", inputs));
        let ran = bench.run(&["test", "rule.corpus.yaml"]);
        assert_eq!(ran.code, Some(1), "{inputs}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(told), "{inputs}: {}", ran.out);
        assert!(ran.out.contains("events: { at_least: 0 }"), "{}", ran.out);
        let said = silent.replace("inputs:", "events: { at_least: 0 }\n    inputs:");
        bench.write("rule.corpus.yaml", said.replace("LOG", inputs));
        let ran = bench.run(&["test", "rule.corpus.yaml"]);
        assert_eq!(ran.code, Some(0), "{inputs}: {}{}", ran.out, ran.err);
    }
    // Events that no rule asks for are events.
    bench.write(
        "other.log",
        LOG.replace("\"resource\":\"secrets\"", "\"resource\":\"pods\""),
    );
    bench.write("rule.corpus.yaml", silent.replace("LOG", "other.log"));
    assert_eq!(bench.run(&["test", "rule.corpus.yaml"]).code, Some(0));
    let many = silent.replace("inputs:", "events: { at_least: 2 }\n    inputs:");
    bench.write("rule.corpus.yaml", many.replace("LOG", "other.log"));
    let few = bench.run(&["test", "rule.corpus.yaml"]);
    assert!(
        few.out
            .contains("there are 1 events, at least 2 were expected"),
        "{}",
        few.out
    );
}
