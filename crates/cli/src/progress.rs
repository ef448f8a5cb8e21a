//! The progress bar, on a terminal's standard error only.
//!
//! Without one, every call does nothing, so that no caller asks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use yaral_runtime::Progress;

use crate::render::layout::count;
use crate::term::Term;

/// How often the bar is drawn at most, each second.
const DRAWS_PER_SECOND: u8 = 10;

/// A bar, or nothing.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    sized: bool,
}

impl Bar {
    /// A bar, if the terminal may show one.
    pub(crate) fn new(term: Term) -> Self {
        let bar = term.progress.then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
            let bar = ProgressBar::with_draw_target(None, target);
            bar.set_style(style("{spinner} {bytes} read  {bytes_per_sec}  {msg}"));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Bar { bar, sized: false }
    }

    /// Shows how far the scan is.
    pub(crate) fn update(&mut self, progress: &Progress) {
        let Some(bar) = &self.bar else { return };
        if let Some(total) = progress.bytes_total.filter(|_| !self.sized) {
            bar.set_length(total);
            bar.set_style(style(
                "{bar:24} {percent:>3}%  {bytes_per_sec}  ETA {eta}  {msg}",
            ));
            self.sized = true;
        }
        bar.set_position(progress.bytes_read);
        let (events, detections) = (count(progress.events), count(progress.detections));
        bar.set_message(format!("{events} events, {detections} detections"));
    }

    /// Does something that prints, with the bar out of the way.
    pub(crate) fn aside<R>(&self, act: impl FnOnce() -> R) -> R {
        match &self.bar {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A style from a template; a template with a mistake falls back to the usual bar.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #[test]
    fn templates_parse() {
        for template in [
            "{spinner} {bytes} read  {bytes_per_sec}  {msg}",
            "{bar:24} {percent:>3}%  {bytes_per_sec}  ETA {eta}  {msg}",
        ] {
            assert!(indicatif::ProgressStyle::with_template(template).is_ok());
        }
    }
}
