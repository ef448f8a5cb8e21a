//! A clock for each server.
//!
//! Servers whose records stand in one stream run at their own pace, so each has
//! a clock of its own: what one is ahead of another is not time that passed.

use std::collections::HashMap;

use yaral_udm::Timestamp;

use super::audit_id::AuditId;
use crate::clock::Clock;
use crate::limits::SERVERS_MAX;

/// The place of a server's clock.
pub(super) type Server = usize;

/// The clocks of all servers. The first belongs to records that name no
/// server, and to servers beyond [`SERVERS_MAX`].
#[derive(Debug)]
pub(super) struct Clocks {
    clocks: Vec<Clock>,
    places: HashMap<AuditId, Server>,
}

impl Default for Clocks {
    fn default() -> Self {
        Self {
            clocks: vec![Clock::default()],
            places: HashMap::new(),
        }
    }
}

impl Clocks {
    /// Notes the time of a record, and says whose clock it is.
    pub(super) fn advance(&mut self, server: Option<&str>, time: Option<Timestamp>) -> Server {
        let place = server.map_or(0, |server| self.place(server));
        if let (Some(clock), Some(time)) = (self.clocks.get_mut(place), time) {
            clock.advance(time);
        }
        place
    }

    /// What has passed for a server, in milliseconds.
    pub(super) fn passed(&self, server: Server) -> i64 {
        self.clocks.get(server).map_or(0, Clock::passed)
    }

    /// What will have passed for a server in some seconds from now.
    pub(super) fn passed_in(&self, server: Server, seconds: i64) -> i64 {
        let clock = self.clocks.get(server);
        clock.map_or(0, |clock| clock.passed_in(seconds))
    }

    /// Notes that another input begins, whose times may be any.
    pub(super) fn restart(&mut self) {
        for clock in &mut self.clocks {
            clock.restart();
        }
    }

    /// How many clocks there are.
    pub(super) fn len(&self) -> usize {
        self.clocks.len()
    }

    fn place(&mut self, server: &str) -> Server {
        let id = AuditId::of(&[server]);
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        if self.places.len() >= SERVERS_MAX {
            return 0;
        }
        let place = self.clocks.len();
        self.clocks.push(Clock::default());
        self.places.insert(id, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_server_is_ahead_does_not_pass_for_another() {
        let mut clocks = Clocks::default();
        let at = |seconds| Timestamp::new(seconds, 0);
        let a = clocks.advance(Some("a"), at(100));
        let b = clocks.advance(Some("b"), at(400));
        clocks.advance(Some("a"), at(101));
        assert_eq!(
            (clocks.passed(a), clocks.passed(b), clocks.passed(0)),
            (1000, 0, 0)
        );
        clocks.restart();
        clocks.advance(Some("a"), at(300));
        assert_eq!(clocks.passed(a), 1000);
    }
}
