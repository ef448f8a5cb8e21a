//! Sets of equal expressions.

use std::collections::BTreeMap;

use yaral_ir::plan::{ExprId, VariableId};

/// Numbers in disjoint sets that are united one pair at a time.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    /// So many sets of one number each.
    pub(crate) fn new(count: usize) -> Self {
        Sets {
            parent: (0..count).collect(),
        }
    }

    /// Adds a set of one number.
    fn grow(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.parent.len() - 1
    }

    /// The number that stands for the set that this one is in.
    pub(crate) fn find(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            // Halving the way keeps later ways short.
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// Makes one set of two; the smaller number stands for it.
    pub(crate) fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

/// An expression that reads one event variable.
pub(crate) type Member = (VariableId, ExprId);

/// Which expressions of several event variables are equal.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// The shape of each node.
    shapes: Vec<usize>,
    /// The place of each shape among the members.
    known: BTreeMap<usize, usize>,
    members: Vec<Member>,
    sets: Sets,
}

impl Classes {
    /// No equality yet.
    pub(crate) fn new(shapes: Vec<usize>) -> Self {
        Classes {
            shapes,
            ..Classes::default()
        }
    }

    /// Notes that two expressions are equal.
    pub(crate) fn join(&mut self, a: Member, b: Member) {
        let (a, b) = (self.place(a), self.place(b));
        self.sets.unite(a, b);
    }

    fn place(&mut self, member: Member) -> usize {
        let shape = self.shape(member.1);
        if let Some(at) = self.known.get(&shape) {
            return *at;
        }
        self.members.push(member);
        let at = self.sets.grow();
        self.known.insert(shape, at);
        at
    }

    fn shape(&self, id: ExprId) -> usize {
        let at = id.0 as usize;
        self.shapes.get(at).copied().unwrap_or(usize::MAX)
    }

    /// The sets, in the order of the first equality of each; members in the
    /// variables' order.
    pub(crate) fn sets(&mut self) -> Vec<Vec<Member>> {
        let mut sets: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
        for (at, member) in self.members.iter().enumerate() {
            sets.entry(self.sets.find(at)).or_default().push(*member);
        }
        let mut sets: Vec<_> = sets.into_values().collect();
        for set in &mut sets {
            set.sort_by_key(|(variable, _)| *variable);
        }
        sets
    }

    /// The set that an expression is in, as a position in [`Classes::sets`].
    pub(crate) fn set_of(&self, id: ExprId, sets: &[Vec<Member>]) -> Option<usize> {
        let (_, first) = self.members[*self.known.get(&self.shape(id))?];
        sets.iter()
            .position(|set| set.iter().any(|(_, member)| *member == first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_transitive() {
        // Nodes 2 and 3 have one shape.
        let mut classes = Classes::new(vec![0, 1, 2, 2, 4, 5]);
        let on = |variable, id| (VariableId(variable), ExprId(id));
        classes.join(on(2, 2), on(0, 0));
        classes.join(on(0, 4), on(1, 5));
        classes.join(on(2, 3), on(1, 1));
        let sets = classes.sets();
        assert_eq!(sets[0], [on(0, 0), on(1, 1), on(2, 2)]);
        assert_eq!(sets[1], [on(0, 4), on(1, 5)]);
        assert_eq!(classes.set_of(ExprId(3), &sets), Some(0));
    }
}
