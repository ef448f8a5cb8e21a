//! How the texts begin that a pattern matches, for lints that judge a pattern by what it could
//! match and not by what it is spelt like.
//!
//! The pattern is followed in its parsed form, so that `\A`, `(?i)`, groups, classes and counted
//! repeats are what they mean. It is followed up to a character that ends what the lint is about,
//! or up to where a branch may go on in more ways than are worth writing out.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use super::error::PatternError;
use super::parse;

/// How the texts begin that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Every match begins where the text begins.
    pub from_start: bool,
    /// Every match ends where the text ends.
    pub to_end: bool,
    /// The beginnings of its matches, in the order of the pattern.
    pub branches: Vec<Branch>,
}

/// One way in which a match may begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// The text that it begins with, up to and with the character at which following ends. A
    /// letter whose case does not count is small.
    pub text: String,
    /// What comes behind that text.
    pub next: Next,
}

/// What comes behind the fixed beginning of a branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the pattern, or what was to be followed of it, ends there.
    #[default]
    End,
    /// So many characters of a class as the pattern says.
    Counted,
    /// Any number of characters, none of which is a letter.
    Marks,
    /// Any number of characters, letters among them.
    Letters,
}

/// Follows a pattern up to the first `stop` of each branch. Of more than `branches_max` ways to go
/// on, none is followed: the branch counts as [`Next::Letters`] there.
///
/// # Errors
///
/// The text is not RE2.
pub fn reach(re2: &str, stop: char, branches_max: usize) -> Result<Reach, PatternError> {
    let hir = parse::parse(re2, false)?.hir;
    let properties = hir.properties();
    let walk = Walk { stop, branches_max };
    let start = vec![Way::default()];
    Ok(Reach {
        from_start: properties.look_set_prefix().contains(Look::Start),
        to_end: properties.look_set_suffix().contains(Look::End),
        branches: walk
            .through(&hir, start)
            .into_iter()
            .map(|way| way.branch)
            .collect(),
    })
}

/// A branch that is being followed, or no more.
#[derive(Clone, Default)]
struct Way {
    branch: Branch,
    done: bool,
}

impl Way {
    fn end(&mut self, next: Next) {
        if !self.done {
            (self.branch.next, self.done) = (next, true);
        }
    }
}

/// Does the same to each way that is followed.
fn each(mut ways: Vec<Way>, mut take: impl FnMut(&mut Way)) -> Vec<Way> {
    for way in ways.iter_mut().filter(|way| !way.done) {
        take(way);
    }
    ways
}

struct Walk {
    stop: char,
    branches_max: usize,
}

impl Walk {
    /// The ways as they go on behind a part of the pattern. The call depth is that of the pattern,
    /// which the parser bounds.
    fn through(&self, hir: &Hir, ways: Vec<Way>) -> Vec<Way> {
        if ways.iter().all(|way| way.done) {
            return ways;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => ways,
            HirKind::Literal(literal) => {
                let text = String::from_utf8_lossy(&literal.0);
                each(ways, |way| self.push(way, &text))
            }
            HirKind::Class(class) => self.class(class, ways),
            HirKind::Capture(capture) => self.through(&capture.sub, ways),
            HirKind::Concat(parts) => parts
                .iter()
                .fold(ways, |ways, part| self.through(part, ways)),
            HirKind::Alternation(parts) => self.fork(ways, |way| {
                let parts = parts.iter();
                parts
                    .flat_map(|part| self.through(part, vec![way.clone()]))
                    .collect()
            }),
            HirKind::Repetition(repetition) => self.repeated(repetition, ways),
        }
    }

    /// Puts several ways in the place of each that is followed, if there is room for them.
    fn fork(&self, ways: Vec<Way>, into: impl Fn(&Way) -> Vec<Way>) -> Vec<Way> {
        let mut out = Vec::new();
        let mut left = ways.len();
        for mut way in ways {
            left -= 1;
            if way.done {
                out.push(way);
                continue;
            }
            let forked = into(&way);
            if out.len() + forked.len() + left <= self.branches_max {
                out.extend(forked);
            } else {
                way.end(Next::Letters);
                out.push(way);
            }
        }
        out
    }

    fn push(&self, way: &mut Way, text: &str) {
        let end = text.find(self.stop).map(|at| at + self.stop.len_utf8());
        let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
        way.branch.text.push_str(text);
        if end.is_some() {
            way.end(Next::End);
        }
    }

    /// A class of few characters is as many ways; one letter in all its cases is that letter.
    fn class(&self, class: &Class, ways: Vec<Way>) -> Vec<Way> {
        let few = match class {
            Class::Unicode(class) => few(class, self.branches_max),
            Class::Bytes(_) => None,
        };
        let Some(few) = few else {
            return each(ways, |way| way.end(Next::Counted));
        };
        self.fork(ways, |way| {
            let each = few.iter().map(|c| {
                let mut way = way.clone();
                self.push(&mut way, c.encode_utf8(&mut [0; 4]));
                way
            });
            each.collect()
        })
    }

