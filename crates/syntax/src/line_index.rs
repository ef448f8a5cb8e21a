//! Byte offsets to lines and columns.
//!
//! Google SecOps prints 1-based lines and columns with an exclusive end
//! column; columns count characters, not bytes. The index is built in one pass
//! and answers in logarithmic time plus the length of one line; long lines
//! hold check points so that no answer is slower than [`STRIDE`] bytes.

/// A 1-based line and a 1-based column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
}

/// Distance in bytes between two check points within one line.
const STRIDE: usize = 256;

/// A place in the text whose line and column are known.
#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: usize,
    at: LineColumn,
}

/// Maps byte offsets of one text to lines and columns.
#[derive(Clone, Debug)]
pub struct LineIndex<'text> {
    text: &'text str,
    marks: Vec<Mark>,
}

impl<'text> LineIndex<'text> {
    /// Reads the text once and remembers where its lines begin.
    #[must_use]
    pub fn new(text: &'text str) -> Self {
        let mut at = LineColumn { line: 1, column: 1 };
        let mut marks = vec![Mark { offset: 0, at }];
        let mut last = 0;
        for (offset, character) in text.char_indices() {
            let next = offset + character.len_utf8();
            if character == '\n' {
                at = LineColumn {
                    line: at.line.saturating_add(1),
                    column: 1,
                };
            } else {
                at.column = at.column.saturating_add(1);
                if next - last < STRIDE {
                    continue;
                }
            }
            marks.push(Mark { offset: next, at });
            last = next;
        }
        Self { text, marks }
    }

    /// The line and column of a byte offset. Offsets past the end answer for
    /// the end, offsets inside a character for its start.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let start = Mark {
            offset: 0,
            at: LineColumn { line: 1, column: 1 },
        };
        let mark = after
            .checked_sub(1)
            .and_then(|i| self.marks.get(i))
            .copied()
            .unwrap_or(start);
        let rest = self.text.get(mark.offset..).unwrap_or_default();
        let mut at = mark.at;
        let mut end = mark.offset;
        for character in rest.chars() {
            end += character.len_utf8();
            if end > offset {
                break;
            }
            at.column = at.column.saturating_add(1);
        }
        at
    }

    /// The number of lines; a text without a line break has one.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.marks.last().map_or(1, |mark| mark.at.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let index = LineIndex::new("aé\n日本x");
        let at = |offset| {
            let at = index.line_column(offset);
            (at.line, at.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(1), (1, 2));
        assert_eq!(at(2), (1, 2), "inside a character is its start");
        assert_eq!(at(3), (1, 3), "the line break belongs to its line");
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(10), (2, 3));
        assert_eq!(at(99), (2, 4), "past the end is the end");
        assert_eq!(index.lines(), 2);
    }

    #[test]
    fn long_lines_keep_their_columns() {
        let text = "ä".repeat(1_000);
        let index = LineIndex::new(&text);
        for column in [0_u32, 1, 127, 128, 129, 500, 999, 1_000] {
            assert_eq!(
                index.line_column(column * 2),
                LineColumn {
                    line: 1,
                    column: column + 1
                }
            );
        }
    }

    #[test]
    fn the_empty_text_has_one_line() {
        let index = LineIndex::new("");
        assert_eq!(index.line_column(7), LineColumn { line: 1, column: 1 });
        assert_eq!(index.lines(), 1);
    }
}
