//! Markup into which text can only come escaped.
//!
//! Names of elements and attributes are words of the program. Whatever comes
//! from a log, a rule or a file goes through [`Html::text`] or stands as the value of an
//! attribute, and both make hostile characters visible first and then escape what
//! HTML reads. There is no way to add markup from data.

use yaral_runtime::text::escape;

/// Bytes of one text; the rest is counted where it is cut.
pub(super) const HTML_TEXT_BYTES_MAX: usize = 4 * 1024;

/// A page as it is written.
#[derive(Debug, Default)]
pub(super) struct Html(String);

/// An attribute: its name and its value.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl Html {
    /// Markup of the program itself.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text between elements.
    pub(super) fn text(&mut self, text: &str) {
        self.escaped(&escape(text, HTML_TEXT_BYTES_MAX));
    }

    /// An element with what stands in it.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        inside: impl FnOnce(&mut Html),
    ) {
        self.open(name, attributes);
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element of this class with nothing but text.
    pub(super) fn leaf(&mut self, name: &'static str, class: &str, text: &str) {
        self.element(name, &[("class", class)], |h| h.text(text));
    }

    /// An element without an end.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            self.escaped(&escape(value, HTML_TEXT_BYTES_MAX));
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// A link to a place of this page. An id that is not made of letters, digits,
    /// `_` and `-` leads nowhere and is text.
    pub(super) fn link(&mut self, id: &str, text: &str) {
        if is_anchor(id) {
            let place = format!("#{id}");
            self.element("a", &[("href", &place)], |h| h.text(text));
        } else {
            self.text(text);
        }
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
    }
}

/// Whether an id can be a place of the page.
pub(super) fn is_anchor(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !id.is_empty() && id.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut html = Html::default();
        let evil = "<script>alert('1')</script>\" onload=\"x\u{202e}\u{1b}[2J\0";
        html.leaf("p", evil, evil);
        html.link("a\"><script>", evil);
        html.link("de_1", "x");
        let page = html.finish();
        assert_eq!(page.matches("<script").count(), 0, "{page}");
        assert_eq!(page.matches("onload=\"").count(), 0, "{page}");
        assert!(page.contains(r"\u{202e}\u{1b}[2J\u{0}"), "{page}");
        assert_eq!(page.matches("href").count(), 1);
    }

    #[test]
    fn html_text_bytes_max_is_told() {
        let mut html = Html::default();
        html.text(&"x".repeat(HTML_TEXT_BYTES_MAX + 7));
        assert!(html.finish().ends_with("[cut 7 bytes]"));
    }
}
