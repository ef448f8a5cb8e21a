//! Puts a rule together.

use super::condition;
use super::dice::Dice;
use super::fields::World;
use super::joins::name;
use super::predicate::Maker;
use super::rule::Rule;

/// A random rule. It reads as one that somebody could have written, but
/// nothing says that it compiles.
pub fn rule(dice: &mut Dice) -> Rule {
    let world = World::draw(dice);
    let mut rule = Rule {
        setup: None,
        sheet: None,
        events: Vec::new(),
        keys: Vec::new(),
        window: None,
        outcomes: Vec::new(),
        condition: Vec::new(),
        options: Vec::new(),
        switches: Vec::new(),
        world,
    };
    let mut maker = Maker { dice, world };
    let windowed = maker.dice.weighted(&[9, 1]) == 0;
    let variables = match maker.dice.weighted(&[35, 50, 15]) {
        at if windowed => at + 1,
        _ => 1,
    };
    let (keys, placeholders) = if windowed {
        rule.window = Some(maker.window(variables));
        maker.ties(variables, &mut rule.events)
    } else {
        (0, Vec::new())
    };
    rule.keys = placeholders[..keys]
        .iter()
        .map(|key| key.name.clone())
        .collect();
    filters(&mut maker, variables, &mut rule);
    maker.condition(variables, &placeholders, keys, &mut rule);
    maker.outcomes(variables, &placeholders, keys, &mut rule);
    if windowed {
        maker.standing(variables, &mut rule);
    } else {
        suppressed(&mut maker, &mut rule);
    }
    maker.options(&mut rule);
    condition::switches(dice, &mut rule);
    rule
}

/// Filters: none, one or two for each variable, and sometimes the same on two.
fn filters(maker: &mut Maker<'_>, variables: usize, rule: &mut Rule) {
    for variable in 0..variables {
        let name = name(variable);
        let unnamed = !rule.text().contains(&format!("${name}."));
        let weights = if variables > 1 { [4, 3, 1] } else { [2, 3, 1] };
        let count = maker.dice.weighted(&weights).max(usize::from(unnamed));
        for _ in 0..count {
            let term = maker.filter(&name, 2);
            rule.events.push(term);
        }
    }
    // The order of predicates decides which binding comes first.
    if maker.dice.chance(30) {
        let events = &mut rule.events;
        maker.dice.shuffle(events);
    }
}

/// Sometimes the outcome that tells what a rule without `match` suppresses.
fn suppressed(maker: &mut Maker<'_>, rule: &mut Rule) {
    if maker.dice.chance(30) {
        let text = maker.single_text("e1");
        rule.outcomes.push(("suppression_key".to_owned(), text));
    }
}
