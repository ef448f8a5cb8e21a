//! The documentation of metrics, as Markdown.

use std::fmt::Write as _;

use super::{Family, Slot, families};

/// The page of one family.
#[must_use]
pub fn page(family: &Family) -> String {
    let mut out = format!("### `metrics.{}`\n\n{}\n\n", family.name, family.summary);
    if !family.value.is_empty() {
        let fields = family.value.join("` + `");
        let _ = writeln!(out, "`value_sum` is the sum of `{fields}`.\n");
    }
    if !family.documented {
        out += "Public catalogues name it; Google's documentation does not define it, and its \
                combinations of fields are those of its kin.\n\n";
    }
    out += "It goes by one of these combinations; `a|b` is one of several fields:\n\n";
    for set in family.combinations() {
        let fields: Vec<_> = set.iter().map(|slot| spelt(slot)).collect();
        let _ = writeln!(out, "- {}", fields.join(", "));
    }
    out
}

/// The pages of all families.
#[must_use]
pub fn pages() -> String {
    let mut out = String::from(
        "A metric asks what a family of events came to in the periods before the match window \
         (before the event, in a rule without `match`). It stands in `outcome`, inside an \
         aggregate, and takes named arguments in any order:\n\n\
         ```text\n\
         $usual = max(metrics.auth_attempts_fail(\n  \
           period: 1d, window: 30d,          // or 1h with today: its hours that are over\n  \
           metric: event_count_sum,          // first_seen, last_seen, value_sum, num_unique_filter_values\n  \
           agg: avg,                         // max, min, num_metric_periods, stddev, sum\n  \
           target.user.userid: $user,        // the values that are asked for\n  \
           filter: event_count_sum > 2       // which periods take part\n\
         ))\n\
         ```\n\n\
         Periods are days and hours of UTC. Only whole ones that are over count, and those \
         without data take no part, in none of the aggregations. Without any data the result \
         is 0. An event with several values in a field counts for each; one without a value \
         counts for none, and a default value (`\"\"`, 0) asks for nothing, but of a \
         namespace. `num_unique_filter_values` counts the values of the one field that is \
         given as `*`.\n\n",
    );
    for family in families() {
        out += &page(family);
        out.push('\n');
    }
    out
}

/// The alternatives of a slot; what they have in common stands once.
fn spelt(slot: Slot) -> String {
    format!("`{}`", slot.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_all_parts() {
        for family in families() {
            let page = page(family);
            assert!(page.contains(family.summary));
            assert_eq!(page.contains("`value_sum`"), !family.value.is_empty());
            let lines = page.lines().filter(|line| line.starts_with("- "));
            assert_eq!(lines.count(), family.combinations().count());
        }
        assert!(pages().contains("### `metrics.dns_queries_fail`"));
    }
}
