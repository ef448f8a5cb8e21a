//! A small seeded generator: xoshiro256** started by splitmix64.
//!
//! Our own so that a seed means the same bytes for ever, whatever a
//! dependency's next release does. Not for secrets.

use std::fmt::Write as _;

/// The generator's state.
pub struct Rng([u64; 4]);

impl Rng {
    /// A generator that depends on nothing but the seed.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number in `low..high`; `low` if the range is empty.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        let width = high.saturating_sub(low);
        // The high word of the product is uniform enough for invented data.
        let scaled = (u128::from(self.bits()) * u128::from(width)) >> 64;
        low + u64::try_from(scaled).unwrap_or(0)
    }

    /// True `part` times out of a thousand.
    pub fn per_mille(&mut self, part: u64) -> bool {
        self.range(0, 1_000) < part
    }

    /// One of the items, all alike.
    pub fn one<T: Clone>(&mut self, items: &[T]) -> T {
        let place = self.range(0, items.len() as u64);
        usize::try_from(place)
            .ok()
            .and_then(|place| items.get(place))
            .unwrap_or(&items[0])
            .clone()
    }

    /// One of the items, by weight; the weights are whole numbers.
    pub fn weighted<T: Clone>(&mut self, items: &[(u64, T)]) -> T {
        let mut left = self.range(0, items.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in items {
            if left < *weight {
                return item.clone();
            }
            left -= weight;
        }
        items[0].1.clone()
    }

    /// That many lower-case hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.bits());
        }
        text.truncate(digits);
        text
    }

    /// A random UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let h = self.hex(32);
        format!(
            "{}-{}-4{}-a{}-{}",
            &h[..8],
            &h[8..12],
            &h[13..16],
            &h[17..20],
            &h[20..]
        )
    }

    /// A private address of the invented cluster.
    pub fn ip(&mut self) -> String {
        format!(
            "10.{}.{}.{}",
            self.range(0, 32),
            self.range(0, 256),
            self.range(1, 255)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_kept_and_reached() {
        let mut rng = Rng::new(1);
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            let value = rng.range(3, 8);
            assert!((3..8).contains(&value));
            seen[usize::try_from(value - 3).expect("below five")] = true;
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(rng.range(9, 9), 9);
    }

    #[test]
    fn weights_rule_the_share() {
        let mut rng = Rng::new(2);
        let items = [(9, 'a'), (1, 'b'), (0, 'c')];
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            match rng.weighted(&items) {
                'a' => counts[0] += 1,
                'b' => counts[1] += 1,
                _ => counts[2] += 1,
            }
        }
        assert!((8_700..9_300).contains(&counts[0]), "{counts:?}");
        assert_eq!(counts[2], 0);
    }

    #[test]
    fn identifiers_have_their_shape() {
        let mut rng = Rng::new(3);
        let uuid = rng.uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        assert_eq!(rng.hex(9).len(), 9);
        assert_eq!(rng.hex(64).len(), 64);
    }
}
