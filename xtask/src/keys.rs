//! How much memory a rule takes that holds many keys at once.
//!
//! A rule over two events within ten minutes sees one event for each of many
//! match values, then the watermark passes and all windows close. What the
//! process holds before, at the peak and behind is what is printed.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use yaral_engine::{Context, Engine};
use yaral_udm::{Event, Timestamp, read_event};

/// Two events of one host and user within ten minutes.
const RULE: &str = r#"rule keys {
  meta:
  events:
    $login.metadata.event_type = "USER_LOGIN"
    $login.principal.hostname = $host
    $login.principal.user.userid = $user
    $launch.metadata.event_type = "PROCESS_LAUNCH"
    $launch.principal.hostname = $host
    $launch.principal.user.userid = $user
  match:
    $host, $user over 10m
  outcome:
    $ips = array_distinct($login.principal.ip)
    $commands = array_distinct($launch.target.process.command_line)
  condition:
    $login and #launch > 1
}"#;

/// Runs the measurement with this many keys.
pub fn run(keys: u64) -> Result<()> {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    let plan = compiled.rules.into_iter().next().and_then(|rule| rule.plan);
    let mut engine = Engine::new(vec![plan.context("the rule compiles")?]);
    let before = resident()?;
    let started = Instant::now();
    let start = 1_700_000_000_i64;
    feed(&mut engine, keys, start)?;
    let took = started.elapsed();
    let (peak, counted) = (resident()?, engine.stats().state_bytes);
    let closing = Instant::now();
    close(&mut engine, start);
    let closed = closing.elapsed();
    let at_once = resident()?;
    // Memory goes back as work goes on.
    feed(&mut engine, keys / 100, start + 7_200)?;
    close(&mut engine, start + 7_200);
    let (behind, left) = (resident()?, engine.stats().state_bytes);
    let each = |bytes: u64| bytes / keys.max(1);
    println!("keys              {keys}");
    println!("resident before   {} MiB", before >> 20);
    println!(
        "resident at peak  {} MiB, {} bytes a key",
        peak >> 20,
        each(peak.saturating_sub(before))
    );
    println!(
        "counted at peak   {} MiB, {} bytes a key",
        counted >> 20,
        each(counted)
    );
    println!(
        "resident behind   {} MiB at once, {} MiB after a hundredth more",
        at_once >> 20,
        behind >> 20
    );
    println!("counted behind    {left} bytes");
    println!(
        "took              {:.2} s for the events, {:.2} s to close the windows",
        took.as_secs_f64(),
        closed.as_secs_f64()
    );
    ensure!(left == 0, "state is left behind closed windows");
    ensure!(engine.stats().refused == 0, "events were refused");
    Ok(())
}

/// One event for each of so many keys, within ten minutes from the start on, so
/// that every key stays active.
fn feed(engine: &mut Engine, keys: u64, start: i64) -> Result<()> {
    let want = engine.projection();
    let mut event = Event::default();
    let mut out = Vec::new();
    for key in 0..keys {
        let offset = i64::try_from(key * 599 / keys.max(1))?;
        let kind = if key % 2 == 0 {
            "USER_LOGIN"
        } else {
            "PROCESS_LAUNCH"
        };
        let time = Timestamp {
            seconds: start + offset,
            nanos: 0,
        };
        let json = format!(
            "{{\"metadata\":{{\"eventType\":\"{kind}\",\"eventTimestamp\":\"{time}\"}},\"principal\":{{\"hostname\":\"host-{key:08}\",\
             \"ip\":[\"10.{}.{}.{}\"],\"user\":{{\"userid\":\"user-{:05}\"}}}},\"target\":{{\"process\":{{\"commandLine\":\
             \"kubectl get secrets -n namespace-{key}\"}}}}}}",
            key >> 16 & 255,
            key >> 8 & 255,
            key & 255,
            key % 90_000,
        );
        read_event(json.as_bytes(), &want, &mut event)?;
        let id = format!("{key:036}");
        let context = Context {
            event_id: &id,
            now: start,
        };
        engine.evaluate(&event, &context, &mut out);
    }
    Ok(())
}

/// Lets all windows of events from the start on close.
fn close(engine: &mut Engine, start: i64) {
    let end = Timestamp {
        seconds: start + 3_600,
        nanos: 0,
    };
    engine.advance(end, &mut Vec::new());
}

/// Bytes that this process holds in memory, from `/proc`.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("needs Linux's /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kib: u64 = kib
        .context("no VmRSS in /proc/self/status")?
        .trim()
        .parse()?;
    Ok(kib * 1024)
}
