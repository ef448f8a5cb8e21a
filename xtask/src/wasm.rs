//! Builds the core crates for `wasm32-unknown-unknown`.
//!
//! The core has no clock, thread, file or socket; that it builds for a target
//! which has none of them is the cheapest proof. Where the target cannot be
//! added, the chore says `SKIP` and succeeds.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tidy::CORE_CRATES;
use crate::workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// How long `rustup` may try to fetch the target.
const ADD_SECONDS_MAX: u64 = 90;

/// Adds the target if need be, then builds every core crate's library.
pub fn run() -> Result<()> {
    if !installed() && !add() {
        println!(
            "SKIP wasm: the target {TARGET} is not installed and `rustup target add` did not bring it"
        );
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--lib", "--target", TARGET])
        .current_dir(workspace::root());
    for name in CORE_CRATES {
        build.args(["-p", &format!("yaral-{name}")]);
    }
    if !build.status().context("cannot start cargo")?.success() {
        bail!("the core crates do not build for {TARGET}");
    }
    println!(
        "wasm: {} crates build for {TARGET}: {}",
        CORE_CRATES.len(),
        CORE_CRATES.join(", ")
    );
    Ok(())
}

/// Asks the compiler itself, which also works where there is no `rustup`.
fn installed() -> bool {
    let Ok(found) = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
    else {
        return false;
    };
    let folder = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    found.status.success() && std::path::Path::new(&folder).is_dir()
}

fn add() -> bool {
    let Ok(mut child) = Command::new("rustup")
        .args(["target", "add", TARGET])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
    else {
        return false;
    };
    let end = Instant::now() + Duration::from_secs(ADD_SECONDS_MAX);
    while Instant::now() < end {
        match child.try_wait() {
            Ok(Some(status)) => return status.success() && installed(),
            Ok(None) => sleep(Duration::from_millis(200)),
            Err(_) => break,
        }
    }
    // Too slow: end it and carry on without. Failing to end it changes nothing.
    drop(child.kill());
    drop(child.wait());
    false
}
