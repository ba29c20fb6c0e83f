//! Hashing of passwords: argon2id with the parameters that OWASP asks for (19 MiB, 2 passes). A hash takes
//! tens of milliseconds of a core, so there are a few threads of low priority for it, and a queue with an end: a
//! thousand people who sign in at once do not disturb a class that runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::oneshot;

/// Jobs that wait at most, and for how long by what hashes took of late: a browser gives up after 15 s.
const WAITING_MAX: usize = 128;
const PATIENCE_US: u64 = 8_000_000;

/// Of the threads, as `nice` counts: media and facts go first. On one core with a class, forwarding's p99
/// rose by 4 ms with 10, and by half a millisecond with this.
const NICE: i32 = 19;

const SALT_BYTES: usize = 16;

/// What a hash costs before one was measured.
const USUAL_HASH_US: u64 = 50_000;

type Job = Box<dyn FnOnce() + Send>;

/// The queue is full: try again after so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many people sign in at once; try again in {retry_after_s} seconds")]
pub struct Busy {
    pub retry_after_s: u64,
}

/// What the threads did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub threads: u64,
    pub hashes: u64,
    pub waiting: u64,
    /// The most that were ever hashed at once.
    pub at_once_max: u64,
    pub refused: u64,
}

#[derive(Default)]
struct Meters {
    hashes: AtomicU64,
    waiting: AtomicU64,
    running: AtomicU64,
    at_once_max: AtomicU64,
    refused: AtomicU64,
    hash_us: AtomicU64,
}

/// The threads that hash. They end with it.
pub struct Hasher {
    jobs: SyncSender<Job>,
    meters: Arc<Meters>,
    threads: u64,
}

impl Hasher {
    /// One thread less than there are cores, at least one.
    pub fn start() -> std::io::Result<Hasher> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Hasher::with_threads(cores.saturating_sub(1).max(1))
    }

    fn with_threads(threads: usize) -> std::io::Result<Hasher> {
        let (jobs, taken) = sync_channel::<Job>(WAITING_MAX);
        let taken = Arc::new(Mutex::new(taken));
        let meters = Arc::new(Meters { hash_us: USUAL_HASH_US.into(), ..Meters::default() });
        for number in 0..threads {
            let (taken, meters) = (taken.clone(), meters.clone());
            let name = format!("passwords-{number}");
            std::thread::Builder::new().name(name).spawn(move || work(&taken, &meters))?;
        }
        Ok(Hasher { jobs, meters, threads: threads as u64 })
    }

    /// Whether `password` is the one of `hash`. Without a hash it takes the same time, and is not.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        self.run(move || match &hash {
            Some(hash) => fits(&password, hash),
            None => {
                fits(&password, nobodys());
                false
            }
        })
        .await
    }

    /// The hash of a new password; none when it is one of `old`.
    pub async fn hash(&self, password: String, old: Vec<String>) -> Result<Option<String>, Busy> {
        self.run(move || {
            let used = old.iter().any(|hash| fits(&password, hash));
            (!used).then(|| hash_of(&password))
        })
        .await
    }

    pub fn counts(&self) -> Counts {
        let read = |meter: &AtomicU64| meter.load(Ordering::Relaxed);
        Counts {
            threads: self.threads,
            hashes: read(&self.meters.hashes),
            waiting: read(&self.meters.waiting),
            at_once_max: read(&self.meters.at_once_max),
            refused: read(&self.meters.refused),
        }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            // Whoever asked may have gone away.
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        });
        self.meters.waiting.fetch_add(1, Ordering::Relaxed);
        if self.wait_us() > PATIENCE_US || self.jobs.try_send(job).is_err() {
            self.meters.waiting.fetch_sub(1, Ordering::Relaxed);
            self.meters.refused.fetch_add(1, Ordering::Relaxed);
            return Err(self.busy());
        }
        // A thread that panicked has taken the answer with it.
        answered.await.map_err(|_| self.busy())
    }

    /// How long the last job will wait.
    fn wait_us(&self) -> u64 {
        let waiting = self.meters.waiting.load(Ordering::Relaxed);
        waiting * self.meters.hash_us.load(Ordering::Relaxed) / self.threads
    }

    fn busy(&self) -> Busy {
        Busy { retry_after_s: 1 + self.wait_us() / 1_000_000 }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, meters: &Meters) {
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!("passwords are hashed with full priority: {error}");
    }
    // Not at the first name that nobody has: that answer would take twice as long.
    nobodys();
    loop {
        let job = jobs.lock().expect("no holder of this lock panics").recv();
        let Ok(job) = job else { return };
        meters.waiting.fetch_sub(1, Ordering::Relaxed);
        let running = meters.running.fetch_add(1, Ordering::Relaxed) + 1;
        meters.at_once_max.fetch_max(running, Ordering::Relaxed);
        let started = Instant::now();
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
            tracing::error!("hashing a password panicked");
        }
        let us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let usual = meters.hash_us.load(Ordering::Relaxed);
        meters.hash_us.store((usual * 7 + us.min(10_000_000)) / 8, Ordering::Relaxed);
        meters.running.fetch_sub(1, Ordering::Relaxed);
        meters.hashes.fetch_add(1, Ordering::Relaxed);
    }
}

fn hash_of(password: &str) -> String {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new().fill(&mut salt).expect("this machine gives random bytes");
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.expect("the salt and the parameters are within argon2's limits").to_string()
}

fn fits(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

/// The hash of a password that nobody has.
fn nobodys() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_of("nobody's"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_hash_and_no_other() {
        let hasher = Hasher::with_threads(1).unwrap();
        let hash = hasher.hash("春眠不觉晓Aab".into(), Vec::new()).await.unwrap().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = async |password: &str, hash: Option<&String>| {
            hasher.verify(password.into(), hash.cloned()).await.unwrap()
        };
        assert!(verify("春眠不觉晓Aab", Some(&hash)).await);
        assert!(!verify("春眠不觉晓Aac", Some(&hash)).await);
        assert!(!verify("nobody's", None).await);
        assert!(!verify("x", Some(&"$argon2id$broken".to_owned())).await);
        assert_eq!(hasher.hash("春眠不觉晓Aab".into(), vec![hash]).await, Ok(None));
    }

    #[tokio::test]
    async fn what_waits_is_bounded_and_the_rest_is_told_when_to_come_back() {
        let hasher = Arc::new(Hasher::with_threads(1).unwrap());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let blocked = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.run(move || gate.recv().is_err()).await }
        });
        while hasher.meters.running.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let mut waiting: Vec<_> = (0..WAITING_MAX)
            .map(|number| {
                let hasher = hasher.clone();
                Box::pin(async move { hasher.run(move || number).await })
            })
            .collect();
        for job in &mut waiting {
            assert!(futures_util::poll!(job.as_mut()).is_pending());
        }
        let refused = hasher.run(|| 0).await.unwrap_err();
        assert!(refused.retry_after_s > WAITING_MAX as u64 * USUAL_HASH_US / 1_000_000, "{refused:?}");
        drop(open);
        assert_eq!(blocked.await.unwrap(), Ok(true));
        for (number, job) in waiting.into_iter().enumerate() {
            assert_eq!(job.await, Ok(number));
        }
        let counts = hasher.counts();
        assert_eq!((counts.at_once_max, counts.refused, counts.waiting), (1, 1, 0));
    }
}
