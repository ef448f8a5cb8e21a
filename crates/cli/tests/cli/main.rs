//! The built binary on small inputs: every exit code, every format, hostile
//! logs, closed pipes. Snapshots hold what a person would see.

#[cfg(test)]
mod bench;
mod check;
mod docs;
mod exits;
mod help;
mod hostile;
mod knowledge;
mod normalize;
mod readme;
mod rotated;
mod scan;
mod secrets;
