//! The 64-bit fingerprint of 2011.
//!
//! The reference names the function without defining it. A public definition
//! with the same name, the same range (never 0 or 1) and the statement that it
//! equals the original is part of the Guava library, together with test
//! vectors; this is that algorithm, and the tests below hold its vectors.
//! All arithmetic wraps; all words are little-endian.

const K0: u64 = 0xa5b8_5c5e_198e_d849;
const K1: u64 = 0x8d58_ac26_afe1_2e47;
const K2: u64 = 0xc47b_6e9e_3a97_0ed3;
const K3: u64 = 0xc6a4_a793_5bd1_e995;
const SEED: u64 = 0xec9b_9ee6_8cf8_f8dd;

/// The fingerprint, at least 2.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    let body = match bytes.len() {
        0..=32 => short(bytes, SEED),
        33..=64 => medium(bytes),
        _ => long(bytes),
    };
    let head = if bytes.len() >= 8 { word(bytes, 0) } else { K0 };
    let tail = if bytes.len() >= 9 {
        word(bytes, bytes.len() - 8)
    } else {
        K0
    };
    match fold(body.wrapping_add(tail), head) {
        low @ 0..=1 => low.wrapping_sub(2),
        hash => hash,
    }
}

/// The word at an offset; what lies beyond the end counts as zero bytes.
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes
        .iter()
        .skip(at)
        .take(8)
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn mix(x: u64) -> u64 {
    x ^ (x >> 47)
}

fn fold(high: u64, low: u64) -> u64 {
    let inner = mix((low ^ high).wrapping_mul(K3));
    mix((high ^ inner).wrapping_mul(K3)).wrapping_mul(K3)
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

fn short(bytes: &[u8], seed: u64) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<8>();
    let mut hash = seed ^ length(bytes).wrapping_mul(K3);
    for block in blocks {
        let scrambled = mix(u64::from_le_bytes(*block).wrapping_mul(K3)).wrapping_mul(K3);
        hash = (hash ^ scrambled).wrapping_mul(K3);
    }
    if !rest.is_empty() {
        hash = (hash ^ word(rest, 0)).wrapping_mul(K3);
    }
    mix(mix(hash).wrapping_mul(K3))
}

/// One half of the hash of 33 to 64 bytes: `first` starts it, three words
/// follow it and one is added at both ends.
fn half(first: u64, follow: [u64; 2], last: u64) -> (u64, u64) {
    let start = first
        .wrapping_add(last)
        .rotate_right(52)
        .wrapping_add(first.rotate_right(37));
    let second = first.wrapping_add(follow[0]);
    let third = second.wrapping_add(follow[1]);
    let turned = start
        .wrapping_add(second.rotate_right(7))
        .wrapping_add(third.rotate_right(31));
    (third.wrapping_add(last), turned)
}

fn medium(bytes: &[u8]) -> u64 {
    let end = bytes.len();
    let near_end = word(bytes, end - 16);
    let first = word(bytes, 0).wrapping_add(length(bytes).wrapping_add(near_end).wrapping_mul(K0));
    let (v0, v1) = half(first, [word(bytes, 8), word(bytes, 16)], word(bytes, 24));
    let first = word(bytes, 16).wrapping_add(word(bytes, end - 32));
    let (w0, w1) = half(
        first,
        [word(bytes, end - 24), near_end],
        word(bytes, end - 8),
    );
    let crossed = v0
        .wrapping_add(w1)
        .wrapping_mul(K2)
        .wrapping_add(w0.wrapping_add(v1).wrapping_mul(K0));
    mix(mix(crossed).wrapping_mul(K0).wrapping_add(v1)).wrapping_mul(K2)
}

/// A weak hash of the 32 bytes at an offset.
fn weak(bytes: &[u8], at: usize, a: u64, b: u64) -> (u64, u64) {
    let a = a.wrapping_add(word(bytes, at));
    let last = word(bytes, at + 24);
    let sum = a
        .wrapping_add(word(bytes, at + 8))
        .wrapping_add(word(bytes, at + 16));
    let b = b
        .wrapping_add(a)
        .wrapping_add(last)
        .rotate_right(51)
        .wrapping_add(sum.rotate_right(23));
    (sum.wrapping_add(last), b.wrapping_add(a))
}

