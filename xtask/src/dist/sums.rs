//! Lists of sums, in the form that `sha256sum -c` and `md5sum -c` read.

use sha2::{Digest as _, Sha256};

use super::tar::Files;

/// The sum in hexadecimal.
pub fn sha256(data: &[u8]) -> String {
    hex(&Sha256::digest(data))
}

/// Two digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('?');
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

/// A line for each file.
pub fn list(files: &Files, sum: fn(&[u8]) -> String) -> String {
    let line =
        |(name, file): (&String, &super::tar::File)| [&sum(&file.data), "  ", name, "\n"].concat();
    files.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::tar::File;

    #[test]
    fn sha256sum_would_print_the_same() {
        let files = Files::from([("a.txt".to_owned(), File::plain("abc"))]);
        assert_eq!(
            list(&files, sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n"
        );
    }
}
