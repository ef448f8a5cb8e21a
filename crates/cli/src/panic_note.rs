//! What a panic says: it is a defect, and where to tell.
//!
//! The process then ends with 101, which is [`crate::Exit::Defect`].

use std::io::Write as _;
use std::panic;

/// Adds the note to the usual panic message. Installing it twice only prints
/// the note twice.
pub(crate) fn install() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        usual(info);
        let note = concat!(
            "\nThis is a defect in yaral ",
            env!("CARGO_PKG_VERSION"),
            ". Please report it with the message above: ",
            env!("CARGO_PKG_REPOSITORY"),
            "/issues"
        );
        // Standard error may be gone; then there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{note}");
    }));
}
