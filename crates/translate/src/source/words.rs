//! Patterns over the words of a command as patterns over all of it.
//!
//! `exec_words` is a command without its flags and their values; platforms have
//! the command only. A blank between words therefore stands for a blank with any
//! flags around it, each with or without a value, and the program may be named
//! with its folder.

use crate::filter::Re;

/// Flags with or without a value, then the blank before the next word.
const GAP: &str = r"(?:\s+-\S+(?:\s+[^-\s]\S*)?)*\s+";

/// Flags at the end.
const END: &str = r"(?:\s+-\S+(?:\s+[^-\s]\S*)?)*\s*$";

/// The pattern over the whole command.
pub(super) fn loosened(re: &Re) -> Re {
    let mut out = String::with_capacity(re.text.len() * 2);
    let mut chars = re.text.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '[' if !in_class => {
                in_class = true;
                out.push(c);
                // A bracket that comes first is a member.
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                if chars.peek() == Some(&']') {
                    out.extend(chars.next());
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            _ if in_class => out.push(c),
            ' ' => out.push_str(GAP),
            '$' => out.push_str(END),
            '^' => {
                out.push('^');
                if chars.peek() != Some(&'\\') {
                    out.push_str(r"(?:\S*/)?");
                }
            }
            _ => out.push(c),
        }
    }
    Re {
        text: out,
        nocase: re.nocase,
    }
}

#[cfg(test)]
mod tests {
    use yaral_ir::regex::Pattern;

    use super::*;

    fn found(pattern: &str, command: &str) -> bool {
        let re = loosened(&Re::new(pattern));
        Pattern::new(&re.text, false).unwrap().is_match(command)
    }

    #[test]
    fn flags_stand_between_words() {
        let pattern = r"^\S+ get secrets?( |$)";
        assert!(found(pattern, "kubectl get secrets"));
        assert!(found(
            pattern,
            "/usr/bin/kubectl -n kube-system get -o yaml secret --all"
        ));
        assert!(!found(pattern, "kubectl get pods"));
        assert!(found("^kubectl get", "/bin/kubectl --context x get pods"));
        assert!(found("^docker (cp|[a b]c) ", "docker cp a:/b ."));
    }
}
