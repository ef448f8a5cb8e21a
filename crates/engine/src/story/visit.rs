//! Walking a story: its events, for their places, and its texts, for secrets.

use super::{Candidate, EventRef, Fact, Group, Predicate, Story};

/// Receives a text of the log with the name that it has in the rule.
type Text<'t> = &'t mut dyn FnMut(&str, &mut String);

impl Story {
    /// Visits every event that is named, but for those of detections.
    pub fn each_event(&mut self, see: &mut dyn FnMut(&mut EventRef)) {
        for side in &mut self.sides {
            side.first.iter_mut().for_each(&mut *see);
            let near = side.nearest.iter_mut();
            near.for_each(|candidate| see(&mut candidate.event));
        }
        if let Some(back) = &mut self.held_back {
            see(&mut back.event);
        }
        for (_, candidate) in &mut self.asked {
            see(&mut candidate.event);
        }
        if let Some(meeting) = &mut self.meeting {
            for member in meeting.best.iter_mut().flat_map(|best| &mut best.members) {
                member.first.iter_mut().for_each(&mut *see);
            }
            let missed = meeting.miss.iter_mut().flat_map(|miss| &mut miss.events);
            missed.for_each(|(_, event)| see(event));
        }
    }

    /// Visits every text that comes from a log, but for those of detections.
    pub fn each_text(&mut self, see: Text<'_>) {
        for side in &mut self.sides {
            for stage in &mut side.funnel {
                let name = stage.subject.clone().unwrap_or_default();
                let values = stage.values.iter_mut();
                values.for_each(|(value, _)| see(&name, value));
            }
            side.nearest.iter_mut().for_each(|one| candidate(one, see));
        }
        if let Some(back) = &mut self.held_back {
            pairs(&mut back.outcomes, see);
            predicates(&mut back.condition, see);
        }
        self.asked
            .iter_mut()
            .for_each(|(_, one)| candidate(one, see));
        for fact in &mut self.facts {
            if let Fact::NoSuchValue {
                subject, instead, ..
            } = fact
            {
                for (value, _) in instead {
                    see(subject, value);
                }
            }
        }
        let Some(meeting) = &mut self.meeting else {
            return;
        };
        for join in &mut meeting.joins {
            let name = join.members.first().map(|member| member.text.clone());
            let name = name.unwrap_or_default();
            for lonely in &mut join.lonely {
                see(&name, &mut lonely.value);
                lonely
                    .near
                    .iter_mut()
                    .for_each(|near| see(&name, &mut near.value));
            }
        }
        meeting.best.iter_mut().for_each(|best| group(best, see));
        if let Some(miss) = &mut meeting.miss {
            pairs(&mut miss.matches, see);
            predicates(&mut miss.tests, see);
        }
    }
}

fn group(group: &mut Group, see: Text<'_>) {
    pairs(&mut group.matches, see);
    pairs(&mut group.outcomes, see);
    predicates(&mut group.condition, see);
}

fn candidate(candidate: &mut Candidate, see: Text<'_>) {
    predicates(&mut candidate.tree, see);
}

fn predicates(tree: &mut [Predicate], see: Text<'_>) {
    for seen in tree.iter_mut().flat_map(|one| &mut one.seen) {
        see(&seen.name, &mut seen.value);
    }
}

fn pairs(pairs: &mut [(String, String)], see: Text<'_>) {
    for (name, value) in pairs {
        see(name, value);
    }
}
