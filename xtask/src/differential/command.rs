//! The command line, the threads, and what is printed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::check::{Divergence, Subject};
use super::coverage::Coverage;
use super::dice::Dice;
use super::pair::{Case, STREAMS, compile, rule_of, scripts, try_seeds};
use super::shrink::{diverges, panicked, shrink};
use super::stream::Source;

/// Seeds that a thread takes at a time.
const CHUNK: u64 = 64 * STREAMS;

/// What the words of the command line ask for.
struct Wanted {
    pairs: u64,
    seed: u64,
    minutes: Option<u64>,
    threads: usize,
    one: bool,
    shrink: bool,
    /// Divergences after which it stops.
    most: usize,
}

fn wanted(words: &[&str]) -> Result<Wanted> {
    let mut wanted = Wanted {
        pairs: 100_000,
        seed: 0,
        minutes: None,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        one: false,
        shrink: true,
        most: 1,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().context("every option takes a number")?;
        let number: u64 = value.parse().with_context(|| format!("{word} {value}"))?;
        match *word {
            "--pairs" => wanted.pairs = number,
            "--seed" => wanted.seed = number,
            "--minutes" => wanted.minutes = Some(number),
            "--shrink" => wanted.shrink = number > 0,
            "--most" => wanted.most = usize::try_from(number)?.max(1),
            "--threads" => wanted.threads = usize::try_from(number)?.max(1),
            "--one" => {
                (wanted.seed, wanted.pairs) = (number, 1);
                wanted.one = true;
            }
            other => bail!("no such option: {other}"),
        }
    }
    Ok(wanted)
}

/// A seed that diverges.
struct Found {
    seed: u64,
    case: Option<Case>,
    divergence: Divergence,
}

/// Runs the chore.
///
/// # Errors
/// If the command line cannot be read.
pub fn run<S: Subject>(words: &[&str]) -> Result<ExitCode> {
    let wanted = wanted(words)?;
    if wanted.one {
        print!("{}", rule_of(wanted.seed).text());
    }
    // A panic is reported as a divergence, with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let started = Instant::now();
    let (coverage, found, done) = all::<S>(&wanted);
    let seconds = started.elapsed().as_secs_f64();
    print!("{coverage}");
    let pairs = coverage.count("pairs");
    #[allow(clippy::cast_precision_loss, reason = "shown only")]
    let speed = pairs as f64 / seconds.max(0.001);
    println!(
        "differential: {pairs} pairs, seeds {} to {}, {} of {} rules refused, {} detections, \
         {seconds:.1} s on {} threads, {speed:.0} pairs/s",
        wanted.seed,
        done.saturating_sub(1),
        coverage.count("rules: refused"),
        coverage.count("rules"),
        coverage.count("detections"),
        wanted.threads,
    );
    if found.is_empty() {
        println!("no divergence");
        return Ok(ExitCode::SUCCESS);
    }
    for one in found {
        report::<S>(one, wanted.shrink);
    }
    Ok(ExitCode::FAILURE)
}

fn report<S: Subject>(found: Found, smaller: bool) {
    println!("\nDIVERGENCE at seed {}", found.seed);
    let case = found.case.or_else(|| panicking::<S>(found.seed));
    let Some(case) = case else {
        println!("{}", found.divergence);
        return;
    };
    if found.divergence.script == "composite" {
        println!("{}", found.divergence);
        println!("again: cargo xtask differential --one {}", found.seed);
        return;
    }
    let (case, divergence) = if smaller {
        shrink::<S>(case, found.divergence)
    } else {
        (case, found.divergence)
    };
    println!("{case}{divergence}");
    println!("again: cargo xtask differential --one {}", found.seed);
}

/// The case of a seed in which something panics.
fn panicking<S: Subject>(seed: u64) -> Option<Case> {
    let rule = rule_of(seed);
    let text = rule.text();
    compile(&rule, &text)?;
    let mut dice = Dice::new(seed);
    let source = Source::new(&rule, &text);
    let drafts = source.draw(&mut dice);
    let beings = source.beings(&mut dice, &drafts);
    let length_s = rule.window.as_ref().map_or(60, |window| window.length_s);
    let cases = scripts(&mut dice, &drafts, length_s, true).into_iter();
    let mut cases = cases.map(|script| Case {
        rule: rule.clone(),
        drafts: drafts.clone(),
        beings: beings.clone(),
        script,
    });
    cases.find(|case| diverges::<S>(case).is_some())
}

/// Runs all pairs on several threads, until enough diverge or time is up.
/// Gives the counters, the divergences by seed, and the end of the seeds that
/// were run.
fn all<S: Subject>(wanted: &Wanted) -> (Coverage, Vec<Found>, u64) {
    let until = wanted
        .minutes
        .map(|minutes| Instant::now() + Duration::from_mins(minutes));
    let end = match until {
        Some(_) => u64::MAX,
        None => wanted.seed.saturating_add(wanted.pairs),
    };
    let next = AtomicU64::new(wanted.seed);
    let found = AtomicUsize::new(0);
    let shared = Mutex::new((Coverage::default(), Vec::new(), wanted.seed));
    let work = || {
        let mut coverage = Coverage::default();
        let mut own = Vec::new();
        let mut reached = wanted.seed;
        while found.load(Ordering::Relaxed) < wanted.most
            && until.is_none_or(|until| Instant::now() < until)
        {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            if start >= end {
                break;
            }
            reached = end.min(start.saturating_add(CHUNK));
            chunk::<S>(start..reached, &mut coverage, |one| {
                own.push(one);
                found.fetch_add(1, Ordering::Relaxed) + 1 < wanted.most
            });
        }
        if let Ok(mut shared) = shared.lock() {
            shared.0.merge(&coverage);
            shared.1.append(&mut own);
            shared.2 = shared.2.max(reached);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..wanted.threads {
            scope.spawn(work);
        }
    });
    let mut done = shared.into_inner().unwrap_or_default();
    done.1.sort_by_key(|found: &Found| found.seed);
    done
}

/// Runs a chunk of seeds; `tell` says of each divergence whether to go on.
fn chunk<S: Subject>(
    seeds: std::ops::Range<u64>,
    coverage: &mut Coverage,
    mut tell: impl FnMut(Found) -> bool,
) {
    let mut seed = seeds.start;
    while seed < seeds.end {
        let end = (seed / STREAMS + 1).saturating_mul(STREAMS).min(seeds.end);
        let mut local = Coverage::default();
        let tried = catch_unwind(AssertUnwindSafe(|| try_seeds::<S>(seed..end, &mut local)));
        let found = match tried {
            Ok(Ok(())) => None,
            Ok(Err(found)) => {
                let (seed, case, divergence) = *found;
                Some(Found {
                    seed,
                    case: Some(case),
                    divergence,
                })
            }
            Err(panic) => {
                let panics = |&seed: &u64| {
                    let again = || drop(try_seeds::<S>(seed..seed + 1, &mut Coverage::default()));
                    catch_unwind(AssertUnwindSafe(again)).is_err()
                };
                Some(Found {
                    seed: (seed..end).find(panics).unwrap_or(seed),
                    case: None,
                    divergence: panicked("some script", panic.as_ref()),
                })
            }
        };
        coverage.merge(&local);
        if found.is_some_and(|found| !tell(found)) {
            return;
        }
        seed = end;
    }
}