#[allow(
    clippy::many_single_char_names,
    reason = "the state has no better names than its letters"
)]
fn long(bytes: &[u8]) -> u64 {
    let end = bytes.len();
    let mut y = word(bytes, end - 16) ^ K1;
    let mut v = weak(bytes, end - 64, length(bytes), y);
    let mut w = weak(bytes, end - 32, length(bytes).wrapping_mul(K1), K0);
    let mut z = (word(bytes, end - 56) ^ K0).wrapping_add(mix(v.1).wrapping_mul(K1));
    let mut x = z
        .wrapping_add(word(bytes, 0))
        .rotate_right(39)
        .wrapping_mul(K1);
    y = y.rotate_right(33).wrapping_mul(K1);
    for at in (0..(end - 1) & !63).step_by(64) {
        let stirred = x
            .wrapping_add(y)
            .wrapping_add(v.0)
            .wrapping_add(word(bytes, at + 16));
        x = stirred.rotate_right(37).wrapping_mul(K1) ^ w.1;
        let stirred = y.wrapping_add(v.1).wrapping_add(word(bytes, at + 48));
        y = stirred.rotate_right(42).wrapping_mul(K1) ^ v.0;
        z = (z ^ w.0).rotate_right(33);
        v = weak(bytes, at, v.1.wrapping_mul(K1), x.wrapping_add(w.0));
        w = weak(bytes, at + 32, z.wrapping_add(w.1), y);
        std::mem::swap(&mut z, &mut x);
    }
    let high = fold(v.0, w.0)
        .wrapping_add(mix(y).wrapping_mul(K1))
        .wrapping_add(z);
    fold(high, fold(v.1, w.1).wrapping_add(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        assert_eq!(fingerprint(b"test"), 8_473_225_671_271_759_044);
        assert_eq!(
            fingerprint("test".repeat(8).as_bytes()),
            7_345_148_637_025_587_076
        );
        assert_eq!(
            fingerprint("test".repeat(64).as_bytes()),
            4_904_844_928_629_814_570
        );
        assert_eq!(short(b"test", 1), 1_618_900_948_208_871_284);
        assert_eq!(short(b"test test test", 1), 12_313_169_684_067_793_560);
        assert_eq!(
            fingerprint(&268_439_581.0_f64.to_le_bytes()),
            0xcf54_1712_53fd_c198
        );
    }

    /// The published test feeds the fingerprint its own results over buffers of
    /// 0 to 3,200 bytes, which reaches every branch, and prints the last state.
    #[test]
    fn published_chain_over_all_lengths() {
        fn step(mut hash: u64, print: u64) -> u64 {
            hash ^= print;
            hash ^= hash >> 41;
            hash.wrapping_mul(949_921_979)
        }
        fn letter(hash: u64) -> u8 {
            b'a' + u8::try_from((hash & 0xf_ffff) % 26).unwrap()
        }
        let mut buffer = vec![0_u8; 3_200];
        let (mut used, mut hash) = (0, 0);
        for i in 0..800_usize {
            for turn in 0..4 {
                let length = match turn {
                    0 => i,
                    1 => i * i % used,
                    2 => i * i * i % used,
                    _ => used,
                };
                hash = step(hash, fingerprint(&buffer[..length]));
                buffer[used] = letter(hash);
                used += 1;
            }
            let [x0, x1, x2, x3] =
                [used - 1, used - 2, used - 3, used / 2].map(|at| usize::from(buffer[at]));
            buffer[((x0 << 16) + (x1 << 8) + x2) % used] ^= u8::try_from(x3).unwrap();
            buffer[((x1 << 16) + (x2 << 8) + x3) % used] ^= u8::try_from(i % 256).unwrap();
        }
        assert_eq!(hash, 0xeaa3_b1c9_8526_1632);
    }
}
