//! Texts that a pattern matches, found by walking what it is made of.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};
use yaral_ir::regex::{Pattern, translate};

/// How many texts are tried for one pattern.
const TRIES: usize = 24;

/// Characters that are tried first in a class.
const TELLING: &[char] = &[
    'a', 'A', '0', '1', 'e', '_', '-', '.', '/', '\\', ' ', ':', 'x', 'z', '9',
];

/// Texts that match, with the first group replaced by the given text if there
/// is one; different ones, the plainest first.
pub(crate) fn matching(pattern: &Pattern, group: Option<&str>) -> Vec<String> {
    let Some(hir) = parse(pattern) else {
        return Vec::new();
    };
    let mut found: Vec<String> = Vec::new();
    for turn in 0..TRIES {
        let mut walk = Walk {
            turn,
            asked: 0,
            group,
            out: String::new(),
        };
        walk.walk(&hir);
        let text = walk.out;
        for dressed in [text.clone(), format!(" {text} "), format!("x{text}x")] {
            if pattern.is_match(&dressed) {
                if !found.contains(&dressed) {
                    found.push(dressed);
                }
                break;
            }
        }
    }
    found
}

fn parse(pattern: &Pattern) -> Option<Hir> {
    let text = translate(pattern.text()).ok()?;
    let mut parser = ParserBuilder::new().utf8(false).build();
    parser.parse(&text).ok()
}

struct Walk<'g> {
    /// Which of the alternatives are taken.
    turn: usize,
    /// How many choices were made.
    asked: usize,
    group: Option<&'g str>,
    out: String,
}

impl Walk<'_> {
    /// One of so many possibilities; the first choice varies fastest.
    fn choose(&mut self, of: usize) -> usize {
        self.asked += 1;
        let spread = if self.asked == 1 {
            self.turn
        } else {
            self.turn / self.asked
        };
        spread % of.max(1)
    }

    fn walk(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.out += &String::from_utf8_lossy(&literal.0),
            HirKind::Class(class) => {
                let turn = self.turn;
                self.out.extend(one_of(class, turn));
            }
            HirKind::Repetition(repeat) => {
                let most = repeat.max.unwrap_or(u32::MAX);
                let wanted = repeat.min.max(u32::from(self.turn % 2 == 1)).min(most);
                for _ in 0..wanted {
                    self.walk(&repeat.sub);
                }
            }
            HirKind::Capture(capture) => match self.group {
                Some(text) if capture.index == 1 => self.out += text,
                _ => self.walk(&capture.sub),
            },
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part)),
            HirKind::Alternation(ways) => {
                let way = self.choose(ways.len());
                self.walk(&ways[way]);
            }
        }
    }
}

/// A character of the class.
fn one_of(class: &Class, turn: usize) -> Option<char> {
    let has = |c: char| match class {
        Class::Unicode(ranges) => ranges.iter().any(|r| r.start() <= c && c <= r.end()),
        Class::Bytes(ranges) => ranges
            .iter()
            .any(|r| c.is_ascii() && char::from(r.start()) <= c && c <= char::from(r.end())),
    };
    let start = if turn < 4 { 0 } else { turn % TELLING.len() };
    let telling = TELLING.iter().cycle().skip(start).take(TELLING.len());
    telling.copied().find(|c| has(*c)).or(match class {
        Class::Unicode(ranges) => ranges.iter().next().map(ClassUnicodeRange::start),
        Class::Bytes(ranges) => ranges.iter().next().map(|r| char::from(r.start())),
    })
}
