//! What a function *is*: one constant that four readers share.
//!
//! The compiler reads the signature, the engine calls the body, the
//! documentation prints words and examples, and the tests run the examples.
//! Bodies are pure: values in, value out; what they need from outside (run
//! time, event id) comes in [`Call`]. A failure is the zero value of the
//! return type, never an error and never a panic (reference: yara-l §8).

use crate::regex::Pattern;
use crate::semantics::Semantics;
use crate::types::Type;
use crate::value::Value;

/// A function of the catalogue.
#[derive(Debug)]
pub struct Function {
    /// The dotted name, as rules write it.
    pub name: &'static str,
    /// The parameters, in order.
    pub params: &'static [Param],
    /// What the call yields.
    pub returns: Returns,
    /// One sentence for lists and hover texts.
    pub summary: &'static str,
    /// The details: edge cases, units, and where the reference is silent.
    pub details: &'static str,
    /// Calls with their results. Each is run by the tests and printed in the docs.
    pub examples: &'static [Example],
    /// The body.
    pub eval: for<'a> fn(&Call<'_>, &[Value<'a>]) -> Value<'a>,
}

/// One parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name in the documentation.
    pub name: &'static str,
    /// What may be passed.
    pub accepts: Accepts,
    /// How often it may or must be passed.
    pub arity: Arity,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Text; enums are read by name.
    Str,
    /// Text or bytes.
    StrOrBytes,
    /// An integer of either sign.
    Int,
    /// Any number.
    Number,
    /// An integer or text.
    IntOrStr,
    /// A boolean.
    Bool,
    /// Any scalar.
    Scalar,
    /// A list of any element type.
    List,
    /// A list of text.
    StrList,
    /// A list of numbers.
    NumberList,
    /// A regular expression: a string or regex literal, known when the rule is compiled.
    Pattern,
    /// A whole repeated field; the reference does not unnest the event.
    WholeField,
}

/// How often a parameter appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Exactly once.
    Required,
    /// Once or not at all.
    Optional,
    /// Any number of times from here on; only the last parameter may repeat.
    Repeated,
}

/// What a call yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// Always this type.
    Always(Type),
    /// The type of the argument with this index.
    SameAs(usize),
    /// Float if any argument is a float, else integer.
    Numeric,
}

/// A documented call and its result.
#[derive(Debug)]
pub struct Example {
    /// The arguments.
    pub args: &'static [Lit],
    /// What the call yields.
    pub gives: Lit,
    /// Why the example is here; empty when it is plain.
    pub note: &'static str,
}

/// A literal in an example.
#[derive(Clone, Copy, Debug)]
pub enum Lit {
    /// Text.
    Str(&'static str),
    /// An integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Bytes.
    Bytes(&'static [u8]),
    /// A list.
    List(&'static [Lit]),
}

impl Lit {
    /// The literal as a value.
    #[must_use]
    pub fn value(&self) -> Value<'static> {
        match self {
            Lit::Str(s) => Value::str(s),
            Lit::Int(i) => Value::Int(*i),
            Lit::Uint(u) => Value::Uint(*u),
            Lit::Float(f) => Value::Float(*f),
            Lit::Bool(b) => Value::Bool(*b),
            Lit::Bytes(b) => Value::Bytes(std::borrow::Cow::Borrowed(b)),
            Lit::List(items) => Value::List(items.iter().map(Lit::value).collect()),
        }
    }
}

/// What a body may know besides its arguments.
#[derive(Debug)]
pub struct Call<'c> {
    /// The compiled patterns of the `Accepts::Pattern` arguments, in order.
    /// Such arguments are also passed as text among the values.
    pub patterns: &'c [Pattern],
    /// Run time of the rule in Unix seconds; an input, never a clock (decision 10).
    pub now: i64,
    /// Seed for `math.random`, derived from the event id (decision 10).
    pub seed: u64,
    /// The switches in force.
    pub semantics: &'c Semantics,
}

impl Function {
    /// How many arguments a call must have at least.
    #[must_use]
    pub fn args_min(&self) -> usize {
        self.params
            .iter()
            .filter(|p| p.arity == Arity::Required)
            .count()
    }

    /// How many arguments a call may have at most; `None` if there is no bound.
    #[must_use]
    pub fn args_max(&self) -> Option<usize> {
        match self.params.last() {
            Some(p) if p.arity == Arity::Repeated => None,
            _ => Some(self.params.len()),
        }
    }

    /// The parameter that the argument with this index fills.
    #[must_use]
    pub fn param(&self, index: usize) -> Option<&Param> {
        self.params
            .get(index)
            .or_else(|| self.params.last().filter(|p| p.arity == Arity::Repeated))
    }
}
