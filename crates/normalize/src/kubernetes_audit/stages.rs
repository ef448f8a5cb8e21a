//! One event per request: the stages of an auditID.
//!
//! The API server writes up to three records for a request. The first response
//! stage represents it. A `RequestReceived` is held, as it knows neither the
//! answer nor an impersonation, and comes out only if nothing else came until
//! event time went on by [`HOLD_SECONDS`] or the input ended; a response that
//! comes still later is a duplicate: one request stays one event. Event time
//! goes on only within an input and in believable steps, see [`super::clock`].
//! Everything here is bounded: seen ids, held records and their bytes.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use yaral_udm::Timestamp;

use super::audit_id::AuditId;
use super::clock::{Clocks, Server};
use super::envelope::Origin;
use super::request::{Request, Twin};
use crate::limits::{HELD_BYTES_MAX, HELD_MAX, HOLD_SECONDS, SEEN_IDS_MAX};
use crate::record::Position;

/// What an id takes in both collections, an estimate.
const SEEN_ID_BYTES: u64 = 36 + 52;

/// A `RequestReceived` that waits.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) text: String,
    pub(crate) origin: Origin<'static>,
    pub(crate) position: Position,
    id: AuditId,
    /// What the server's clock must exceed for the record to come out.
    due: i64,
}

impl Held {
    fn bytes(&self) -> usize {
        self.text.len() + self.origin.bytes()
    }
}

/// The order in which held records come out: that of arrival.
type Turn = u64;

/// The first request that came under an auditID.
#[derive(Debug)]
struct Known {
    id: AuditId,
    twin: Option<Box<Twin>>,
}

/// The memory of the stages.
#[derive(Default, Debug)]
pub(crate) struct Stages {
    /// The first request that came under each auditID.
    names: HashMap<AuditId, Known>,
    names_order: VecDeque<AuditId>,
    seen: HashSet<AuditId>,
    order: VecDeque<AuditId>,
    held: BTreeMap<(Server, Turn), Held>,
    turns: HashMap<AuditId, (Server, Turn)>,
    held_bytes: usize,
    arrivals: u64,
    clocks: Clocks,
    pub(crate) evicted: u64,
}

impl Stages {
    /// Whether a response stage is the first of its request. If the request
    /// was held, the held record is dropped and counted into `dropped`.
    pub(crate) fn first(&mut self, id: AuditId, dropped: &mut u64) -> bool {
        if let Some(turn) = self.turns.remove(&id) {
            self.take(turn);
            *dropped += 1;
        }
        self.remember(id)
    }

