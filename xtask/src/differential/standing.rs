//! Tables and entities: what stands beside the events of a pair.

use std::fmt::Write as _;
use std::sync::Arc;

use yaral_engine::{Entity, Knowledge};
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_udm::{Event, FieldPath, FieldSet, Root, Timestamp, read_event};

use super::dice::Dice;
use super::fields::{Kind, TIME, World};
use super::joins::name;
use super::predicate::Maker;
use super::rule::{Rule, Term};

/// A data table in pieces.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its rows: text, text, number, pattern.
    pub rows: Vec<[String; 4]>,
}

/// The name of the only table.
pub const TABLE: &str = "t";

/// Its columns.
const COLUMNS: [(&str, ColumnKind, Option<&str>); 4] = [
    ("c", ColumnKind::String, Some("entity.hostname")),
    ("d", ColumnKind::String, Some("entity.user.userid")),
    ("n", ColumnKind::Number, None),
    ("r", ColumnKind::Regex, None),
];

/// An entity in pieces.
#[derive(Clone, Debug)]
pub struct Being {
    /// Its id.
    pub id: String,
    /// It as JSON.
    pub json: String,
}

impl Sheet {
    fn draw(dice: &mut Dice, world: World) -> Self {
        let count = dice.index(4) + usize::from(dice.chance(90));
        let row = |dice: &mut Dice| {
            let number = *dice.one(&["1", "2", "0", "80", "1.5", ""]);
            let pattern = *dice.one(&["^a", "b$", "(?i)k", ".", ""]);
            let (c, d) = (world.text(dice), world.text(dice));
            [c, d, number, pattern].map(str::to_owned)
        };
        Sheet {
            rows: (0..count).map(|_| row(dice)).collect(),
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> Arc<Table> {
        let spec = |(name, kind, mapped): (&str, ColumnKind, Option<&str>)| ColumnSpec {
            name: name.to_owned(),
            kind,
            key: false,
            repeated: false,
            mapped: mapped.and_then(|path| FieldPath::resolve(Root::Entity, path).ok()),
        };
        let rows = self.rows.iter().map(|row| row.to_vec());
        let (table, _) = Table::new(TABLE, COLUMNS.map(spec).to_vec(), rows);
        Arc::new(table)
    }
}

/// What the entities of a pair are for whoever evaluates.
#[must_use]
pub fn knowledge(beings: &[Being]) -> Arc<Knowledge> {
    let entity = |being: &Being| {
        let mut event = Event::new(Root::Entity);
        // Generated JSON is valid; if it were not, an empty entity would do too.
        let _ = read_event(being.json.as_bytes(), &FieldSet::all(), &mut event);
        Entity {
            id: being.id.as_str().into(),
            event,
        }
    };
    Arc::new(Knowledge {
        entities: beings.iter().map(entity).collect(),
        ..Knowledge::default()
    })
}

/// Draws the entities of a pair; `time` gives times near those of the events.
pub fn beings(
    dice: &mut Dice,
    world: World,
    mut time: impl FnMut(&mut Dice) -> Timestamp,
) -> Vec<Being> {
    let count = dice.index(5);
    (0..count)
        .map(|at| {
            let mut metadata = vec![format!(
                "\"entityType\":\"{}\"",
                dice.one(&["ASSET", "USER"])
            )];
            let mut interval = Vec::new();
            for (bound, percent) in [("startTime", 60), ("endTime", 60)] {
                if dice.chance(percent) {
                    interval.push(format!("\"{bound}\":\"{}\"", time(dice)));
                }
            }
            if !interval.is_empty() {
                metadata.push(format!("\"interval\":{{{}}}", interval.join(",")));
            }
            let mut entity = Vec::new();
            if dice.chance(90) {
                entity.push(format!("\"hostname\":\"{}\"", world.text(dice)));
            }
            if dice.chance(70) {
                entity.push(format!("\"user\":{{\"userid\":\"{}\"}}", world.text(dice)));
            }
            if dice.chance(50) {
                let list: Vec<_> = (0..dice.index(3))
                    .map(|_| format!("\"{}\"", world.text(dice)))
                    .collect();
                entity.push(format!("\"ip\":[{}]", list.join(",")));
            }
            let mut json = String::new();
            let _ = write!(
                json,
                "{{\"metadata\":{{{}}},\"entity\":{{{}}}}}",
                metadata.join(","),
                entity.join(",")
            );
            Being {
                id: format!("en{}", (at * 7) % 3),
                json,
            }
        })
        .collect()
}

impl Maker<'_> {
    /// Gives a rule with a window a table, entities or both to join with.
    pub fn standing(&mut self, variables: usize, rule: &mut Rule) {
        let which = self.dice.weighted(&[66, 14, 14, 6]);
        if which == 0 {
            return;
        }
        if which == 1 || which == 3 {
            self.table(variables, rule);
        }
        if which == 2 || which == 3 {
            self.entity(variables, rule);
        }
        if rule.sheet.is_none() && rule.text().contains("%t") {
            rule.sheet = Some(Sheet::draw(self.dice, self.world));
        }
    }

    /// A row join, with filters on the row and comparisons with it.
    fn table(&mut self, variables: usize, rule: &mut Rule) {
        rule.sheet = Some(Sheet::draw(self.dice, self.world));
        let own = name(self.dice.index(variables));
        let key = rule.keys.first().cloned();
        let column = *self.dice.one(&["c", "c", "d"]);
        let join = match (self.dice.weighted(&[8, 3, 2, 2]), key) {
            (1, Some(key)) => format!("${key} = %t.{column}"),
            (2, _) => format!("{} = %t.n", self.int(&own)),
            (3, _) => format!("%t.{column} = {} nocase", self.text(&own)),
            _ => format!("{} = %t.{column}", self.text(&own)),
        };
        rule.events.push(Term::leaf(join));
        for _ in 0..self.dice.index(3) {
            let other = name(self.dice.index(variables));
            let op = *self.dice.one(&["<", "<=", ">", "!=", ">=", "="]);
            let text = self.text(&other);
            let more = match self.dice.below(8) {
                0 => format!("%t.d != {}", self.literal(Kind::Text)),
                1 => format!("%t.d = {}", self.literal(Kind::Text)),
                2 => format!("{} {op} %t.n", self.int(&other)),
                3 => format!("re.regex({text}, %t.r)"),
                4 => format!("{text} != %t.d"),
                5 => format!("{text} in %t.d"),
                6 => format!("not {text} in regex %t.r"),
                _ => format!("%t.n {op} {}", self.literal(Kind::Int)),
            };
            rule.events.push(Term::leaf(more));
        }
        self.outcome_of(
            rule,
            &[
                "max(%t.n)",
                "array_distinct(%t.d)",
                "count_distinct(%t.c)",
                "sum(%t.n)",
            ],
        );
    }

    /// An entity variable, with filters and a term of the condition.
    fn entity(&mut self, variables: usize, rule: &mut Rule) {
        let own = name(self.dice.index(variables));
        let key = rule.keys.first().cloned();
        let field = *self
            .dice
            .one(&["hostname", "hostname", "user.userid", "ip"]);
        let join = match (self.dice.weighted(&[5, 4, 1]), key) {
            (1, Some(key)) => format!("$g.graph.entity.{field} = ${key}"),
            (2, _) => format!("$g.graph.entity.{field} = {} nocase", self.text(&own)),
            _ => format!("$g.graph.entity.{field} = {}", self.text(&own)),
        };
        rule.events.push(Term::leaf(join));
        for _ in 0..self.dice.index(3) {
            let other = name(self.dice.index(variables));
            let more = match self.dice.below(5) {
                0 => "$g.graph.metadata.entity_type = \"ASSET\"".to_owned(),
                1 => format!(
                    "$g.graph.entity.user.userid != {}",
                    self.literal(Kind::Text)
                ),
                2 => format!("$g.graph.metadata.interval.start_time.seconds <= ${other}.{TIME}"),
                3 => format!("$g.graph.entity.user.userid = {}", self.text(&other)),
                _ => "$g.graph.entity.hostname in %t.c".to_owned(),
            };
            rule.events.push(Term::leaf(more));
        }
        let term = *self
            .dice
            .one(&["$g", "$g", "#g > 1", "!$g", "#g = 0", "#g >= 0", "#g < 2"]);
        rule.condition.push(Term::leaf(term));
        if self.dice.chance(25) {
            rule.setup = Some(match self.dice.below(3) {
                0 => "graph_exclude ($g.graph.entity.hostname = %t.c)".to_owned(),
                1 => "graph_override ($g.graph.entity.user.userid = %t.d)".to_owned(),
                _ => "graph_append [$g, %t]".to_owned(),
            });
        }
        if self.dice.chance(15) {
            rule.switches.push(("entity_validity", "false".to_owned()));
        }
        self.outcome_of(
            rule,
            &[
                "array($g.graph.entity.hostname)",
                "count($g.graph.entity.ip)",
                "count_distinct($g.graph.entity.user.userid)",
            ],
        );
    }

    fn outcome_of(&mut self, rule: &mut Rule, choices: &[&str]) {
        if self.dice.chance(60) {
            let what = (*self.dice.one(choices)).to_owned();
            rule.outcomes
                .push((format!("s{}", rule.outcomes.len()), what));
        }
    }
}