    fn repeated(&self, repetition: &Repetition, ways: Vec<Way>) -> Vec<Way> {
        let counted = repetition.max == Some(repetition.min) || repetition.max == Some(1);
        let behind = match letters(&repetition.sub) {
            _ if counted => Next::Counted,
            true => Next::Letters,
            false => Next::Marks,
        };
        let one = repetition.max == Some(1);
        let class = matches!(repetition.sub.kind(), HirKind::Class(_)) && !one;
        self.fork(ways, |way| {
            let mut out = Vec::new();
            if repetition.min == 0 {
                out.push(way.clone());
            }
            if class {
                let mut open = way.clone();
                open.end(behind);
                out.push(open);
                return out;
            }
            // What is repeated may come once more, so that behind the first time all is open.
            for mut taken in self.through(&repetition.sub, vec![way.clone()]) {
                if taken.done && taken.branch.next == Next::Counted {
                    taken.branch.next = behind;
                } else if !one {
                    taken.end(behind);
                }
                out.push(taken);
            }
            out
        })
    }
}

/// The characters of a class if they are few, or one letter in several cases.
fn few(class: &ClassUnicode, most: usize) -> Option<Vec<char>> {
    let mut chars = Vec::new();
    for range in class.ranges() {
        if chars.len() + range.len() > most {
            return None;
        }
        chars.extend(range.start()..=range.end());
    }
    let mut folded = ClassUnicode::new([]);
    let small = chars.iter().find(|c| c.is_ascii_lowercase());
    if let Some(small) = small {
        folded.push(regex_syntax::hir::ClassUnicodeRange::new(*small, *small));
        if folded.try_case_fold_simple().is_ok() && folded == *class {
            return Some(vec![*small]);
        }
    }
    Some(chars)
}

/// Whether any text that a part matches may have a letter in it.
fn letters(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| !is_mark(char::from(*byte))),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter();
            // Of a range that goes beyond ASCII, letters are taken for granted.
            let letter = |low: char, high: char| {
                !high.is_ascii() || (low..=high).any(|c| c.is_ascii_alphabetic())
            };
            ranges
                .into_iter()
                .any(|range| letter(range.start(), range.end()))
        }
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Repetition(repetition) => letters(&repetition.sub),
        HirKind::Capture(capture) => letters(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(letters),
    }
}

/// Whether a character is neither a letter nor of a script beyond ASCII.
fn is_mark(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pattern: &str) -> String {
        let reach = reach(pattern, '|', 8).unwrap();
        let branches = reach.branches.iter();
        let branches: Vec<_> = branches
            .map(|one| format!("{} {:?}", one.text, one.next))
            .collect();
        let edge = |is: bool, mark: &'static str| if is { mark } else { "" };
        format!(
            "{}{}{}",
            edge(reach.from_start, "^"),
            branches.join(", "),
            edge(reach.to_end, "$")
        )
    }

    #[test]
    fn branches_are_followed_as_they_are_meant() {
        for (pattern, wanted) in [
            (r"^alice\|x$", "^alice| End$"),
            (r"\Aalice\z", "^alice End$"),
            ("^?alice", "alice End, alice End"),
            (r"^(a|bb)c\|.*$", "^ac| End, bbc| End$"),
            ("^a|b$", "a End, b End"),
            ("^(?i)alice$", "^alice End$"),
            ("(?m)^alice$", "alice End"),
            ("^alice.*$", "^alice End, alice Letters$"),
            ("^[ab]+$", "^ Letters$"),
            ("^node[0-9]+$", "^node Marks$"),
            ("^node[0-9a-z]{8}x$", "^node Counted$"),
            ("^node[0-9a-z]{2,}x$", "^node Letters$"),
            ("^(a/)*b$", "^b End, a/ Letters$"),
            ("^x[ab]$", "^xa End, xb End$"),
            ("^x[a-z]y$", "^x Counted$"),
            ("^(1|2|3|4|5|6|7|8|9x)$", "^ Letters$"),
        ] {
            assert_eq!(said(pattern), wanted, "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_are_walked_in_bounds() {
        let pattern = format!("^{}", "(a|b)?".repeat(200));
        assert!(reach(&pattern, '|', 64).unwrap().branches.len() <= 64);
        assert!(reach("(", '|', 64).is_err());
        let nested = format!("{}a{}", "(".repeat(100), "+)?".repeat(50));
        let _ = reach(&nested, '|', 64);
    }
}
