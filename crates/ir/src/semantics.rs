//! Every doubt about the language's meaning, as a named switch.
//!
//! The public reference is silent or contradicts itself in places. Each such
//! place has a name, a written default and a reason here, and nowhere else.
//! `--semantics KEY=VALUE` sets one; the values in force are part of every
//! detection id, because they are part of what was decided.

use std::collections::BTreeMap;
use std::fmt;

/// The switches in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Semantics {
    /// Whether zero values take part in `count` and `array` and their kin.
    pub aggregates_take_zero: bool,
    /// Whether `all` holds on an empty list.
    pub all_on_empty: bool,
    /// Whether a zero value counts for `#placeholder`.
    pub placeholder_counts_zero: bool,
    /// Whether repeated fields that only outcomes name multiply the rows.
    pub outcome_unnests: bool,
    /// How many elements `array` and `array_distinct` keep.
    pub array_elements: u32,
    /// Whether a regular expression may test an enum field, by name.
    pub enum_regex: bool,
    /// Whether an entity joins an event only while it is valid.
    pub entity_validity: bool,
    /// Whether a placeholder that a function assigns is a single value in outcomes.
    pub function_placeholder_scalar: bool,
    /// Whether `/` between integers yields an integer.
    pub integer_division: bool,
    /// How many hours after its end the data of a day are there for metrics.
    pub metric_delay_hours: u32,
    /// Whether the `stddev` of a metric is that of a sample.
    pub metric_stddev_sample: bool,
    /// The run time of rules, in Unix seconds; `None` is the end of the input.
    pub now: Option<i64>,
    /// Whether a connection to a socket file is a `FILE_OPEN` event. It is for
    /// whoever reads the log; nothing that evaluates a rule asks for it.
    pub unix_connect_opens: bool,
    /// Whether the end of a window is part of it, but for tumbling windows
    /// and those of [`Semantics::windows_secops`], which are half-open.
    pub window_end_inclusive: bool,
    /// Whether `over` means fixed overlapping windows rather than any span.
    pub windows_secops: bool,
}

impl Default for Semantics {
    fn default() -> Self {
        Semantics {
            aggregates_take_zero: true,
            all_on_empty: true,
            placeholder_counts_zero: false,
            outcome_unnests: true,
            array_elements: 1_000,
            enum_regex: true,
            entity_validity: true,
            function_placeholder_scalar: true,
            integer_division: false,
            metric_delay_hours: 0,
            metric_stddev_sample: true,
            now: None,
            unix_connect_opens: false,
            window_end_inclusive: true,
            windows_secops: false,
        }
    }
}

/// The description of one switch, for documentation and `--semantics`.
#[derive(Debug)]
pub struct Switch {
    /// The key.
    pub key: &'static str,
    /// The values it takes.
    pub values: &'static str,
    /// The value without the switch.
    pub default: &'static str,
    /// What it decides and why the default is what it is.
    pub meaning: &'static str,
    get: fn(&Semantics) -> String,
    set: fn(&mut Semantics, &str) -> Result<(), ()>,
}

macro_rules! switch {
    ($field:ident, $values:literal, $default:literal, $meaning:literal) => {
        Switch {
            key: stringify!($field),
            values: $values,
            default: $default,
            meaning: $meaning,
            get: |s| s.$field.to_string(),
            set: |s, text| text.parse().map(|v| s.$field = v).map_err(|_| ()),
        }
    };
}

