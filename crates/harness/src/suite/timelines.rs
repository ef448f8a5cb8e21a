//! The events of a rule's tests, as they arrive.

use yaral_normalize::Mapping;

use super::made::Maker;
use super::{Fault, World, file};

/// The events of one test.
#[derive(Clone, Debug)]
pub struct Played {
    /// The name of the test.
    pub test: String,
    /// The events as UDM JSON, in the order in which they arrive.
    pub events: Vec<String>,
}

/// The events of every test of a file under one mapping; none if the file has
/// no tests for it.
///
/// # Errors
/// A mistake in the file.
pub fn timelines(text: &str, mapping: Mapping, world: &dyn World) -> Result<Vec<Played>, Fault> {
    let file = file::read(text)?;
    let mut all = Vec::new();
    if !file.mappings.contains(&mapping) {
        return Ok(all);
    }
    let maker = Maker {
        file: &file,
        world,
        mapping,
    };
    for test in &file.tests {
        let timeline = maker.timeline(&test.timeline)?;
        let arrivals = timeline.counting(false).into_iter();
        all.push(Played {
            test: test.name.clone(),
            events: arrivals.map(|arrival| arrival.json.clone()).collect(),
        });
    }
    Ok(all)
}
