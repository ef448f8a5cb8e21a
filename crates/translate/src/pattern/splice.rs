//! Patterns put together from patterns, as text.

use crate::filter::Re;
use crate::limits::PATTERN_BYTES_MAX;

/// Where the groups that capture stand in a pattern, as byte ranges of what is
/// between their parentheses.
pub(crate) fn groups(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    walk(text, |at, c, next| match c {
        '(' if next == Some('?') => {
            let rest = text.get(at + 2..).unwrap_or_default();
            // Of what begins with `(?` only a name makes a group.
            let named = rest.starts_with("P<") || rest.starts_with('<');
            let inner = rest.find('>').map(|end| at + 2 + end + 1);
            open.push(if named { inner } else { None });
        }
        '(' => open.push(Some(at + 1)),
        ')' => {
            if let Some(Some(start)) = open.pop() {
                found.push((start, at));
            }
        }
        _ => {}
    });
    found.sort_unstable();
    found
}

/// Calls with each character that stands outside of classes and escapes, its
/// place and the next character.
fn walk(text: &str, mut see: impl FnMut(usize, char, Option<char>)) {
    let mut chars = text.char_indices().peekable();
    let mut in_class = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' if !in_class => {
                in_class = true;
                let _ = chars.next_if(|(_, c)| *c == '^');
                let _ = chars.next_if(|(_, c)| *c == ']');
            }
            ']' if in_class => in_class = false,
            _ if in_class => {}
            _ => see(at, c, chars.peek().map(|(_, c)| *c)),
        }
    }
}

/// A pattern whose one group is another pattern; `None` if it has no group or
/// several, or becomes too long.
pub(crate) fn spliced(outer: &str, inner: &str) -> Option<String> {
    let [(start, end)] = *groups(outer).as_slice() else {
        return None;
    };
    let text = format!("{}{inner}{}", outer.get(..start)?, outer.get(end..)?);
    (text.len() <= PATTERN_BYTES_MAX).then_some(text)
}

/// A pattern over the end of a path as one over the whole path.
pub(crate) fn rebased(re: &Re) -> Option<Re> {
    let mut text = String::new();
    let mut from = 0;
    let mut anchored = false;
    walk(&re.text, |at, c, _| {
        if c == '^' {
            text.push_str(re.text.get(from..at).unwrap_or_default());
            text.push_str("(?:^|/)");
            from = at + 1;
            anchored = true;
        }
    });
    text.push_str(re.text.get(from..).unwrap_or_default());
    // What begins anywhere within the name begins behind the last slash.
    let (flags, body) = match text.strip_prefix("(?i)") {
        Some(body) => ("(?i)", body),
        None => ("", text.as_str()),
    };
    let text = if anchored {
        format!("{flags}(?:{body})[^/]*$")
    } else {
        format!("{flags}(?:^|/)[^/]*(?:{body})[^/]*$")
    };
    (text.len() <= PATTERN_BYTES_MAX).then_some(Re {
        text,
        nocase: re.nocase,
    })
}

/// A pattern over a member of a list as one over the members joined, be it by
/// commas or as the text of a JSON array.
pub(crate) fn member(re: &Re) -> Option<Re> {
    let mut text = String::new();
    let mut from = 0;
    walk(&re.text, |at, c, _| {
        let edge = match c {
            '^' => "(?:^|[,\"\\[])",
            '$' => "(?:[,\"\\]]|$)",
            _ => return,
        };
        text.push_str(re.text.get(from..at).unwrap_or_default());
        text.push_str(edge);
        from = at + 1;
    });
    text.push_str(re.text.get(from..).unwrap_or_default());
    (text.len() <= PATTERN_BYTES_MAX).then_some(Re {
        text,
        nocase: re.nocase,
    })
}

#[cfg(test)]
mod tests {
    use yaral_ir::regex::Pattern;

    use super::*;

    #[test]
    fn groups_are_found_where_they_capture() {
        assert_eq!(groups(r"a(b)(?:c)\(d[(]").len(), 1);
        assert_eq!(groups("(a(b))").len(), 2);
        assert_eq!(groups("[]()]").len(), 0);
        assert_eq!(
            spliced("^x=([^&]*)", "secret").as_deref(),
            Some("^x=(secret)")
        );
        assert_eq!(spliced("^x", "y"), None);
    }

    #[test]
    fn pattern_bytes_max() {
        let long = "x".repeat(PATTERN_BYTES_MAX);
        assert_eq!(spliced("^(y)$", &long), None);
        assert_eq!(rebased(&Re::new(long)), None);
    }

    #[test]
    fn a_member_is_found_in_a_list() {
        let found = |pattern: &str, list: &str| {
            let re = member(&Re::new(pattern)).unwrap();
            Pattern::new(&re.text, false).unwrap().is_match(list)
        };
        for list in [
            "system:masters",
            "a,system:masters,b",
            r#"["a","system:masters"]"#,
        ] {
            assert!(found("^system:masters$", list), "{list}");
        }
        assert!(!found("^masters$", "a,system:masters") && !found("^a$", "ab,ca"));
        assert!(found("^10\\.", "192.0.2.1,10.0.0.7"));
    }

    #[test]
    fn the_end_of_a_path_is_found_in_the_path() {
        let found = |pattern: &str, path: &str| {
            let re = rebased(&Re::new(pattern)).unwrap();
            Pattern::new(&re.text, false).unwrap().is_match(path)
        };
        assert!(found("^kube", "/usr/bin/kubectl"));
        assert!(!found("^kube", "/opt/kube/x"));
        assert!(found("^(a|b)$", "/x/a"));
        assert!(found("ctl", "kubectl") && !found("ctl", "/ctl/x"));
    }
}
