//! Patterns: what they come to, and how other dialects write them.

mod encoded;
mod lucene;
mod shape;
mod splice;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

use crate::filter::Re;

pub(crate) use encoded::encoded;
pub(crate) use lucene::{lucene, lucene_lower};
pub(crate) use shape::{Shape, shape};
pub(crate) use splice::{groups, member, rebased, spliced};

/// The pattern as the syntax crate reads it; `None` if it is none.
fn hir(re: &Re) -> Option<Hir> {
    let text = yaral_ir::regex::translate(&re.inline()).ok()?;
    ParserBuilder::new().utf8(false).build().parse(&text).ok()
}
