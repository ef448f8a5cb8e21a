//! The `match` section: the match variables and the window (yara-l §4).

use yaral_ir::correlation::{Window, WindowKind};
use yaral_ir::limits::{COMPOSITE_WINDOW_MAX_S, SPAN_MAX_S, WINDOW_MAX_S, WINDOW_MIN_S};
use yaral_ir::plan::VariableId;
use yaral_syntax::ast::{self, MatchSection, OutcomeSection};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use crate::codes;
use crate::lower::{Lower, bound_named};
use crate::options::Chosen;
use crate::variables::Kind;

/// What a `match` section says.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// The match variables as positions in
    /// [`crate::variables::Variables::placeholders`], with their places.
    pub(crate) keys: Vec<(usize, Span)>,
    /// The window; none if a mistake was reported for it.
    pub(crate) window: Option<Window>,
    /// The event variable that each window lies before or after, and where it
    /// is named.
    pub(crate) pivot: Option<(u16, Span)>,
}

impl Matching {
    /// Whether the placeholder at this position is a match variable.
    pub(crate) fn names(&self, placeholder: usize) -> bool {
        self.keys.iter().any(|(key, _)| *key == placeholder)
    }

    /// Whether windows are disjoint blocks.
    pub(crate) fn is_tumbling(&self) -> bool {
        self.window
            .is_some_and(|window| window.kind == WindowKind::Tumbling)
    }
}

