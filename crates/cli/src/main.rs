//! The entry point: arguments in, exit code out. Everything else is in the
//! library, so that it can be tested and documented.

use std::process::ExitCode;

fn main() -> ExitCode {
    yaral::run(std::env::args_os()).into()
}
