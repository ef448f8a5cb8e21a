//! The function catalogue: one file and one line here for each function.
//!
//! To add a function, write its file and its line; to drop one, delete both.
//! [`all`], [`find`] and [`suggest`] read the list; the compiler, the engine,
//! the documentation ([`doc`]) and the tests read nothing else. Names that the
//! reference knows and this version does not run are in [`later`], each with
//! what it waits for. `if` is no function: the plan has a node for it.

pub mod doc;
mod later;
mod prelude;
mod suggest;
mod support;
#[cfg(test)]
mod testing;

pub use later::{later, why_missing};
pub use suggest::{near, suggest};

use crate::function::Function;

/// The run time that the catalogue's examples are run at.
pub const EXAMPLE_NOW: i64 = 1_716_401_819;

/// The seed that the catalogue's examples are run with.
pub const EXAMPLE_SEED: u64 = 0;

/// What the details of all functions with a time zone say about it.
macro_rules! zone_words {
    () => {
        "The time zone is a name of the IANA database (`America/Los_Angeles`) or an offset from \
         UTC of the form `(+|-)H[H][:M[M]]` up to 14 hours; without one it is UTC. Abbreviations \
         (`PST`, `EST`) and unknown names are failures."
    };
}

macro_rules! catalogue {
    ($($module:ident,)*) => {
        $(mod $module;)*
        static ALL: &[&Function] = &[$(&$module::FUNCTION),*];
    };
}

catalogue! {
    arrays_concat,
    arrays_contains,
    arrays_index_to_bool,
    arrays_index_to_float,
    arrays_index_to_int,
    arrays_index_to_str,
    arrays_join_string,
    arrays_length,
    arrays_max,
    arrays_min,
    arrays_size,
    bytes_to_base64,
    cast_as_bool,
    cast_as_float,
    cast_as_int,
    cast_as_string,
    hash_fingerprint2011,
    hash_sha256,
    math_abs,
    math_ceil,
    math_floor,
    math_geo_distance,
    math_is_increasing,
    math_log,
    math_pow,
    math_random,
    math_round,
    math_sqrt,
    net_ip_in_range_cidr,
    optimization_sample_rate,
    re_capture,
    re_capture_all,
    re_regex,
    re_replace,
    strings_base64_decode,
    strings_coalesce,
    strings_concat,
    strings_contains,
    strings_count_substrings,
    strings_ends_with,
    strings_extract_domain,
    strings_extract_hostname,
    strings_from_base64,
    strings_from_hex,
    strings_length,
    strings_ltrim,
    strings_reverse,
    strings_rtrim,
    strings_split,
    strings_starts_with,
    strings_to_lower,
    strings_to_upper,
    strings_trim,
    strings_url_decode,
    timestamp_as_unix_seconds,
    timestamp_current_seconds,
    timestamp_get_date,
    timestamp_get_day_of_week,
    timestamp_get_hour,
    timestamp_get_minute,
    timestamp_get_timestamp,
    timestamp_get_week,
    timestamp_now,
}

/// All functions, sorted by name.
#[must_use]
pub fn all() -> &'static [&'static Function] {
    ALL
}

/// The function with this dotted name, which is case-sensitive.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    ALL.binary_search_by(|f| f.name.cmp(name))
        .ok()
        .map(|at| ALL[at])
}

/// How many capture groups the pattern of a function may have; `None` if any
/// number is fine. Beyond it the rule is in error (reference: `re.capture`).
#[must_use]
pub fn groups_max(function: &Function) -> Option<usize> {
    matches!(function.name, "re.capture" | "re.capture_all").then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_found() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        for function in all() {
            assert_eq!(find(function.name).map(|f| f.name), Some(function.name));
        }
        assert!(find("strings.Concat").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn groups_are_bounded_where_one_is_returned() {
        assert_eq!(find("re.capture").and_then(groups_max), Some(1));
        assert_eq!(find("re.regex").and_then(groups_max), None);
    }
}
