//! Any lines go through the normalizer of Falco's JSON.
#![no_main]

mod normalizer;

use libfuzzer_sys::fuzz_target;
use yaral_normalize::LogType;

fuzz_target!(|input: &[u8]| normalizer::check(LogType::FalcoIds, input));