    /// Holds a `RequestReceived` from now on; false if its request is already
    /// represented or held.
    pub(crate) fn hold(
        &mut self,
        id: AuditId,
        server: Server,
        (text, origin): (&str, &Origin<'_>),
        position: Position,
    ) -> bool {
        if self.seen.contains(&id) || self.turns.contains_key(&id) {
            return false;
        }
        let turn = (server, self.arrivals);
        self.arrivals += 1;
        let held = Held {
            text: text.to_owned(),
            origin: origin.keep(),
            position,
            id,
            due: self.clocks.passed_in(server, HOLD_SECONDS),
        };
        self.turns.insert(id, turn);
        self.held_bytes += held.bytes();
        self.held.insert(turn, held);
        true
    }

    /// The id of a request, and whether another request came under its auditID
    /// before. What tells of one request twice gets one id. The memory of
    /// names is bounded as that of requests is.
    pub(crate) fn identify(&mut self, request: Request) -> (AuditId, bool) {
        let Request { name, id, twin } = request;
        if let Some(first) = self.names.get(&name) {
            let again = match (&first.twin, &twin) {
                (Some(first), Some(twin)) => first.is_same(twin),
                _ => false,
            };
            return if again {
                (first.id, false)
            } else {
                (id, first.id != id)
            };
        }
        let twin = twin.map(Box::new);
        self.names.insert(name, Known { id, twin });
        self.names_order.push_back(name);
        if self.names_order.len() > SEEN_IDS_MAX
            && let Some(oldest) = self.names_order.pop_front()
        {
            self.names.remove(&oldest);
        }
        (id, false)
    }

    /// Notes the time of a record, and says which server's clock it moved.
    pub(crate) fn advance(&mut self, server: Option<&str>, time: Option<Timestamp>) -> Server {
        self.clocks.advance(server, time)
    }

    /// Notes that another input begins, whose times may be any.
    pub(crate) fn restart(&mut self) {
        self.clocks.restart();
    }

    /// The next held record of a server that has waited long enough, or the
    /// oldest of all if too many wait.
    pub(crate) fn due(&mut self, server: Server) -> Option<Held> {
        if self.held.len() > HELD_MAX || self.held_bytes > HELD_BYTES_MAX {
            return self.release();
        }
        let (turn, oldest) = self.held.range((server, 0)..=(server, Turn::MAX)).next()?;
        let turn = *turn;
        if oldest.due < self.clocks.passed(server) {
            return self.let_go(turn);
        }
        None
    }

    /// The oldest held record, whether it is due or not.
    pub(crate) fn release(&mut self) -> Option<Held> {
        let first = |server| {
            let mut own = self.held.range((server, 0)..=(server, Turn::MAX));
            own.next().map(|(turn, _)| *turn)
        };
        let turns = (0..self.clocks.len()).filter_map(first);
        let oldest = turns.min_by_key(|(_, arrival)| *arrival)?;
        self.let_go(oldest)
    }

    fn let_go(&mut self, turn: (Server, Turn)) -> Option<Held> {
        let held = self.take(turn)?;
        self.turns.remove(&held.id);
        self.remember(held.id);
        Some(held)
    }

    pub(crate) fn held(&self) -> u64 {
        self.held.len() as u64
    }

    pub(crate) fn seen_bytes(&self) -> u64 {
        self.seen.len() as u64 * SEEN_ID_BYTES
    }

    fn take(&mut self, turn: (Server, Turn)) -> Option<Held> {
        let held = self.held.remove(&turn)?;
        self.held_bytes -= held.bytes();
        Some(held)
    }

    /// Adds an id; false if it is there already.
    fn remember(&mut self, id: AuditId) -> bool {
        if !self.seen.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > SEEN_IDS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
            self.evicted += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<Timestamp> {
        Timestamp::new(seconds, 0)
    }

    /// Holds a record of no server.
    fn hold(stages: &mut Stages, id: AuditId, text: &str) -> bool {
        stages.hold(id, 0, (text, &Origin::default()), Position::default())
    }

    fn holding(seconds: i64) -> (Stages, AuditId) {
        let mut stages = Stages::default();
        let id = AuditId::new("x");
        stages.advance(None, at(seconds));
        assert!(hold(&mut stages, id, "a"));
        (stages, id)
    }

    #[test]
    fn a_request_without_response_comes_out_after_its_time() {
        let (mut stages, id) = holding(100);
        assert!(!hold(&mut stages, id, "a"));
        stages.advance(None, at(130));
        assert!(stages.due(0).is_none());
        stages.advance(None, at(131));
        assert_eq!(stages.due(0).map(|held| held.text).as_deref(), Some("a"));
        assert!(
            !stages.first(id, &mut 0),
            "the late response is a duplicate"
        );
    }

    #[test]
    fn an_old_record_waits_from_its_arrival() {
        let mut stages = Stages::default();
        stages.advance(None, at(3000));
        stages.advance(None, at(100));
        hold(&mut stages, AuditId::new("x"), "a");
        stages.advance(None, at(3030));
        assert!(stages.due(0).is_none());
        stages.advance(None, at(3031));
        assert!(stages.due(0).is_some());
    }

    #[test]
    fn a_jump_and_another_input_let_no_time_pass() {
        let (mut stages, _) = holding(100);
        for seconds in [i64::MAX, 4_070_908_800, 101, -9_000_000, i64::MIN, 102] {
            stages.advance(None, Timestamp::new(seconds, 0).or(at(4_070_908_800)));
            assert!(stages.due(0).is_none(), "{seconds}");
        }
        stages.restart();
        stages.advance(None, at(1000));
        stages.advance(None, at(1030));
        assert!(stages.due(0).is_none());
        stages.advance(None, at(1031));
        assert!(stages.due(0).is_some(), "time goes on");
    }

    #[test]
    fn a_response_drops_the_held_request() {
        let mut stages = Stages::default();
        let id = AuditId::new("d44fcbe3-5652-4b3d-b651-dfdb4d811f47");
        let mut dropped = 0;
        hold(&mut stages, id, "a");
        assert!(stages.first(id, &mut dropped));
        assert_eq!((dropped, stages.held()), (1, 0));
        assert!(!stages.first(id, &mut dropped));
    }

    #[test]
    fn memory_is_bounded() {
        let mut stages = Stages::default();
        for n in 0..SEEN_IDS_MAX + 5 {
            assert!(stages.first(AuditId::new(&n.to_string()), &mut 0));
        }
        assert_eq!((stages.seen.len(), stages.evicted), (SEEN_IDS_MAX, 5));
        assert!(
            stages.first(AuditId::new("0"), &mut 0),
            "dropped ids are new again"
        );
        for n in 0..=HELD_MAX {
            hold(&mut stages, AuditId::new(&format!("h{n}")), "");
        }
        assert!(stages.due(0).is_some() && stages.due(0).is_none());
        hold(
            &mut stages,
            AuditId::new("big"),
            &"x".repeat(HELD_BYTES_MAX + 1),
        );
        while stages.due(0).is_some() {}
        assert_eq!(stages.held(), 0);
    }

    #[test]
    fn ids_differ_when_their_texts_do() {
        let lower = AuditId::new("d44fcbe3-5652-4b3d-b651-dfdb4d811f47");
        let upper = AuditId::new("D44FCBE3-5652-4B3D-B651-DFDB4D811F47");
        assert_ne!(lower, upper);
        assert_ne!(AuditId::new("a"), AuditId::new("b"));
    }
}
