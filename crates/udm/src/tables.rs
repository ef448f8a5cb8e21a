//! The row types of the schema tables; the rows themselves are generated.
//!
//! Written from `schema/udm-schema.json` by `cargo xtask codegen`. Ranges are half-open
//! and index the neighbouring table.

use crate::schema::FieldKind;

#[rustfmt::skip]
mod enums;
#[rustfmt::skip]
mod fields;
#[rustfmt::skip]
mod ids;
#[rustfmt::skip]
mod messages;
#[rustfmt::skip]
mod names;

pub(crate) use enums::{ENUMS, VALUES, VALUES_BY_NAME};
pub(crate) use fields::FIELDS;
pub(crate) use messages::MESSAGES;
pub(crate) use names::NAMES;

/// Set in [`FieldRow::flags`] for a repeated field.
pub(crate) const REPEATED: u8 = 1;
/// Set in [`FieldRow::flags`] for a deprecated field.
pub(crate) const DEPRECATED: u8 = 2;
/// Set in [`FieldRow::flags`] for a field that tells a default value from none.
pub(crate) const PRESENCE: u8 = 4;

/// One message.
pub(crate) struct MessageRow {
    pub(crate) name: &'static str,
    /// Its rows in [`FIELDS`].
    pub(crate) fields: (u16, u16),
    /// Its rows in [`NAMES`].
    pub(crate) names: (u16, u16),
}

/// One field.
pub(crate) struct FieldRow {
    pub(crate) name: &'static str,
    pub(crate) json: &'static str,
    pub(crate) number: u16,
    pub(crate) kind: FieldKind,
    pub(crate) parent: u16,
    pub(crate) flags: u8,
}

/// One enum.
pub(crate) struct EnumRow {
    pub(crate) name: &'static str,
    /// Its rows in [`VALUES`] and in [`VALUES_BY_NAME`].
    pub(crate) values: (u16, u16),
}

/// One enum value.
pub(crate) struct ValueRow {
    pub(crate) name: &'static str,
    pub(crate) number: i32,
    pub(crate) deprecated: bool,
}
