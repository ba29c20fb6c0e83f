//! Files in memory, bounded by their bytes: the oldest is dropped first. Callers that ask for the same file
//! at once share one read.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Bytes;
use tokio::sync::OnceCell;

use super::ObjectError;

/// Size of an entry besides its bytes.
const ENTRY_BYTES: u64 = 512;

pub(super) struct Cache {
    bytes_max: u64,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    cells: HashMap<String, Arc<OnceCell<Bytes>>>,
    /// Oldest first, each with its size.
    order: VecDeque<(String, u64)>,
    bytes: u64,
}

impl Cache {
    pub(super) fn new(bytes_max: u64) -> Cache {
        Cache { bytes_max, entries: Mutex::default() }
    }

    /// The file under `key`, `size` bytes long; read by `fetch` if necessary. A failure is not kept.
    pub(super) async fn read(
        &self,
        key: &str,
        size: u64,
        fetch: impl Future<Output = Result<Bytes, ObjectError>>,
    ) -> Result<Bytes, ObjectError> {
        let cell = self.cell(key, size);
        cell.get_or_try_init(|| fetch).await.cloned()
    }

    fn cell(&self, key: &str, size: u64) -> Arc<OnceCell<Bytes>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = entries.cells.get(key) {
            return cell.clone();
        }
        let cell = Arc::new(OnceCell::new());
        let takes = size.saturating_add(ENTRY_BYTES);
        if takes > self.bytes_max {
            return cell;
        }
        while entries.bytes + takes > self.bytes_max
            && let Some((oldest, took)) = entries.order.pop_front()
        {
            entries.cells.remove(&oldest);
            entries.bytes -= took;
        }
        entries.bytes += takes;
        entries.order.push_back((key.to_owned(), takes));
        entries.cells.insert(key.to_owned(), cell.clone());
        cell
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_file_is_read_once_until_it_has_to_make_room() {
        let cache = Cache::new(2 * (ENTRY_BYTES + 10));
        let reads = AtomicU32::new(0);
        let read = async |key: &str| {
            let fetch = async {
                reads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(Bytes::from_static(b"0123456789"))
            };
            cache.read(key, 10, fetch).await.unwrap();
            reads.load(Ordering::Relaxed)
        };
        // Together: one reads, the other waits for it.
        let (one, other) = tokio::join!(read("a"), read("a"));
        assert_eq!((one.max(other), read("a").await), (1, 1));
        assert_eq!(read("b").await, 2);
        assert_eq!(read("c").await, 3);
        assert_eq!(read("b").await, 3);
        assert_eq!(read("a").await, 4);
        assert_eq!(cache.entries.lock().unwrap().cells.len(), 2);
    }

    #[tokio::test]
    async fn a_failure_is_tried_again_and_what_is_too_large_is_not_kept() {
        let cache = Cache::new(ENTRY_BYTES + 10);
        assert!(cache.read("a", 10, async { Err(ObjectError::Missing) }).await.is_err());
        assert!(cache.read("a", 10, async { Ok(Bytes::new()) }).await.is_ok());
        assert!(cache.read("large", 11, async { Ok(Bytes::new()) }).await.is_ok());
        assert!(cache.read("large", 11, async { Err(ObjectError::Missing) }).await.is_err());
    }
}
