//! The token text of a rule, as the detection id hashes it.
//!
//! Comments, layout and the whole `meta` section are left out, so that a rule
//! that was only reformatted or described anew keeps the ids of its
//! detections. Spelling is kept: `AND` and `and` are two texts.

use rowan::{NodeOrToken, WalkEvent};

use crate::ast::Rule;
use crate::kind::SyntaxKind;

/// The text of each token of the rule that carries meaning, in written order.
/// A consumer must hash a separator or a length with each text.
pub fn hash_tokens(rule: &Rule) -> impl Iterator<Item = String> + use<> {
    let mut walk = rule.syntax().preorder_with_tokens();
    std::iter::from_fn(move || {
        loop {
            match walk.next()? {
                WalkEvent::Enter(NodeOrToken::Node(node))
                    if node.kind() == SyntaxKind::MetaSection =>
                {
                    walk.skip_subtree();
                }
                WalkEvent::Enter(NodeOrToken::Token(token)) if !token.kind().is_trivia() => {
                    return Some(token.text().to_owned());
                }
                WalkEvent::Enter(_) | WalkEvent::Leave(_) => {}
            }
        }
    })
}

/// [`hash_tokens`] collected into a vector.
#[must_use]
pub fn token_text_without_trivia(rule: &Rule) -> Vec<String> {
    hash_tokens(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        crate::parse(text)
            .file()
            .rules()
            .flat_map(|rule| hash_tokens(&rule))
            .collect()
    }

    #[test]
    fn layout_comments_and_meta_do_not_count() {
        let plain = tokens("rule r{meta: a=\"1\" events: $e.x=1 condition: $e}");
        let dressed = tokens(
            "// head\nrule r {\n meta: // m\n b = \"2\"\n events:\n /* c */ $e.x = 1\n condition:\n $e\n}\n",
        );
        assert_eq!(plain, dressed);
        assert_eq!(
            plain.join(" "),
            "rule r { events : $e . x = 1 condition : $e }"
        );
    }

    #[test]
    fn a_changed_predicate_counts() {
        let before = tokens("rule r { meta: events: $e.x = 1 condition: $e }");
        let after = tokens("rule r { meta: events: $e.x = 2 condition: $e }");
        assert_ne!(before, after);
    }
}
