//! Any lines go through the Kubernetes audit normalizer, envelopes of clouds included.
#![no_main]

mod normalizer;

use libfuzzer_sys::fuzz_target;
use yaral_normalize::LogType;

fuzz_target!(|input: &[u8]| normalizer::check(LogType::KubernetesAudit, input));
