//! Orders of arrival: seeded, so that a failure is the same tomorrow.

/// A permutation of `0..length`, the same for the same seed.
pub(crate) fn order(length: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    let mut state = seed;
    for end in (1..length).rev() {
        // A remainder is not quite uniform, which does not matter here.
        let pick = usize::try_from(next(&mut state) % (end as u64 + 1)).unwrap_or(0);
        order.swap(end, pick);
    }
    order
}

/// The splitmix64 generator.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_every_place_once_and_comes_again() {
        for seed in 0..20 {
            let mut places = order(9, seed);
            assert_eq!(places, order(9, seed));
            places.sort_unstable();
            assert_eq!(places, (0..9).collect::<Vec<_>>());
        }
        assert_ne!(order(9, 1), order(9, 2));
        assert!(order(0, 1).is_empty());
    }
}
