//! What nearly every function file needs, in one import.
//!
//! Only names of the contract and the argument helpers; nothing that belongs
//! to one function or one namespace.

pub(crate) use std::borrow::Cow;

pub(crate) use super::support::args::{
    bounded, bytes, edge, example, float, int, list, optional, repeated, required, slice, source,
    text,
};
pub(crate) use crate::function::{Accepts, Call, Function, Lit, Returns};
pub(crate) use crate::types::{Elem, Type};
pub(crate) use crate::value::Value;
