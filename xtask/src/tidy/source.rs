//! A Rust file taken apart far enough to scan: code, comments, test code.
//!
//! This is no parser. It masks what is not code (comments, strings, character
//! literals) with spaces, so that line and column stay, and then the items
//! under `#[cfg(test)]`. That is enough to look for words without being fooled
//! by prose, and it needs no dependency.

/// A Rust file with its masks. All texts have the same bytes at the same places.
pub struct Source {
    /// Relative to the workspace root.
    pub path: String,
    /// As it stands on disk.
    pub text: String,
    /// The code; comments and literals are blank.
    pub code: String,
    /// The code without items under `#[cfg(test)]`; blank for a test file.
    pub shipped: String,
    /// The comments; everything else is blank.
    pub comments: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let (code, comments) = mask(text);
        let in_tests = path
            .split('/')
            .any(|part| part == "tests" || part == "benches");
        let shipped = if in_tests {
            blank(&code)
        } else {
            without_tests(&code)
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            shipped,
            comments,
        }
    }

    /// The folder name below `crates/`, if the file lies there.
    pub fn crate_folder(&self) -> Option<&str> {
        Some(self.path.strip_prefix("crates/")?.split_once('/')?.0)
    }

    /// Whether the file belongs to a crate's library or program.
    pub fn in_crate_src(&self) -> bool {
        let rest = self
            .path
            .strip_prefix("crates/")
            .and_then(|rest| rest.split_once('/'));
        rest.is_some_and(|(_, rest)| rest.starts_with("src/"))
    }

    /// Whether the first line says that a program wrote the file.
    pub fn is_generated(&self) -> bool {
        self.text
            .lines()
            .next()
            .is_some_and(|line| line.contains("@generated"))
    }
}

/// Blanks the files that are modules declared under `#[cfg(test)]`.
pub fn mark_test_files(sources: &mut [Source]) {
    let mut modules = Vec::new();
    for source in sources.iter() {
        for (start, end) in test_items(&source.code) {
            let item = &source.code[start..end];
            let Some(name) = item.trim_end().strip_suffix(';').and_then(module_name) else {
                continue;
            };
            modules.push(match path_attribute(&source.text[start..end]) {
                Some(file) => format!("{}/{file}", folder(&source.path)),
                None => format!("{}/{name}", child_folder(&source.path)),
            });
        }
    }
    for source in sources {
        let stem = source.path.trim_end_matches(".rs");
        if modules.iter().any(|module| {
            stem.strip_prefix(module.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) {
            source.shipped = blank(&source.shipped);
        }
    }
}

/// `name` of an item that ends with `mod name`.
fn module_name(item: &str) -> Option<&str> {
    let mut words = item.split_whitespace().rev();
    let name = words.next()?;
    (words.next()? == "mod").then_some(name)
}

/// The file, without its extension, of an item under `#[path = "…"]`.
fn path_attribute(item: &str) -> Option<&str> {
    let file = item.split_once("#[path = \"")?.1.split_once('"')?.0;
    file.strip_suffix(".rs")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Where the modules declared in a file lie.
fn child_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        other => format!("{folder}/{}", other.trim_end_matches(".rs")),
    }
}

/// The number, counted from one, of the line that holds the byte.
pub fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(byte)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// The places of `word` in `text` that touch no other letter, digit or underscore.
pub fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word)
        .map(|(place, _)| place)
        .filter(move |place| {
            let before = text[..*place].chars().next_back();
            let after = text[place + word.len()..].chars().next();
            let starts = word.starts_with(is_word) && before.is_some_and(is_word);
            let ends = word.ends_with(is_word) && after.is_some_and(is_word);
            !starts && !ends
        })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// As many spaces as the text has bytes, line feeds kept.
fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Comment,
    Literal,
}

/// The code and the comments of a Rust text, each with the rest blank.
fn mask(text: &str) -> (String, String) {
    let mut code = String::with_capacity(text.len());
    let mut comments = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (part, length) = next_part(rest, code.chars().next_back());
        let (taken, tail) = rest.split_at(length);
        rest = tail;
        code.push_str(&if part == Part::Code {
            taken.to_owned()
        } else {
            blank(taken)
        });
        comments.push_str(&if part == Part::Comment {
            taken.to_owned()
        } else {
            blank(taken)
        });
    }
    (code, comments)
}

/// What the text begins with, and its length in bytes, at least one character.
fn next_part(text: &str, before: Option<char>) -> (Part, usize) {
    let first = text.chars().next().map_or(1, char::len_utf8);
    if text.starts_with("//") {
        return (Part::Comment, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Part::Comment, block_comment(text));
    }
    if let Some(body) = text.strip_prefix('"') {
        return (Part::Literal, 1 + quoted(body, '"'));
    }
    let in_word = before.is_some_and(is_word);
    if !in_word && let Some(length) = raw_string(text) {
        return (Part::Literal, length);
    }
    if text.starts_with('\'')
        && let Some(length) = character_literal(text)
    {
        return (Part::Literal, length);
    }
    (Part::Code, first)
}

