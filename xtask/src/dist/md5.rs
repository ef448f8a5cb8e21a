//! MD5, which the list of files in a Debian package asks for.
//!
//! It guards against broken disks, not against people: what is downloaded is
//! checked with SHA-256. Written out because nothing else here needs it.

use super::sums::hex;

/// How far each step of the four rounds rotates.
const TURNS: [[u32; 4]; 4] = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
];
const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The sum in hexadecimal.
pub fn md5(data: &[u8]) -> String {
    let mut padded = data.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((data.len() as u64).wrapping_mul(8).to_le_bytes());
    let sines = sines();
    let mut state = START;
    for block in padded.chunks_exact(64) {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        }
        let mixed = mix(state, &words, &sines);
        for (sum, part) in state.iter_mut().zip(mixed) {
            *sum = sum.wrapping_add(part);
        }
    }
    hex(&state.map(u32::to_le_bytes).concat())
}

fn mix([mut a, mut b, mut c, mut d]: [u32; 4], words: &[u32; 16], sines: &[u32; 64]) -> [u32; 4] {
    for (step, sine) in sines.iter().enumerate() {
        let (chosen, word) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        let sum = a
            .wrapping_add(chosen)
            .wrapping_add(*sine)
            .wrapping_add(words[word % 16]);
        let turned = sum.rotate_left(TURNS[step / 16][step % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
    }
    [a, b, c, d]
}

/// The whole part of 2³² times the sine of 1 to 64.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn sines() -> [u32; 64] {
    let mut sines = [0; 64];
    let mut angle = 0.0_f64;
    for sine in &mut sines {
        angle += 1.0;
        *sine = (angle.sin().abs() * 4_294_967_296.0) as u32;
    }
    sines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_standard() {
        // RFC 1321, appendix A.5.
        let cases = [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ];
        for (text, sum) in cases {
            assert_eq!(md5(text.as_bytes()), sum, "{text}");
        }
    }
}
