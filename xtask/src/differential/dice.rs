//! Choices: from a seed, or from bytes that a fuzzer gives.
//!
//! Own code so that a seed means the same pair on every machine for ever. A
//! fuzzer's bytes stand for one choice each; where they end, every choice is
//! the first one, which is the plainest.

/// A source of choices.
pub struct Dice {
    state: u64,
    bytes: Option<Vec<u8>>,
    at: usize,
}

impl Dice {
    /// Choices that depend on nothing but the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Dice {
            state: seed,
            bytes: None,
            at: 0,
        }
    }

    /// Choices that the bytes name.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Dice {
            state: 0,
            bytes: Some(bytes.to_vec()),
            at: 0,
        }
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        let Some(bytes) = &self.bytes else {
            // splitmix64; the high word of the product is uniform enough.
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            let scaled = (u128::from(z) * u128::from(n)) >> 64;
            return u64::try_from(scaled).unwrap_or(0);
        };
        let mut value = 0;
        let mut reach = 1_u64;
        while reach < n {
            let byte = bytes.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            value = value << 8 | u64::from(byte);
            reach = reach.saturating_mul(256);
        }
        value.checked_rem(n).unwrap_or(0)
    }

    /// An index below `n`; 0 if `n` is 0.
    pub fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).unwrap_or(0)
    }

    /// True `percent` times out of a hundred. False is the plain choice.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) >= 100_u64.saturating_sub(percent)
    }

    /// One of the items, all alike.
    pub fn one<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.index(items.len())]
    }

    /// The place of one of the weights, each as likely as it is heavy.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    /// Puts the items into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.index(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_the_same_for_ever() {
        let mut dice = Dice::new(7);
        let drawn: Vec<_> = (0..6).map(|_| dice.below(1_000)).collect();
        assert_eq!(drawn, [389, 16, 900, 582, 452, 249]);
    }

    #[test]
    fn bytes_name_choices_and_end_in_the_plainest() {
        let mut dice = Dice::from_bytes(&[3, 255, 1]);
        assert_eq!((dice.below(10), dice.below(256)), (3, 255));
        assert_eq!((dice.below(1_000), dice.below(9)), (256, 0));
        assert!(!dice.chance(99));
        assert_eq!(Dice::from_bytes(&[1]).below(0), 0);
    }

    #[test]
    fn weights_rule_the_share() {
        let mut dice = Dice::new(1);
        let mut seen = [0; 3];
        for _ in 0..10_000 {
            seen[dice.weighted(&[9, 1, 0])] += 1;
        }
        assert!(
            (8_700..9_300).contains(&seen[0]) && seen[2] == 0,
            "{seen:?}"
        );
    }
}