/// The length of a block comment with the comments inside it.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut place) = (0_usize, 0);
    while place + 1 < bytes.len() {
        match &bytes[place..place + 2] {
            b"/*" => (depth, place) = (depth + 1, place + 2),
            b"*/" if depth == 1 => return place + 2,
            b"*/" => (depth, place) = (depth - 1, place + 2),
            _ => place += 1,
        }
    }
    text.len()
}

/// The length up to and with the closing quote; a backslash hides what follows it.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return place + 1;
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"`, `cr"…"`, if the text begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(['"', '#']))
    })?;
    let rest = &text[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body
        .find(&close)
        .map_or(body.len(), |place| place + close.len());
    Some(prefix.len() + hashes + 1 + end)
}

/// The length of a character literal; `None` for a lifetime or a label.
fn character_literal(text: &str) -> Option<usize> {
    let body = &text[1..];
    let first = body.chars().next()?;
    if first == '\\' {
        return Some(1 + quoted(body, '\''));
    }
    body[first.len_utf8()..]
        .starts_with('\'')
        .then(|| 2 + first.len_utf8())
}

fn without_tests(code: &str) -> String {
    let mut shipped = String::with_capacity(code.len());
    let mut done = 0;
    for (start, end) in test_items(code) {
        if start < done {
            continue;
        }
        shipped.push_str(&code[done..start]);
        shipped.push_str(&blank(&code[start..end]));
        done = end;
    }
    shipped.push_str(&code[done..]);
    shipped
}

/// The ranges of items under `#[cfg(test)]`, attribute included.
fn test_items(code: &str) -> Vec<(usize, usize)> {
    code.match_indices("#[cfg(test)]")
        .map(|(start, _)| (start, item_end(code, start)))
        .collect()
}

/// The end of the item at `start`: its closing brace, or its semicolon.
fn item_end(code: &str, start: usize) -> usize {
    let mut nested = 0_usize;
    for (place, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            b';' if nested == 0 => return place + 1,
            b'{' if nested == 0 => return block_end(code, place),
            _ => {}
        }
    }
    code.len()
}

/// The end of the block whose opening brace stands at `open`.
pub fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (place, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return place + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = r##"
            let a = "unsafe \" unsafe"; // unsafe
            let b = r#"unsafe " unsafe"#; /* unsafe /* unsafe */ unsafe */
            let c = ['"', '\'', 'u']; let d: &'static str = b"unsafe";
        "##;
        let source = Source::new("x.rs", text);
        assert!(!source.code.contains("unsafe"), "{}", source.code);
        assert!(source.code.contains("'static str"));
        assert_eq!(source.comments.matches("unsafe").count(), 4);
        assert_eq!(source.code.lines().count(), text.lines().count());
    }

    #[test]
    fn an_open_end_is_no_endless_loop() {
        for text in [
            "\"abc",
            "/* abc",
            "r#\"abc\"",
            "'",
            "b'",
            "#[cfg(test)]",
            "#[cfg(test)] mod x {",
            "é'é",
        ] {
            let source = Source::new("x.rs", text);
            assert_eq!(source.code.len(), text.len());
        }
    }

    #[test]
    fn test_items_are_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nuse x::{y, z};\n#[cfg(test)]\nmod tests { fn t() { } }\nfn b() {}\n";
        let source = Source::new("crates/x/src/lib.rs", text);
        assert!(source.shipped.contains("fn a") && source.shipped.contains("fn b"));
        assert!(!source.shipped.contains("fn t"), "{}", source.shipped);
        assert!(source.code.contains("fn t"));
    }

    #[test]
    fn a_module_file_declared_for_tests_is_not_shipped() {
        let mut sources = [
            Source::new(
                "crates/x/src/a.rs",
                "// é\n#[cfg(test)]\nmod checks;\nmod used;\n\
                 #[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;\n",
            ),
            Source::new("crates/x/src/a/checks.rs", "fn t() {}"),
            Source::new("crates/x/src/a/checks/more.rs", "fn t() {}"),
            Source::new("crates/x/src/a/used.rs", "fn u() {}"),
            Source::new("crates/x/src/a_tests.rs", "fn t() {}"),
        ];
        mark_test_files(&mut sources);
        assert!(sources[1].shipped.trim().is_empty());
        assert!(sources[2].shipped.trim().is_empty());
        assert!(sources[3].shipped.contains("fn u"));
        assert!(sources[4].shipped.trim().is_empty());
    }

    #[test]
    fn words_are_whole() {
        let places: Vec<usize> = occurrences("unsafe_code unsafe xunsafe", "unsafe").collect();
        assert_eq!(places, [12]);
        assert_eq!(occurrences("a.unwrap() b", ".unwrap()").count(), 1);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
