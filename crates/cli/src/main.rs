//! The entry point: arguments in, exit code out. Everything else is in the
//! library, so that it can be tested and documented.

use std::process::ExitCode;

/// It gives memory back once windows close, where the system's allocator keeps
/// what small pieces pin (`cargo xtask keys`), and it is faster besides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    yaral::run(std::env::args_os()).into()
}
