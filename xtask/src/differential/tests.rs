//! The smoke run, and the checks that the checks notice.

use super::coverage::Coverage;
use super::pair::try_seeds;
use super::stub::{Stub, ways};

#[test]
fn the_stub_agrees() {
    let mut coverage = Coverage::default();
    if let Err(found) = try_seeds::<Stub<0>>(0..400, &mut coverage) {
        let (seed, case, divergence) = *found;
        panic!("seed {seed}\n{case}{divergence}");
    }
}

fn noticed<const ERR: u8>(what: &str) {
    let mut coverage = Coverage::default();
    let found = try_seeds::<Stub<ERR>>(0..4_000, &mut coverage);
    let found = found.expect_err("an error that is not noticed");
    assert!(found.2.what.contains(what), "{}", found.2);
}

#[test]
fn every_way_to_err_is_noticed() {
    noticed::<{ ways::FORGETS }>("the final detections differ");
    noticed::<{ ways::TAKES_LATE }>("the final detections differ");
    noticed::<{ ways::WAITS }>("final later than the watermark allows");
    noticed::<{ ways::SILENT }>("is not shown in that call");
    noticed::<{ ways::TWICE }>("comes again after it was final");
    noticed::<{ ways::STUBBORN }>("ends as");
    noticed::<{ ways::MISCOUNTS }>("events were late");
}
