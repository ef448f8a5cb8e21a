//! What else the same hand did: detections that were reported before.
//!
//! The memory is bounded whatever a log holds, and whoever fills it with invented
//! names pushes out the names that were seen longest ago. It is a tree, so that no
//! choice of names makes it slow.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::rc::Rc;

use yaral_engine::Detection;
use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use super::Names;
use super::scene::{Family, Scene};
use crate::encode::severity_of;
use crate::limits::{
    SIBLING_KEY_BYTES_MAX, SIBLING_KEYS_MAX, SIBLING_KEYS_OF_ONE_MAX, SIBLING_WINDOW_S,
    SIBLINGS_OF_KEY_MAX,
};
use crate::text::cut;

/// Another detection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sibling {
    /// Its id.
    pub id: String,
    /// The name of its rule.
    pub rule: String,
    /// Its severity in capitals.
    pub severity: String,
    /// Its time.
    pub time: Timestamp,
}

/// What two detections have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Actor(String),
    Source(String),
    Host(String),
}

/// What a detection may have in common with others. A user of one host is no
/// user of another, and everybody is 127.0.0.1; of several addresses only the
/// last one cannot be forged.
pub(super) fn keys(scenes: &[Scene<'_>]) -> Vec<Key> {
    let short = |text: &str| cut(text, SIBLING_KEY_BYTES_MAX).0.to_owned();
    let mut keys: [BTreeSet<Key>; 3] = Default::default();
    let [actors, sources, hosts] = &mut keys;
    let add = |set: &mut BTreeSet<Key>, key| {
        if set.len() < SIBLING_KEYS_OF_ONE_MAX {
            set.insert(key);
        }
    };
    for scene in scenes {
        if let Some(actor) = scene.actor.as_deref().filter(|_| scene.actor_is_global) {
            add(actors, Key::Actor(short(actor)));
        }
        let sources_of = match scene.family {
            Family::Kubernetes => scene.sources.last().into_iter(),
            _ => scene.sources.first().into_iter(),
        };
        for source in sources_of.filter(|source| !is_everybody(source)) {
            add(sources, Key::Source(short(source)));
        }
        for host in &scene.hosts {
            add(hosts, Key::Host(short(host)));
        }
    }
    keys.into_iter().flatten().collect()
}

fn is_everybody(address: &str) -> bool {
    let address: Result<IpAddr, _> = address.parse();
    address.is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

/// The detections of each key, as far as they are remembered.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// Of each key when it was last seen, and the latest detections.
    keys: BTreeMap<Key, (u64, VecDeque<Rc<Remembered>>)>,
    /// The keys by when they were last seen.
    by_use: BTreeMap<u64, Key>,
    clock: u64,
}

#[derive(Debug)]
struct Remembered {
    number: u64,
    sibling: Sibling,
}

impl Siblings {
    /// The siblings of a detection with these keys, newest first.
    pub(super) fn of(&self, detection: &Detection, keys: &[Key]) -> Names<Sibling> {
        let mut near = BTreeMap::new();
        for (_, known) in keys.iter().filter_map(|key| self.keys.get(key)) {
            for one in known {
                let apart = one.sibling.time.seconds.abs_diff(detection.time.seconds);
                if apart <= SIBLING_WINDOW_S && one.sibling.id != detection.id {
                    near.insert((one.sibling.time, one.number), one);
                }
            }
        }
        Names::of(near.into_values().rev().map(|one| one.sibling.clone()))
    }

    /// Remembers a detection for those to come.
    pub(super) fn remember(&mut self, detection: &Detection, rule: &Plan, keys: &[Key]) {
        let remembered = Rc::new(Remembered {
            number: self.clock,
            sibling: Sibling {
                id: detection.id.clone(),
                rule: rule.name.clone(),
                severity: severity_of(detection, rule),
                time: detection.time,
            },
        });
        for key in keys {
            self.clock += 1;
            let (used, known) = self.keys.entry(key.clone()).or_default();
            self.by_use.remove(used);
            *used = self.clock;
            if known.len() >= SIBLINGS_OF_KEY_MAX {
                known.pop_front();
            }
            known.push_back(Rc::clone(&remembered));
            self.by_use.insert(self.clock, key.clone());
        }
        while self.keys.len() > SIBLING_KEYS_MAX {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                return;
            };
            self.keys.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use yaral_compiler::{Options, compile};
    use yaral_engine::{Explanation, Status};

    use super::*;
    use crate::limits::INVESTIGATION_NAMES_MAX;

    fn rule() -> Plan {
        let text = "rule r { meta: a = \"b\" events: $e.metadata.log_type = \"A\" condition: $e }";
        let compiled = compile(text, &Options::default());
        compiled
            .rules
            .into_iter()
            .find_map(|rule| rule.plan)
            .unwrap()
    }

    fn detection(number: usize, seconds: i64) -> Detection {
        let time = Timestamp { seconds, nanos: 0 };
        Detection {
            id: format!("de_{number}"),
            rule: 0,
            time,
            window: (time, time),
            matches: Vec::new(),
            outcomes: Vec::new(),
            risk_score: 0.0,
            branch: None,
            counts: Vec::new(),
            evidence: Vec::new(),
            why: Explanation::default(),
            status: Status::Final,
        }
    }

    fn actor(name: &str) -> Vec<Key> {
        vec![Key::Actor(name.to_owned())]
    }

    /// The ids of the siblings of a detection at this time, and how many more.
    fn ids(siblings: &Siblings, seconds: i64, keys: &[Key]) -> (Vec<String>, usize) {
        let found = siblings.of(&detection(usize::MAX, seconds), keys);
        (
            found.shown.into_iter().map(|one| one.id).collect(),
            found.more,
        )
    }

    #[test]
    fn sibling_window_s_looks_both_ways_and_no_further() {
        let (rule, mut siblings) = (rule(), Siblings::default());
        let window = i64::try_from(SIBLING_WINDOW_S).unwrap();
        for (number, at) in [0, 1, 2 * window, 2 * window + 1, -1]
            .into_iter()
            .enumerate()
        {
            siblings.remember(&detection(number, at), &rule, &actor("a"));
        }
        let (found, more) = ids(&siblings, window, &actor("a"));
        assert_eq!(
            (found, more),
            (vec!["de_2".into(), "de_1".into(), "de_0".into()], 0)
        );
        assert!(
            ids(&siblings, window, &[Key::Host("a".to_owned())])
                .0
                .is_empty()
        );
        // It is no sibling of its own, however often it is handed out.
        assert!(
            siblings
                .of(&detection(0, -window), &actor("a"))
                .shown
                .iter()
                .all(|one| one.id != "de_0")
        );
    }

    #[test]
    fn siblings_of_key_max_keeps_the_latest() {
        let (rule, mut siblings) = (rule(), Siblings::default());
        for number in 0..SIBLINGS_OF_KEY_MAX + 5 {
            let at = i64::try_from(number).unwrap();
            siblings.remember(&detection(number, at), &rule, &actor("a"));
        }
        let (found, more) = ids(&siblings, 0, &actor("a"));
        assert_eq!(found[0], format!("de_{}", SIBLINGS_OF_KEY_MAX + 4));
        assert_eq!(found.len() + more, SIBLINGS_OF_KEY_MAX);
        assert_eq!(found.len(), INVESTIGATION_NAMES_MAX);
    }

    #[test]
    fn sibling_keys_max_forgets_who_was_seen_longest_ago() {
        let (rule, mut siblings) = (rule(), Siblings::default());
        for number in 0..SIBLING_KEYS_MAX {
            siblings.remember(&detection(number, 0), &rule, &actor(&number.to_string()));
        }
        // The first is seen again, so that the second is the oldest.
        siblings.remember(&detection(7, 0), &rule, &actor("0"));
        siblings.remember(&detection(8, 0), &rule, &actor("new"));
        assert_eq!(
            (siblings.keys.len(), siblings.by_use.len()),
            (SIBLING_KEYS_MAX, SIBLING_KEYS_MAX)
        );
        assert!(ids(&siblings, 0, &actor("1")).0.is_empty());
        for known in ["0", "2", "new"] {
            assert!(!ids(&siblings, 0, &actor(known)).0.is_empty(), "{known}");
        }
    }

    #[test]
    fn sibling_keys_of_one_max_and_bytes_max() {
        let long = "x".repeat(SIBLING_KEY_BYTES_MAX + 1);
        let scene = |name: String| Scene {
            actor: Some(name.into()),
            actor_is_global: true,
            ..Scene::default()
        };
        let scenes: Vec<_> = (0..99).map(|n| scene(n.to_string())).collect();
        assert_eq!(keys(&scenes).len(), SIBLING_KEYS_OF_ONE_MAX);
        let short = long[1..].to_owned();
        assert_eq!(keys(&[scene(long)]), [Key::Actor(short)]);
    }

    #[test]
    fn what_is_of_one_host_alone_is_no_key() {
        let scene = Scene {
            actor: Some("root".into()),
            sources: vec!["127.0.0.1".into()],
            hosts: vec!["h".into()],
            ..Scene::default()
        };
        assert_eq!(keys(&[scene]), [Key::Host("h".to_owned())]);
        let scene = Scene {
            family: Family::Kubernetes,
            sources: vec!["1.1.1.1".into(), "10.0.0.7".into()],
            ..Scene::default()
        };
        assert_eq!(keys(&[scene]), [Key::Source("10.0.0.7".to_owned())]);
    }
}