/// All switches, sorted by key.
pub const SWITCHES: &[Switch] = &[
    switch!(
        aggregates_take_zero,
        "true, false",
        "true",
        "Whether zero values (empty string, 0) take part in `count`, `count_distinct`, `array` and `array_distinct`. \
         The reference shows outcomes that give empty strings a name, which only makes sense if they are kept."
    ),
    switch!(
        all_on_empty,
        "true, false",
        "true",
        "Whether `all field op value` holds for an event in which the field is empty. The reference does not say; \
         true is the usual reading of \"all\"."
    ),
    switch!(
        array_elements,
        "1 to 10000",
        "1000",
        "How many elements `array` and `array_distinct` keep. The function pages print 25, the release notes of \
         August 2025 raise it to 1,000; the newer figure is the default."
    ),
    switch!(
        entity_validity,
        "true, false",
        "true",
        "Whether an entity joins an event only while it is valid, which is from the start of its \
         `metadata.interval` until before the end; a bound that is not set is none. The reference says that an \
         event joins what was known of an entity at its time; false helps where entities come with intervals of \
         another kind."
    ),
    switch!(
        enum_regex,
        "true, false",
        "true",
        "Whether a regular expression may test an enum field, by the value's name. Undocumented; refusing would \
         reject working rules."
    ),
    switch!(
        function_placeholder_scalar,
        "true, false",
        "true",
        "Whether a placeholder that a function assigns from a repeated field may stand in an outcome without an \
         aggregate; its value is that of the first row. The reference demands an aggregate for what is repeated and \
         does not say whether that is; a rule that Google publishes relies on true."
    ),
    switch!(
        integer_division,
        "true, false",
        "false",
        "Whether `/` between two integers yields an integer. The reference says that a division of constants yields \
         a float and is silent about fields; with false, `/` means one thing."
    ),
    switch!(
        metric_delay_hours,
        "0 to 24",
        "0",
        "How many hours after its end the data of a day are there for metrics; until then the hours that a metric \
         asks for as `today` reach back into it. Google computes them up to six hours late, sometimes sooner. A \
         store that is read from a file has them at once, so the default is 0."
    ),
    switch!(
        metric_stddev_sample,
        "true, false",
        "true",
        "Whether `agg:stddev` of a metric divides by one less than the number of periods, as `window.stddev` is \
         documented to. The metrics page only calls it a statistical standard deviation."
    ),
    Switch {
        key: "now",
        values: "Unix seconds, or end",
        default: "end",
        meaning: "What `timestamp.now()` and `timestamp.current_seconds()` return. Run time is an input: the newest \
                  event time of all inputs, so that neither a second run nor another order changes anything. Of \
                  standard input the end is not known before it comes; there the newest event time so far stands in.",
        get: |s| s.now.map_or_else(|| "end".to_owned(), |n| n.to_string()),
        set: |s, text| {
            s.now = if text == "end" {
                None
            } else {
                Some(text.parse().map_err(|_| ())?)
            };
            Ok(())
        },
    },
    switch!(
        outcome_unnests,
        "true, false",
        "true",
        "Whether a repeated field that only the outcome section names makes rows too, as one in `events` does. The \
         published list of known issues shows aggregates over unnested rows without telling the two apart."
    ),
    switch!(
        placeholder_counts_zero,
        "true, false",
        "false",
        "Whether a zero value (empty string, 0) counts for `#placeholder` and `$placeholder` in the condition. With \
         true, the documented example `$a or $b` over placeholders would always hold."
    ),
    Switch {
        key: "unix_connect",
        values: "connection, file_open",
        default: "connection",
        meaning: "What a connect to a socket file is, in the audit log of Linux: NETWORK_CONNECTION with the socket's \
                  path as the target's file, or FILE_OPEN. No mapping of connect is published. Rules that wait for \
                  FILE_OPEN of docker.sock can only fire with file_open: a client connects to a socket and never \
                  opens it.",
        get: |s| {
            if s.unix_connect_opens {
                "file_open"
            } else {
                "connection"
            }
            .to_owned()
        },
        set: |s, text| {
            s.unix_connect_opens = match text {
                "connection" => false,
                "file_open" => true,
                _ => return Err(()),
            };
            Ok(())
        },
    },
    switch!(
        window_end_inclusive,
        "true, false",
        "true",
        "Whether an event exactly at the end of a window belongs to it, in exact and in sliding windows. The \
         reference does not say; true keeps two events together that are exactly the window's length apart. \
         Tumbling windows and those of `windows=secops` are half-open, as fixed blocks must be."
    ),
    Switch {
        key: "windows",
        values: "exact, secops",
        default: "exact",
        meaning: "What `over` means without a pivot. With exact, any events no further apart than the window are \
                  judged together: a window opens at an event, the first that satisfies the rule is a detection, and \
                  the next one opens behind its end. With secops, windows of that length start at fixed times, a \
                  tenth of the length apart but at least a second, and each that satisfies the rule is a detection. \
                  Google documents that hop windows overlap and leaves step and alignment to the system, and events \
                  nearly a window apart may then miss each other.",
        get: |s| if s.windows_secops { "secops" } else { "exact" }.to_owned(),
        set: |s, text| {
            s.windows_secops = match text {
                "exact" => false,
                "secops" => true,
                _ => return Err(()),
            };
            Ok(())
        },
    },
];

