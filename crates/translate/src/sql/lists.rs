//! Reference lists and ranges of addresses, written out in the query.

use std::net::IpAddr;

use ipnet::IpNet;
use yaral_ir::lists::{List, ListKind};

use super::expr::{folded, pattern_of};
use super::quote;
use super::scope::Writer;

/// One number of an address in dots.
const OCTET: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

impl Writer<'_> {
    /// Whether a text is in a list.
    pub(super) fn in_list(&mut self, subject: &str, list: &List, nocase: bool) -> String {
        if list.is_empty() {
            return "FALSE".to_owned();
        }
        match list.kind() {
            ListKind::String => {
                let subject = if nocase {
                    folded(subject)
                } else {
                    subject.to_owned()
                };
                let entries = list.strings().map(|entry| {
                    quote::text(&if nocase {
                        entry.to_lowercase()
                    } else {
                        entry.to_owned()
                    })
                });
                format!(
                    "({subject} IN ({}))",
                    entries.collect::<Vec<_>>().join(", ")
                )
            }
            ListKind::Regex => {
                let patterns: Vec<_> = list.patterns(nocase).map(pattern_of).collect();
                self.with(subject, |_, text| {
                    let tests = patterns
                        .iter()
                        .map(|one| format!("regexp_matches({text}, {one})"));
                    format!("({})", tests.collect::<Vec<_>>().join(" OR "))
                })
            }
            ListKind::Cidr => {
                let key = self.address(subject);
                let ranges: Vec<_> = list.ranges().collect();
                self.with(&key, |_, key| {
                    let tests = ranges.iter().map(|range| within(key, range));
                    format!("({})", tests.collect::<Vec<_>>().join(" OR "))
                })
            }
        }
    }

    /// Whether a text is an address in a range, an address of version 4 in the
    /// dress of version 6 included.
    pub(super) fn in_range(&mut self, subject: &str, range: &IpNet) -> String {
        let key = self.address(subject);
        self.with(&key, |_, key| {
            let dressed = format!("'6{}ffff'", "0".repeat(20));
            let bare = format!(
                "CASE WHEN starts_with({key}, {dressed}) THEN '4' || right({key}, 8) ELSE '' END"
            );
            format!("({} OR {})", within(key, range), within(&bare, range))
        })
    }

    /// An address in fixed width, so that addresses of one version are ordered
    /// as text: `4` or `6` and its bytes in hexadecimal. Empty for what is none.
    fn address(&mut self, text: &str) -> String {
        let four = format!("^{OCTET}(\\.{OCTET}){{3}}$");
        self.with(text, |this, text| {
            let short = this.four(text);
            let long = this.six(text, &four);
            format!(
                "CASE WHEN regexp_matches({text}, '{four}') THEN '4' || {short} \
                 WHEN contains({text}, ':') THEN {long} ELSE '' END"
            )
        })
    }

    /// The bytes of an address in dots.
    fn four(&mut self, text: &str) -> String {
        let one = self.fields.lambda();
        format!(
            "array_to_string(list_transform(string_split({text}, '.'), \
             lambda {one}: printf('%02x', CAST({one} AS INTEGER))), '')"
        )
    }

    /// An address of version 6, whose end may be written in dots.
    fn six(&mut self, text: &str, four: &str) -> String {
        let tail = format!("regexp_extract({text}, '[^:]*$')");
        let bytes = self.four(&tail);
        let plain = format!(
            "CASE WHEN NOT contains({text}, '.') THEN {text} \
             WHEN regexp_matches({tail}, '{four}') THEN regexp_replace({text}, '[^:]*$', '') || \
             {bytes}[1:4] || ':' || {bytes}[5:8] ELSE '' END"
        );
        let group = "[0-9a-fA-F]{1,4}";
        let some = format!("({group}(:{group})*)?");
        self.with(&plain, |this, text| {
            let side = |number: u8| {
                let part = format!("split_part({text}, '::', {number})");
                format!("CASE WHEN {part} = '' THEN [] ELSE string_split({part}, ':') END")
            };
            let both = format!("[{}, {}]", side(1), side(2));
            let parted = this.with(&both, |this, sides| {
                let (left, right) = (format!("{sides}[1]"), format!("{sides}[2]"));
                let zeros =
                    format!("list_transform(range(8 - len({left}) - len({right})), lambda z: '0')");
                let all = format!("list_concat({left}, {zeros}, {right})");
                let hex = this.hex(&all);
                format!("CASE WHEN len({left}) + len({right}) <= 7 THEN '6' || {hex} ELSE '' END")
            });
            let full = this.hex(&format!("string_split({text}, ':')"));
            format!(
                "CASE WHEN regexp_matches({text}, '^{group}(:{group}){{7}}$') THEN '6' || {full} \
                 WHEN regexp_matches({text}, '^{some}::{some}$') THEN {parted} ELSE '' END"
            )
        })
    }

    fn hex(&mut self, groups: &str) -> String {
        let one = self.fields.lambda();
        format!(
            "array_to_string(list_transform({groups}, lambda {one}: lpad(lower({one}), 4, '0')), '')"
        )
    }
}

/// Whether an address in fixed width lies in a range.
fn within(key: &str, range: &IpNet) -> String {
    let hex = |address: IpAddr| match address {
        IpAddr::V4(four) => format!("4{:08x}", u32::from(four)),
        IpAddr::V6(six) => format!("6{:032x}", u128::from(six)),
    };
    let (low, high) = (hex(range.network()), hex(range.broadcast()));
    format!("{key} BETWEEN '{low}' AND '{high}'")
}
