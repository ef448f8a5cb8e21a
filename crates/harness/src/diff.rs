//! Two texts line by line, so that a failing case shows what is different.

/// Lines only in `expected` begin with `-`, lines only in `found` with `+`,
/// lines of both with a blank.
#[must_use]
pub fn lines(expected: &str, found: &str) -> String {
    let left: Vec<&str> = expected.lines().collect();
    let right: Vec<&str> = found.lines().collect();
    // common[i][j]: lines that left[i..] and right[j..] have in common, in order.
    let mut common = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] = if left[i] == right[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    let mut put = |mark: char, line: &str| {
        text.push(mark);
        text.push(' ');
        text.push_str(line);
        text.push('\n');
    };
    while i < left.len() || j < right.len() {
        let same = i < left.len() && j < right.len() && left[i] == right[j];
        if same {
            put(' ', left[i]);
            i += 1;
            j += 1;
        } else if j == right.len() || i < left.len() && common[i + 1][j] >= common[i][j + 1] {
            put('-', left[i]);
            i += 1;
        } else {
            put('+', right[j]);
            j += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_lines_stay_and_others_are_marked() {
        assert_eq!(
            lines("a\nb\nc\n", "a\nx\nc\nd\n"),
            "  a\n- b\n+ x\n  c\n+ d\n"
        );
        assert_eq!(lines("", "a"), "+ a\n");
        assert_eq!(lines("a", ""), "- a\n");
        assert_eq!(lines("a", "a"), "  a\n");
    }
}