impl Semantics {
    /// Sets one switch from its text form.
    ///
    /// # Errors
    /// A sentence that names the known keys or the values that the key takes.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let Some(switch) = SWITCHES.iter().find(|s| s.key == key) else {
            let known: Vec<_> = SWITCHES.iter().map(|s| s.key).collect();
            return Err(format!(
                "no semantics switch is named `{key}`; there are: {}",
                known.join(", ")
            ));
        };
        (switch.set)(self, value.trim()).map_err(|()| {
            format!(
                "`{value}` is not a value of `{key}`; it takes {}",
                switch.values
            )
        })?;
        self.array_elements = self
            .array_elements
            .clamp(1, crate::limits::ARRAY_ELEMENTS_MAX);
        self.metric_delay_hours = self
            .metric_delay_hours
            .min(crate::limits::METRIC_DELAY_HOURS_MAX);
        Ok(())
    }

    /// The switches and their values, sorted by key.
    #[must_use]
    pub fn entries(&self) -> BTreeMap<&'static str, String> {
        SWITCHES.iter().map(|s| (s.key, (s.get)(self))).collect()
    }
}

/// `key=value` pairs, sorted, comma-joined: the spelling that detection ids hash.
///
/// A switch of `YOUNGER` is spelled only where it is not at its default, so
/// that the ids of detections made before there was such a switch stay.
impl fmt::Display for Semantics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let silent =
            |switch: &Switch, value: &str| YOUNGER.contains(&switch.key) && value == switch.default;
        let mut comma = "";
        for switch in SWITCHES {
            let value = (switch.get)(self);
            if !silent(switch, &value) {
                write!(f, "{comma}{}={value}", switch.key)?;
                comma = ",";
            }
        }
        Ok(())
    }
}

/// Switches that came after the first detection ids.
const YOUNGER: &[&str] = &[
    "entity_validity",
    "metric_delay_hours",
    "metric_stddev_sample",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_defaults_are_the_defaults() {
        let entries = Semantics::default().entries();
        for switch in SWITCHES {
            assert_eq!(entries[switch.key], switch.default, "{}", switch.key);
        }
    }

    #[test]
    fn a_later_switch_is_spelt_only_when_it_is_set() {
        let mut s = Semantics::default();
        assert!(!s.to_string().contains("metric"), "{s}");
        s.set("metric_delay_hours", "99").unwrap();
        assert!(
            s.to_string().contains("metric_delay_hours=24,now=end"),
            "{s}"
        );
    }

    #[test]
    fn a_younger_switch_leaves_the_spelling_as_it_was() {
        let mut s = Semantics::default();
        assert!(!s.to_string().contains("entity_validity"));
        s.set("entity_validity", "false").unwrap();
        assert!(
            s.to_string()
                .contains("array_elements=1000,entity_validity=false,enum_regex=true")
        );
    }

    #[test]
    fn switches_are_sorted_and_settable() {
        assert!(SWITCHES.is_sorted_by_key(|s| s.key));
        let mut s = Semantics::default();
        s.set("now", "1700000000").unwrap();
        s.set("array_elements", "25").unwrap();
        assert_eq!((s.now, s.array_elements), (Some(1_700_000_000), 25));
        assert!(s.set("nwo", "1").unwrap_err().contains("there are"));
        assert!(
            s.set("all_on_empty", "maybe")
                .unwrap_err()
                .contains("true, false")
        );
    }
}
