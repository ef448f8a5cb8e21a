//! The invented names that all kinds share, and the spelling of an instant.

/// Namespaces.
pub const NAMESPACES: &[&str] = &[
    "kube-system",
    "default",
    "payments",
    "web",
    "data",
    "monitoring",
    "ci",
    "ingress-nginx",
    "cert-manager",
    "argocd",
];

/// Workloads.
pub const APPS: &[&str] = &[
    "checkout",
    "ledger",
    "frontend",
    "search",
    "cart",
    "etl",
    "prometheus",
    "grafana",
    "runner",
    "controller",
    "webhook",
    "operator",
];

/// The first instant of every run: 2026-01-05T00:00:00Z, in seconds since 1970.
pub const START_S: u64 = 1_767_571_200;

/// RFC 3339 in UTC with six digits after the point, `us` microseconds after the start.
pub fn instant(us: u64) -> String {
    let mut text = seconds(us);
    text.truncate(19);
    format!("{text}.{:06}Z", us % 1_000_000)
}

/// RFC 3339 in UTC in whole seconds.
pub fn seconds(us: u64) -> String {
    let total = START_S + us / 1_000_000;
    let (day, second) = (total / 86_400, total % 86_400);
    let (year, month, day) = civil(day);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The Gregorian date of a day counted from 1970-01-01. The count is moved to
/// 0000-03-01, so that the leap day is the last of its year.
fn civil(day: u64) -> (u64, u64, u64) {
    let shifted = day + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_spelled_in_utc() {
        assert_eq!(seconds(0), "2026-01-05T00:00:00Z");
        assert_eq!(instant(1), "2026-01-05T00:00:00.000001Z");
        let day = 86_400_000_000;
        assert_eq!(seconds(day * 54), "2026-02-28T00:00:00Z");
        assert_eq!(seconds(day * 55), "2026-03-01T00:00:00Z");
        assert_eq!(seconds(day * (361 + 365 + 59)), "2028-02-29T00:00:00Z");
        assert_eq!(instant(day - 1), "2026-01-05T23:59:59.999999Z");
    }
}
