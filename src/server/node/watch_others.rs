//! Whether other servers live, by the own clock alone: one whose beats have not grown for a while is dead.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::store::nodes::{Node, Seen};

/// How long the beats of a server that lives may stand still. It misses some when its machine is busy.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// The last beats of each server, by its name.
#[derive(Debug, Default)]
pub(super) struct Watch(BTreeMap<String, Known>);

#[derive(Debug)]
struct Known {
    incarnation: String,
    beats: i64,
    /// Since when its beats stand still.
    still_since: Instant,
    /// Whether they have grown since it was first seen.
    has_grown: bool,
}

impl Watch {
    /// Notes what is seen at `now`.
    pub(super) fn note(&mut self, seen: &Seen, now: Instant) {
        self.0.retain(|name, _| seen.nodes.iter().any(|node| node.name == *name));
        for Node { name, incarnation, beats, .. } in &seen.nodes {
            let known = self.0.get(name).filter(|known| known.incarnation == *incarnation);
            let grown = known.is_some_and(|known| known.beats != *beats);
            let still_since = known.filter(|_| !grown).map_or(now, |known| known.still_since);
            let has_grown = grown || known.is_some_and(|known| known.has_grown);
            let known = Known { incarnation: incarnation.clone(), beats: *beats, still_since, has_grown };
            self.0.insert(name.clone(), known);
        }
    }

    /// Nothing could be seen for a while: everybody gets the whole time again.
    pub(super) fn blink(&mut self) {
        self.0.clear();
    }

    /// Whether this server was seen to live.
    pub(super) fn has_lived(&self, node: &Node) -> bool {
        self.known(&node.name, &node.incarnation).is_some_and(|known| known.has_grown)
    }

    /// Whether this server may live at `now`; one that has left, or whose name another has, does not.
    pub(super) fn may_live(&self, name: &str, incarnation: &str, now: Instant) -> bool {
        self.known(name, incarnation)
            .is_some_and(|known| now.saturating_duration_since(known.still_since) < SILENCE_MAX)
    }

    fn known(&self, name: &str, incarnation: &str) -> Option<&Known> {
        self.0.get(name).filter(|known| known.incarnation == incarnation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(beats: i64, incarnation: &str) -> Seen {
        let [name, incarnation, address, version] = ["a", incarnation, "", ""].map(str::to_owned);
        Seen { nodes: vec![Node { name, incarnation, address, version, beats }], ..Seen::default() }
    }

    #[test]
    fn who_beats_lives_and_who_stands_still_for_long_does_not() {
        let (mut watch, start) = (Watch::default(), Instant::now());
        let at = |s: u64| start + Duration::from_secs(s);
        assert!(!watch.may_live("a", "1", at(0)), "nobody was seen");
        watch.note(&seen(7, "1"), at(0));
        assert!(!watch.has_lived(&seen(7, "1").nodes[0]), "its beats may be of last week");
        watch.note(&seen(7, "1"), at(4));
        assert!(watch.may_live("a", "1", at(4)));
        watch.note(&seen(8, "1"), at(5));
        assert!(watch.has_lived(&seen(8, "1").nodes[0]));
        watch.note(&seen(8, "1"), at(9));
        assert!(watch.may_live("a", "1", at(9)) && !watch.may_live("a", "1", at(10)));
        watch.note(&seen(1, "2"), at(10));
        assert!(!watch.may_live("a", "1", at(10)), "another one has its name");
        assert!(watch.may_live("a", "2", at(10)));
        watch.note(&Seen::default(), at(11));
        assert!(!watch.may_live("a", "2", at(11)), "it has left");
    }

    #[test]
    fn what_nobody_looked_at_counts_for_nothing() {
        let (mut watch, start) = (Watch::default(), Instant::now());
        watch.note(&seen(7, "1"), start);
        watch.blink();
        let later = start + Duration::from_secs(60);
        watch.note(&seen(7, "1"), later);
        assert!(watch.may_live("a", "1", later), "the database was away, for all");
    }
}
