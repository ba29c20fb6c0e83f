//! The leg of each datagram of a worker: by the source address, by the user fragment of a connectivity check,
//! by the transaction of an answer to our own check.

use std::collections::HashMap;
use std::net::SocketAddr;

use ring::rand::{SecureRandom, SystemRandom};

use crate::transport::path::{Route, Step};
use crate::transport::stun::{Transaction, Ufrag};

use super::order::HallId;

/// The place of a member: its hall and its index there.
pub type Seat = (HallId, u32);

/// The tables of one worker.
#[derive(Default)]
pub struct Routes {
    by_ufrag: HashMap<Ufrag, Seat>,
    by_address: HashMap<SocketAddr, Seat>,
    /// Our own checks that wait for an answer, at most one per seat.
    by_transaction: HashMap<Transaction, Seat>,
}

impl Routes {
    /// Number of known legs.
    pub fn legs(&self) -> usize {
        self.by_ufrag.len()
    }

    pub fn enter(&mut self, ufrag: Ufrag, seat: Seat) {
        self.by_ufrag.insert(ufrag, seat);
    }

    pub fn of_ufrag(&self, ufrag: &Ufrag) -> Option<Seat> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub fn of_address(&self, address: &SocketAddr) -> Option<Seat> {
        self.by_address.get(address).copied()
    }

    pub fn of_transaction(&self, transaction: &Transaction) -> Option<Seat> {
        self.by_transaction.get(transaction).copied()
    }

    /// Follows the effect of a datagram that arrived on `route` for `seat`.
    pub fn follow(&mut self, seat: Seat, route: Route, step: Step) {
        match step {
            Step::Stays => {}
            Step::Moved { before } => {
                // Its old address may be another leg's by now.
                if let Some(before) = before
                    && self.of_address(&before.address) == Some(seat)
                {
                    self.by_address.remove(&before.address);
                }
                self.by_address.insert(route.address, seat);
            }
            Step::Probes(transaction) => {
                self.by_transaction.retain(|_, waiting| *waiting != seat);
                self.by_transaction.insert(transaction, seat);
            }
        }
    }

    /// Forgets the seats for which `gone` is true.
    pub fn forget(&mut self, gone: impl Fn(&Seat) -> bool) {
        self.by_ufrag.retain(|_, seat| !gone(seat));
        self.by_address.retain(|_, seat| !gone(seat));
        self.by_transaction.retain(|_, seat| !gone(seat));
    }
}

/// An unguessable transaction.
pub fn random_transaction() -> Transaction {
    let mut transaction = [0; 12];
    SystemRandom::new().fill(&mut transaction).expect("the system has randomness");
    transaction
}
