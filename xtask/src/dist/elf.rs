//! Whether a program needs nothing of the machine that it runs on.
//!
//! A static program names no interpreter and no library. Both are read from the
//! ELF file itself, because the usual tools run the program, word their answers
//! differently, or are not there.

use anyhow::{Context as _, Result, bail};

const SEGMENT_DYNAMIC: u32 = 2;
const SEGMENT_INTERPRETER: u32 = 3;
const TAG_END: u64 = 0;
const TAG_NEEDED: u64 = 1;
/// Bytes of one segment's header, and of one entry of the dynamic segment.
const SEGMENT_BYTES: usize = 56;
const DYNAMIC_BYTES: usize = 16;

/// Fails with what the program would ask of the machine.
pub fn demand_static(program: &[u8]) -> Result<()> {
    let ident = program.get(..6).context("shorter than any program")?;
    if ident != b"\x7fELF\x02\x01" {
        bail!("not a 64-bit little-endian ELF file");
    }
    let table = usize::try_from(long(program, 32)?)?;
    let count = usize::from(short(program, 56)?);
    for index in 0..count {
        let at = table + index * SEGMENT_BYTES;
        let kind = word(program, at)?;
        if kind == SEGMENT_INTERPRETER {
            bail!("not static: it names an interpreter");
        }
        if kind == SEGMENT_DYNAMIC {
            let start = usize::try_from(long(program, at + 8)?)?;
            let length = usize::try_from(long(program, at + 32)?)?;
            if needs_library(program, start, length)? {
                bail!("not static: it needs a shared library");
            }
        }
    }
    Ok(())
}

fn needs_library(program: &[u8], start: usize, length: usize) -> Result<bool> {
    for entry in 0..length / DYNAMIC_BYTES {
        match long(program, start + entry * DYNAMIC_BYTES)? {
            TAG_NEEDED => return Ok(true),
            TAG_END => break,
            _ => {}
        }
    }
    Ok(false)
}

fn bytes<const N: usize>(program: &[u8], at: usize) -> Result<[u8; N]> {
    let found = program.get(at..at.saturating_add(N));
    let found = found.context("the ELF file is cut off")?;
    Ok(found.try_into()?)
}

fn short(program: &[u8], at: usize) -> Result<u16> {
    bytes(program, at).map(u16::from_le_bytes)
}

fn word(program: &[u8], at: usize) -> Result<u32> {
    bytes(program, at).map(u32::from_le_bytes)
}

fn long(program: &[u8], at: usize) -> Result<u64> {
    bytes(program, at).map(u64::from_le_bytes)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A program of these segments: the kind, and the tags of a dynamic one.
    pub fn program(segments: &[(u32, &[u64])]) -> Vec<u8> {
        let mut head = vec![0; 64];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        head[32] = 64;
        head[56] = u8::try_from(segments.len()).unwrap();
        let mut data = Vec::new();
        let data_at = 64 + segments.len() * SEGMENT_BYTES;
        for (kind, tags) in segments {
            let mut header = vec![0; SEGMENT_BYTES];
            header[..4].copy_from_slice(&kind.to_le_bytes());
            header[8..16].copy_from_slice(&((data_at + data.len()) as u64).to_le_bytes());
            header[32..40].copy_from_slice(&((tags.len() * 16) as u64).to_le_bytes());
            head.extend(header);
            for tag in *tags {
                data.extend(tag.to_le_bytes());
                data.extend([0; 8]);
            }
        }
        head.extend(data);
        head
    }

    fn said(program: &[u8]) -> String {
        demand_static(program).map_or_else(|error| error.to_string(), |()| "static".to_owned())
    }

    #[test]
    fn static_programs_pass_and_others_say_why_not() {
        assert_eq!(said(&program(&[(1, &[])])), "static");
        // A static program that may be loaded anywhere has a dynamic segment.
        assert_eq!(said(&program(&[(1, &[]), (2, &[5, 0, 1])])), "static");
        assert_eq!(
            said(&program(&[(2, &[5, 1, 0])])),
            "not static: it needs a shared library"
        );
        assert_eq!(
            said(&program(&[(3, &[])])),
            "not static: it names an interpreter"
        );
        assert_eq!(said(b"#!/bin/sh\n"), "not a 64-bit little-endian ELF file");
        assert_eq!(said(b"\x7fELF\x02\x01"), "the ELF file is cut off");
        let mut cut = program(&[(2, &[5, 1, 0])]);
        cut.truncate(100);
        assert_eq!(said(&cut), "the ELF file is cut off");
    }

    #[test]
    fn this_test_is_not_a_static_program() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        // Only where tests are built the usual way.
        if cfg!(target_os = "linux") && !cfg!(target_feature = "crt-static") {
            assert!(said(&own).starts_with("not static"), "{}", said(&own));
        }
    }
}
