//! Whether a rule was silent for the reason that a test states.

use yaral_engine::Story;
use yaral_engine::explain::Held;
use yaral_engine::story::{Candidate, Predicate, Reason};

/// What kept a rule silent, in the words that a test uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Words that name it, such as `window`; one of them suffices.
    pub(crate) words: Vec<String>,
    /// The predicates that failed on the nearest event, each with all texts by
    /// which it may be named: its own and those of its parts that failed.
    pub(crate) failed: Vec<Vec<String>>,
}

impl Cause {
    /// From the story of a rule that did not fire.
    pub(crate) fn of(story: &Story) -> Self {
        let word = |word: &str| Cause {
            words: vec![word.to_owned()],
            failed: Vec::new(),
        };
        match story.reason {
            Reason::Fired => word("fired"),
            Reason::NoEvents => word("no events"),
            Reason::Predicates(side) => {
                let nearest = story.sides.get(side).and_then(|side| side.nearest.as_ref());
                Cause {
                    words: Vec::new(),
                    failed: nearest.map(failed).unwrap_or_default(),
                }
            }
            Reason::ZeroMatch(_) => word("zero match"),
            Reason::Join(at) => {
                let mut cause = word("join");
                let join = story.meeting.as_ref().and_then(|m| m.joins.get(at));
                for member in join.into_iter().flat_map(|join| &join.members) {
                    cause.words.push(format!("join {}", member.text));
                    let name = member.text.trim_start_matches('$');
                    cause.words.push(format!("join {name}"));
                }
                let keys = story.meeting.iter().flat_map(|meeting| &meeting.keys);
                cause.words.extend(keys.map(|key| format!("join {key}")));
                cause
            }
            Reason::Between => word("between"),
            Reason::Window | Reason::Elsewhere => word("window"),
            Reason::Condition => word("condition"),
            Reason::Suppressed => word("suppressed"),
            Reason::Unknown => word("unknown"),
        }
    }

    /// Whether it is what a test states: one of the words, or exactly the
    /// predicates that failed.
    pub(crate) fn is(&self, stated: &[String]) -> bool {
        if self.failed.is_empty() {
            return stated
                .iter()
                .all(|text| self.words.iter().any(|word| alike(word, text)));
        }
        let names = |failed: &Vec<String>, stated: &str| {
            failed
                .iter()
                .any(|text| squeezed(text).contains(&squeezed(stated)))
        };
        let all = self.failed.iter();
        stated.len() == self.failed.len()
            && all
                .clone()
                .all(|failed| stated.iter().any(|stated| names(failed, stated)))
            && stated
                .iter()
                .all(|stated| all.clone().any(|failed| names(failed, stated)))
    }

    /// What a test would state.
    pub(crate) fn stated(&self) -> Vec<String> {
        if self.failed.is_empty() {
            return self.words.last().into_iter().cloned().collect();
        }
        // The shortest text that is still a predicate: a group has none of its own.
        let own = |texts: &Vec<String>| texts.iter().find(|text| !is_group(text)).cloned();
        self.failed.iter().filter_map(own).collect()
    }
}

fn is_group(text: &str) -> bool {
    matches!(text, "all of" | "any of" | "not" | "none of" | "not all of")
}

/// The outermost predicates that did not hold, each with its own text first and then
/// those of its parts that are to blame, the nearest to holding first.
fn failed(candidate: &Candidate) -> Vec<Vec<String>> {
    let tree = &candidate.tree;
    let outermost = (0..tree.len()).filter(|at| tree[*at].depth == 0);
    let failed = outermost.filter(|at| tree[*at].held == Held::No);
    failed
        .map(|at| {
            let mut texts = vec![tree[at].text.clone()];
            texts.extend(blame(tree, at, true).texts);
            texts.dedup();
            texts
        })
        .collect()
}

/// What keeps a predicate from what it should be.
struct Blame {
    /// The texts of the parts to blame, the nearest first.
    texts: Vec<String>,
    /// How many of them would have to change.
    far: usize,
}