impl Lower<'_> {
    /// Reads the section.
    pub(crate) fn matching(&mut self, section: &MatchSection) -> Matching {
        let mut keys: Vec<(usize, Span)> = Vec::new();
        for name in section.variables() {
            let Some(at) = self.match_variable(&name) else {
                continue;
            };
            if let Some((_, first)) = keys.iter().find(|(known, _)| *known == at) {
                let message = format!("`${}` is a match variable already", name.text);
                let found = Diagnostic::error(codes::BAD_MATCH_VARIABLE, Some(name.span), message)
                    .secondary(*first, "named here first");
                self.report(found);
                continue;
            }
            keys.push((at, name.span));
        }
        let window = section.window();
        let name = window.as_ref().and_then(ast::Window::pivot);
        let window = window.and_then(|window| self.window(&window));
        let pivot = match window.map(|window| window.kind) {
            Some(WindowKind::Before(pivot) | WindowKind::After(pivot)) => Some(pivot.0),
            _ => None,
        };
        Matching {
            keys,
            window,
            pivot: pivot.zip(name.map(|name| name.span)),
        }
    }

    /// The placeholder that a match variable names.
    fn match_variable(&mut self, name: &ast::Name) -> Option<usize> {
        if let Some(at) = self.variables.placeholder(&name.text) {
            return Some(at);
        }
        let name_text = &name.text;
        let (message, help) = if self.variables.event(name_text).is_some() {
            (
                format!("`${name_text}` is an event variable, and a match variable is one value"),
                format!(
                    "bind a field of it in `events`, as in `$host = ${name_text}.principal.hostname`, \
                     and match on `$host`"
                ),
            )
        } else {
            (
                format!("no placeholder of `events` is named `${name_text}`"),
                format!("bind it in `events`, as in `${name_text} = $e.principal.hostname`"),
            )
        };
        let found = Diagnostic::error(codes::BAD_MATCH_VARIABLE, Some(name.span), message);
        self.report(found.help(help));
        None
    }

    fn window(&mut self, window: &ast::Window) -> Option<Window> {
        let kind = self.window_kind(window);
        let length = window.duration()?;
        let length_s = i64::try_from(length.seconds).unwrap_or(i64::MAX);
        if length_s == 0 {
            let message = "a match window of no length holds no two events";
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(length.span), message)
                .help("write a length from `1m` to `48h`");
            self.report(found);
            return None;
        }
        if length_s > SPAN_MAX_S {
            let message = "a match window of more than a hundred years";
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(length.span), message)
                .help("write a length from `1m` to `48h`");
            self.report(found);
            return None;
        }
        let composite = self.variables.any(|kind| kind == Kind::Detection);
        if composite && length_s > COMPOSITE_WINDOW_MAX_S {
            let message = format!(
                "a window over detections is at most 48 hours long in Google SecOps, this is `{}`",
                length.text
            );
            let code = codes::COMPOSITE_WINDOW;
            let found = Diagnostic::new(self.validity(), code, Some(length.span), message);
            self.report(found);
        } else if !(WINDOW_MIN_S..=WINDOW_MAX_S).contains(&length_s) {
            let message = format!(
                "a match window is 1 minute to 48 hours long in Google SecOps, this is `{}`",
                length.text
            );
            let found = Diagnostic::new(
                self.validity(),
                codes::WINDOW_LENGTH,
                Some(length.span),
                message,
            );
            self.report(found);
        }
        Some(Window {
            kind: kind?,
            length_s,
        })
    }

    fn window_kind(&mut self, window: &ast::Window) -> Option<WindowKind> {
        let kind = window.kind()?;
        if let Some(span) = window.tumbling()
            && kind != ast::WindowKind::By
        {
            let message = "`tumbling` goes with `by`";
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(span), message)
                .help("write `by 1h` for disjoint windows, `over 1h` for overlapping ones");
            self.report(found);
            return None;
        }
        match kind {
            ast::WindowKind::Over => return Some(WindowKind::Hop),
            ast::WindowKind::By => return Some(WindowKind::Tumbling),
            ast::WindowKind::Before | ast::WindowKind::After => {}
        }
        let name = window.pivot()?;
        let Some(at) = self.variables.event(&name.text) else {
            let message = format!("`${}` is not an event variable of this rule", name.text);
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(name.span), message)
                .label("the window lies before or after an event")
                .help("name one of the event variables of `events`");
            self.report(found);
            return None;
        };
        if self.variables.kind(at).stands() {
            let message = format!(
                "`${}` has no time that a window could begin or end at",
                name.text
            );
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(name.span), message)
                .label("an entity stands in every window")
                .help("name an event variable that ranges over events");
            self.report(found);
            return None;
        }
        let pivot = VariableId(u16::try_from(at).ok()?);
        Some(if kind == ast::WindowKind::Before {
            WindowKind::Before(pivot)
        } else {
            WindowKind::After(pivot)
        })
    }

    /// The bounds of the window are no names for variables (yara-l §4).
    pub(crate) fn bounds_as_variables(&mut self, outcome: Option<&OutcomeSection>) {
        let variables = self.variables;
        let named = variables.events.iter().chain(&variables.placeholders);
        let assigned = outcome.into_iter().flat_map(OutcomeSection::assignments);
        let assigned = assigned.filter_map(|one| one.name());
        let named = named
            .cloned()
            .chain(assigned.map(|name| (name.text, name.span)));
        for (name, span) in named.filter(|(name, _)| bound_named(name).is_some()) {
            let message =
                format!("`${name}` cannot be a variable: `{name}` is a bound of the window");
            let found = Diagnostic::error(codes::WINDOW_BOUND, Some(span), message)
                .help("give the variable another name; the bound is written without `$`");
            self.report(found);
        }
    }

    /// The suppression window; with `match` it is longer than the window (yara-l §7).
    pub(crate) fn suppression(&mut self, chosen: &Chosen) -> Option<i64> {
        let (seconds, span) = chosen.suppression?;
        let window = self.matching.as_ref().and_then(|matching| matching.window);
        if let Some(window) = window
            && seconds <= window.length_s
        {
            let message =
                "`suppression_window` must be longer than the match window in Google SecOps";
            let found = Diagnostic::new(
                self.validity(),
                codes::SUPPRESSION_TOO_SHORT,
                Some(span),
                message,
            );
            self.report(found);
        }
        Some(seconds)
    }
}
