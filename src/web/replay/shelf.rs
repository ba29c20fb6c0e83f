//! The manifests in memory: read at the first use, and followed while they grow.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dashmap::DashMap;

use crate::files::objects::Objects;
use crate::files::recordings::Recordings;
use crate::recording::manifest::{self, Chain, Manifest};

/// Most recordings remembered; a 90-minute one takes some 4 MB.
const KNOWN_MAX: usize = 64;
/// Interval of reading a manifest that may still grow: two hundred people who watch live cause two reads a
/// second.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The manifests of all recordings that are being watched.
pub struct Shelf {
    recordings: Recordings,
    pub(super) objects: Objects,
    known: DashMap<String, Arc<Mutex<Known>>>,
}

/// A manifest as read so far.
struct Known {
    manifest: Arc<Manifest>,
    chain: Chain,
    /// Number of bytes read, up to the end of a line.
    read: u64,
    looked_at: Option<Instant>,
    /// Number of damaged segments marked in it, as [`Objects::damage`] counts.
    damage: u64,
    used_at: Instant,
}

impl Shelf {
    pub fn new(recordings: Recordings, objects: Objects) -> Shelf {
        Shelf { recordings, objects, known: DashMap::new() }
    }

    /// The manifest of a recording, at most half a second old; `None` = nothing was recorded. Reads files:
    /// not for an async task.
    pub(super) fn manifest(&self, recording: &str) -> io::Result<Option<Arc<Manifest>>> {
        let now = Instant::now();
        let known = self.known.get(recording).map(|known| known.clone());
        let known = match known {
            Some(known) => known,
            None => self.remember(recording, now),
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.used_at = now;
        if known.looked_at.is_none_or(|at| now.saturating_duration_since(at) >= LOOK_EVERY) {
            let grew = known.follow(&self.recordings, recording)?;
            known.looked_at = Some(now);
            let damage = self.objects.damage();
            if damage > 0 && (grew || damage != known.damage) {
                self.objects.mark(Arc::make_mut(&mut known.manifest));
                known.damage = damage;
            }
        }
        Ok((!known.manifest.id.is_empty()).then(|| known.manifest.clone()))
    }

    fn remember(&self, recording: &str, now: Instant) -> Arc<Mutex<Known>> {
        if self.known.len() >= KNOWN_MAX {
            let used = |known: &Mutex<Known>| known.lock().unwrap_or_else(PoisonError::into_inner).used_at;
            let oldest = self.known.iter().min_by_key(|entry| used(entry.value()));
            let oldest = oldest.map(|entry| entry.key().clone());
            if let Some(oldest) = oldest {
                self.known.remove(&oldest);
            }
        }
        let known = Known {
            manifest: Arc::default(),
            chain: Chain::start(),
            read: 0,
            looked_at: None,
            damage: 0,
            used_at: now,
        };
        self.known.entry(recording.to_owned()).or_insert_with(|| Arc::new(Mutex::new(known))).clone()
    }
}

impl Known {
    /// Reads the lines appended since; returns whether there were any.
    fn follow(&mut self, recordings: &Recordings, recording: &str) -> io::Result<bool> {
        let bytes = recordings.read_manifest_from(recording, self.read)?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let lines = manifest::read_on(&self.chain, &bytes);
        if lines.whole > 0 {
            let manifest = Arc::make_mut(&mut self.manifest);
            lines.good.iter().for_each(|listed| manifest.apply(&listed.entry));
            self.read += lines.whole as u64;
            self.chain = lines.chain.clone();
        }
        for damage in &lines.damaged {
            tracing::error!(recording, line = damage.line, "a line of a recording's manifest is damaged");
        }
        Ok(lines.whole > 0)
    }
}
