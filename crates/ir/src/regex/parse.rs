//! Reads RE2 and builds the Rust regex engine's own intermediate form.
//!
//! One loop over the text with an explicit stack of open groups, so that depth costs memory that
//! is counted and never call stack. Each branch is a list of finished pieces, and a repetition
//! takes the last of them, exactly as RE2's own parser does: that is why `a(?i)*` and `a\Q\E*` are
//! right without any rule of their own, where a translation to text would have to repair them.

use regex_syntax::hir::{Capture, Dot, Hir, Look, Repetition};

use super::class::Classes;
use super::cursor::{Cursor, Flags};
use super::error::PatternError;
use super::escape::code_point;
use super::group;
use super::limits::{GROUPS_RECORDED_MAX, NESTING_MAX, PATTERN_BYTES_MAX};
use super::repeat::{self, Count};

/// A pattern that was read.
#[derive(Debug)]
pub(super) struct Parsed {
    /// What it means.
    pub(super) hir: Hir,
    /// How many capture groups it has, recorded or not.
    pub(super) groups: usize,
}

/// Reads a whole pattern.
pub(super) fn parse(text: &str, nocase: bool) -> Result<Parsed, PatternError> {
    if text.len() > PATTERN_BYTES_MAX {
        return Err(PatternError::whole(format!(
            "the pattern is longer than {PATTERN_BYTES_MAX} bytes"
        )));
    }
    let mut parser = Parser {
        cursor: Cursor::new(text),
        flags: Flags::start(nocase),
        open: Vec::new(),
        here: Frame::default(),
        groups: 0,
        repeated_from: None,
        classes: Classes::default(),
    };
    while parser.cursor.peek().is_some() {
        parser.step()?;
    }
    parser.end()
}

/// A finished part of a pattern.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) hir: Hir,
    /// The highest product of repetition counts on any path into it.
    pub(super) product: u32,
    /// How many levels stand inside each other in it.
    pub(super) depth: usize,
}

impl Piece {
    fn leaf(hir: Hir) -> Self {
        Self {
            hir,
            product: 1,
            depth: 0,
        }
    }

    /// `build` over several pieces; one piece alone stays what it is.
    fn over(mut parts: Vec<Self>, build: fn(Vec<Hir>) -> Hir) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (Some(last), false) => {
                parts.push(last);
                let product = parts.iter().map(|part| part.product).max().unwrap_or(1);
                let depth = 1 + parts.iter().map(|part| part.depth).max().unwrap_or(0);
                let hir = build(parts.into_iter().map(|part| part.hir).collect());
                Self {
                    hir,
                    product,
                    depth,
                }
            }
            (None, _) => Self::leaf(Hir::empty()),
        }
    }
}

/// A group that is being read; the pattern as a whole is one too.
#[derive(Debug, Default)]
struct Frame {
    /// The pieces of the branch being read.
    branch: Vec<Piece>,
    /// The branches before it.
    branches: Vec<Piece>,
    /// The number of the capture group, if it is one.
    capture: Option<usize>,
    /// Where it was opened.
    at: usize,
    /// The flags to go back to when it closes.
    outside: Option<Flags>,
}

impl Frame {
    fn close(mut self) -> Piece {
        self.end_branch();
        let inner = Piece::over(self.branches, Hir::alternation);
        // Groups that no replacement can name are not recorded: recording costs memory for each
        // state of the automaton.
        let index = self.capture.filter(|&index| index <= GROUPS_RECORDED_MAX);
        match index.and_then(|index| u32::try_from(index).ok()) {
            None => inner,
            Some(index) => Piece {
                hir: Hir::capture(Capture {
                    index,
                    name: None,
                    sub: Box::new(inner.hir),
                }),
                product: inner.product,
                depth: inner.depth + 1,
            },
        }
    }

    fn end_branch(&mut self) {
        let pieces = std::mem::take(&mut self.branch);
        self.branches.push(Piece::over(pieces, Hir::concat));
    }
}

struct Parser<'p> {
    cursor: Cursor<'p>,
    flags: Flags,
    /// The groups around the one being read, outermost first.
    open: Vec<Frame>,
    here: Frame,
    groups: usize,
    /// Where the repetition just read begins; a second one right after it is an error.
    repeated_from: Option<usize>,
    classes: Classes,
}