/// What keeps the predicate at this place from holding, or from not holding. The depth
/// of a tree is bounded by the parser.
fn blame(tree: &[Predicate], at: usize, wanted: bool) -> Blame {
    let Some(own) = tree.get(at) else {
        return Blame {
            texts: Vec::new(),
            far: 0,
        };
    };
    let below = tree.iter().enumerate().skip(at + 1);
    let below = below.take_while(|(_, part)| part.depth > own.depth);
    let parts = below.filter(|(_, part)| part.depth == own.depth + 1);
    // Whether its parts are to hold, and whether one that does is enough.
    let (of_parts, one) = match own.text.as_str() {
        "all of" => (wanted, !wanted),
        "any of" => (wanted, wanted),
        "not" | "none of" => (!wanted, !wanted),
        "not all of" => (!wanted, wanted),
        _ => {
            return Blame {
                texts: vec![own.text.clone()],
                far: 1,
            };
        }
    };
    let wrong = parts.filter(|(_, part)| (part.held == Held::Yes) != of_parts);
    let mut wrong: Vec<Blame> = wrong.map(|(at, _)| blame(tree, at, of_parts)).collect();
    wrong.sort_by_key(|part| part.far);
    let far = if one {
        wrong.first().map_or(0, |part| part.far)
    } else {
        wrong.iter().map(|part| part.far).sum()
    };
    Blame {
        texts: wrong.into_iter().flat_map(|part| part.texts).collect(),
        far,
    }
}

fn alike(word: &str, stated: &str) -> bool {
    squeezed(word) == squeezed(stated)
}

/// Text without blanks: where lines break is of no matter.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(failed: &[&[&str]]) -> Cause {
        let texts = |texts: &&[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Cause {
            words: Vec::new(),
            failed: failed.iter().map(texts).collect(),
        }
    }

    #[test]
    fn exactly_the_stated_predicates_failed() {
        let one = cause(&[&["$a.x = 1"]]);
        let said = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert!(one.is(&said(&["a.x  =  1"])));
        assert!(!one.is(&said(&["a.y"])));
        assert!(!one.is(&said(&["a.x", "a.x = 1"])));
        let two = cause(&[&["any of", "$a.x = 1", "$a.y = 1"], &["$a.z = 1"]]);
        assert!(two.is(&said(&["a.z", "a.y"])));
        assert!(!two.is(&said(&["a.z"])));
        assert_eq!(two.stated(), ["$a.x = 1", "$a.z = 1"]);
    }

    #[test]
    fn only_what_is_to_blame_names_a_group() {
        use Held::{No, Yes};
        let part = |depth, text: &str, held| Predicate {
            depth,
            text: text.to_owned(),
            held,
            seen: Vec::new(),
            hint: None,
        };
        let tree = [
            part(0, "any of", No),
            part(1, "all of", No),
            part(2, "a", No),
            part(2, "b", No),
            part(1, "all of", No),
            part(2, "c", Yes),
            part(2, "d", No),
            part(2, "not", No),
            part(3, "e", Yes),
            part(1, "all of", No),
            part(2, "f", No),
            part(2, "g", Yes),
        ];
        assert_eq!(blame(&tree, 0, true).texts, ["f", "a", "b", "d", "e"]);
        assert_eq!(blame(&tree, 4, true).far, 2);
        let tree = [part(0, "none of", No), part(1, "a", Yes), part(1, "b", No)];
        assert_eq!(blame(&tree, 0, true).texts, ["a"]);
        let tree = [
            part(0, "not all of", No),
            part(1, "a", Yes),
            part(1, "b", Yes),
        ];
        assert_eq!(blame(&tree, 0, true).texts, ["a", "b"]);
    }

    #[test]
    fn words_name_what_is_no_predicate() {
        let join = Cause {
            words: vec!["join".to_owned(), "join ip".to_owned()],
            failed: Vec::new(),
        };
        assert!(join.is(&["join".to_owned()]));
        assert!(join.is(&["join ip".to_owned()]));
        assert!(!join.is(&["window".to_owned()]));
    }
}
