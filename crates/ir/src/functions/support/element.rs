//! Picking an element of a list by index.

use super::args;
use crate::value::Value;

/// The element that the second argument counts off in the first: from 0 at the
/// start, from -1 at the end. `None` beyond either end.
pub(crate) fn element<'v, 'a>(args: &'v [Value<'a>]) -> Option<&'v Value<'a>> {
    let items = args::list(args, 0);
    let index = args::int(args, 1)?;
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    items.get(if index < 0 {
        items.len().checked_sub(distance)?
    } else {
        distance
    })
}