impl Parser<'_> {
    /// Reads one element of the pattern.
    fn step(&mut self) -> Result<(), PatternError> {
        let at = self.cursor.at();
        let repeated_from = self.repeated_from.take();
        let Some(c) = self.cursor.peek() else {
            return Ok(());
        };
        match c {
            '(' => return self.open_group(),
            ')' => return self.close_group(),
            '\\' => return self.backslash(),
            '*' | '+' | '?' | '{' => {
                if let Some(count) = repeat::count(&mut self.cursor)? {
                    return self.repeat(count, at, repeated_from);
                }
                // A brace that begins no repetition is a brace.
                self.cursor.bump();
                return self.literal(u32::from(c), at);
            }
            '[' => {
                let class = self.classes.bracket(&mut self.cursor, self.flags)?;
                self.push(class);
                return Ok(());
            }
            _ => {}
        }
        self.cursor.bump();
        let line = self.flags.has(Flags::MULTI_LINE);
        match c {
            '|' => self.here.end_branch(),
            '^' => self.push(Hir::look(if line { Look::StartLF } else { Look::Start })),
            '$' => self.push(Hir::look(if line { Look::EndLF } else { Look::End })),
            '.' => {
                let any = self.flags.has(Flags::DOT_NEWLINE);
                self.push(Hir::dot(if any {
                    Dot::AnyChar
                } else {
                    Dot::AnyCharExceptLF
                }));
            }
            _ => self.literal(u32::from(c), at)?,
        }
        Ok(())
    }

    fn push(&mut self, hir: Hir) {
        self.here.branch.push(Piece::leaf(hir));
    }

    fn literal(&mut self, code: u32, at: usize) -> Result<(), PatternError> {
        let hir = self.classes.literal(code, self.flags, at)?;
        self.push(hir);
        Ok(())
    }

    fn backslash(&mut self) -> Result<(), PatternError> {
        let at = self.cursor.at();
        let hir = match self.cursor.peek_second() {
            Some('A') => Hir::look(Look::Start),
            Some('z') => Hir::look(Look::End),
            Some('b') => Hir::look(Look::WordAscii),
            Some('B') => Hir::look(Look::WordAsciiNegate),
            Some('C') => Hir::dot(Dot::AnyByte),
            Some('Q') => return self.quotation(),
            _ => {
                if let Some(class) = self.classes.escaped(&mut self.cursor, self.flags)? {
                    self.push(class);
                    return Ok(());
                }
                let code = code_point(&mut self.cursor)?;
                return self.literal(code, at);
            }
        };
        self.cursor.bump();
        self.cursor.bump();
        self.push(hir);
        Ok(())
    }

    /// `\Q…\E`: everything in between is literal; without an `\E` everything to the end is.
    fn quotation(&mut self) -> Result<(), PatternError> {
        self.cursor.eat(r"\Q");
        while !self.cursor.eat(r"\E") {
            let at = self.cursor.at();
            let Some(c) = self.cursor.bump() else { break };
            self.literal(u32::from(c), at)?;
        }
        Ok(())
    }

    fn open_group(&mut self) -> Result<(), PatternError> {
        let at = self.cursor.at();
        let outside = self.flags;
        let capture = match group::open(&mut self.cursor, self.flags)? {
            group::Open::Flags(flags) => {
                self.flags = flags;
                return Ok(());
            }
            group::Open::Plain(flags) => {
                self.flags = flags;
                None
            }
            group::Open::Capture => {
                self.groups += 1;
                Some(self.groups)
            }
        };
        if self.open.len() >= NESTING_MAX {
            return Err(too_deep(at));
        }
        let frame = Frame {
            capture,
            at,
            outside: Some(outside),
            ..Frame::default()
        };
        self.open.push(std::mem::replace(&mut self.here, frame));
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), PatternError> {
        let at = self.cursor.at();
        let Some(around) = self.open.pop() else {
            return Err(PatternError::new("`)` closes no group", at)
                .help(r"write `\)` for the parenthesis itself"));
        };
        self.cursor.bump();
        let group = std::mem::replace(&mut self.here, around);
        if let Some(outside) = group.outside {
            self.flags = outside;
        }
        let piece = group.close();
        if piece.depth > NESTING_MAX {
            return Err(too_deep(at));
        }
        self.here.branch.push(piece);
        Ok(())
    }

    fn repeat(
        &mut self,
        count: Count,
        at: usize,
        after: Option<usize>,
    ) -> Result<(), PatternError> {
        let written = self.cursor.since(after.unwrap_or(at));
        if after.is_some() {
            return Err(PatternError::new(
                format!("`{written}` repeats a repetition, which RE2 does not take"),
                at,
            )
            .help("put the first one into a group: `(?:a*){2}`; RE2 has no possessive `a++`"));
        }
        let Some(piece) = self.here.branch.pop() else {
            return Err(PatternError::new(
                format!("nothing stands before `{written}` to repeat"),
                at,
            )
            .help(format!(r"write `\{written}` for the character itself")));
        };
        let product = count.product(piece.product, at)?;
        let depth = piece.depth + 1;
        if depth > NESTING_MAX {
            return Err(too_deep(at));
        }
        let hir = Hir::repetition(Repetition {
            min: count.min,
            max: count.max,
            greedy: count.lazy == self.flags.has(Flags::UNGREEDY),
            sub: Box::new(piece.hir),
        });
        self.here.branch.push(Piece {
            hir,
            product,
            depth,
        });
        self.repeated_from = Some(at);
        Ok(())
    }

    fn end(self) -> Result<Parsed, PatternError> {
        if !self.open.is_empty() {
            return Err(
                PatternError::new("`(` opens a group that is not closed", self.here.at)
                    .help(r"close it with `)`, or write `\(` for the parenthesis itself"),
            );
        }
        let whole = self.here.close();
        if whole.depth > NESTING_MAX {
            return Err(PatternError::whole(format!(
                "the pattern is nested deeper than {NESTING_MAX} levels"
            )));
        }
        Ok(Parsed {
            hir: whole.hir,
            groups: self.groups,
        })
    }
}

fn too_deep(at: usize) -> PatternError {
    PatternError::new(
        format!("the pattern is nested deeper than {NESTING_MAX} levels"),
        at,
    )
}
