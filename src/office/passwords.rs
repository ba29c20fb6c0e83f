//! Hashing of passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes). A hash takes
//! tens of milliseconds of a core, so a few threads of low priority do it, behind a bounded queue: a thousand
//! people who sign in at once do not disturb a running class. Each thread keeps the memory of its first hash
//! for all others: freed and allocated again, it would leave holes in the heap that stay with the process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::oneshot;

/// Most waiting jobs, and the longest expected wait by the latest cost of a hash, µs: a browser gives up
/// after 15 s.
const WAITING_MAX: usize = 128;
const PATIENCE_US: u64 = 8_000_000;

/// Most threads; each keeps 19 MiB.
const THREADS_MAX: usize = 8;

const SALT_BYTES: usize = 16;

/// Assumed cost of a hash before the first measurement, µs.
const USUAL_HASH_US: u64 = 50_000;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The queue is full: try again after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many people sign in at once; try again in {retry_after_s} seconds")]
pub struct Busy {
    pub retry_after_s: u64,
}

/// Counters of the threads so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub threads: u64,
    pub hashes: u64,
    pub waiting: u64,
    /// The most hashes at once so far.
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
    /// Starts one thread fewer than there are cores, at least one and at most [`THREADS_MAX`]. Their priority is `nice`:
    /// media and facts go first. On one core with a class, forwarding's p99 rose by 4 ms with 10, and by half a
    /// millisecond with 19.
    pub fn start(nice: u32) -> std::io::Result<Hasher> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Hasher::with_threads(cores.saturating_sub(1).clamp(1, THREADS_MAX), nice)
    }

    fn with_threads(threads: usize, nice: u32) -> std::io::Result<Hasher> {
        let (jobs, taken) = sync_channel::<Job>(WAITING_MAX);
        let taken = Arc::new(Mutex::new(taken));
        let meters = Arc::new(Meters { hash_us: USUAL_HASH_US.into(), ..Meters::default() });
        for number in 0..threads {
            let (taken, meters) = (taken.clone(), meters.clone());
            let name = format!("passwords-{number}");
            std::thread::Builder::new().name(name).spawn(move || work(&taken, &meters, nice))?;
        }
        Ok(Hasher { jobs, meters, threads: threads as u64 })
    }

    /// Whether `password` matches `hash`. Without a hash it takes the same time and returns false.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        self.run(move |memory| match &hash {
            Some(hash) => memory.fits(&password, hash),
            None => {
                let nobodys = memory.nobodys();
                memory.fits(&password, nobodys);
                false
            }
        })
        .await
    }

    /// The hash of a new password; `None` = it is one of `old`.
    pub async fn hash(&self, password: String, old: Vec<String>) -> Result<Option<String>, Busy> {
        self.run(move |memory| {
            let used = old.iter().any(|hash| memory.fits(&password, hash));
            (!used).then(|| memory.hash_of(&password))
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

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |memory: &mut Memory| {
            // The caller may have gone away.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        });
        self.meters.waiting.fetch_add(1, Ordering::Relaxed);
        if self.wait_us() > PATIENCE_US || self.jobs.try_send(job).is_err() {
            self.meters.waiting.fetch_sub(1, Ordering::Relaxed);
            self.meters.refused.fetch_add(1, Ordering::Relaxed);
            return Err(self.busy());
        }
        // A thread that panicked has lost the answer.
        answered.await.map_err(|_| self.busy())
    }

    /// Expected wait of the last job, µs.
    fn wait_us(&self) -> u64 {
        let waiting = self.meters.waiting.load(Ordering::Relaxed);
        waiting * self.meters.hash_us.load(Ordering::Relaxed) / self.threads
    }

    fn busy(&self) -> Busy {
        Busy { retry_after_s: 1 + self.wait_us() / 1_000_000 }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, meters: &Meters, nice: u32) {
    if let Err(error) = rustix::process::setpriority_process(None, nice.cast_signed()) {
        tracing::warn!("passwords are hashed with the priority of the server: {error}");
    }
    let mut memory = Memory::default();
    // Not at the first unknown name: that answer would take twice as long.
    memory.nobodys();
    loop {
        let job = jobs.lock().expect("no holder of this lock panics").recv();
        let Ok(job) = job else { return };
        meters.waiting.fetch_sub(1, Ordering::Relaxed);
        let running = meters.running.fetch_add(1, Ordering::Relaxed) + 1;
        meters.at_once_max.fetch_max(running, Ordering::Relaxed);
        let started = Instant::now();
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("hashing a password panicked");
        }
        let us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let usual = meters.hash_us.load(Ordering::Relaxed);
        meters.hash_us.store((usual * 7 + us.min(10_000_000)) / 8, Ordering::Relaxed);
        meters.running.fetch_sub(1, Ordering::Relaxed);
        meters.hashes.fetch_add(1, Ordering::Relaxed);
    }
}

/// The working memory of a thread. No trace of a password stays readable: each hash overwrites all of it.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Memory {
    fn hash_of(&mut self, password: &str) -> String {
        let mut salt = [0; SALT_BYTES];
        SystemRandom::new().fill(&mut salt).expect("this machine gives random bytes");
        let argon2 = Argon2::default();
        let hash = self.hash(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN).and_then(|output| {
            Some(PasswordHash {
                algorithm: Algorithm::default().ident(),
                version: Some(Version::default().into()),
                params: ParamsString::try_from(argon2.params()).ok()?,
                salt: Some(Salt::new(&salt).ok()?),
                hash: Some(output),
            })
        });
        hash.expect("the salt and the parameters are within argon2's limits").to_string()
    }

    /// Whether a password matches a hash; one that is not argon2's matches none.
    fn fits(&mut self, password: &str, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return false };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str());
        let version = hash.version.map(Version::try_from).transpose();
        let (Ok(algorithm), Ok(version), Ok(params)) = (algorithm, version, Params::try_from(&hash)) else {
            return false;
        };
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return false };
        let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
        // Outputs are compared in constant time.
        self.hash(&argon2, password, salt, expected.len()).is_some_and(|output| output == *expected)
    }

    fn hash(&mut self, argon2: &Argon2<'_>, password: &str, salt: &[u8], length: usize) -> Option<Output> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::new());
        }
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..length)?;
        let memory = &mut self.0[..blocks];
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, memory).ok()?;
        Output::new(output).ok()
    }

    /// The hash of a password that nobody has.
    fn nobodys(&mut self) -> &'static str {
        static HASH: OnceLock<String> = OnceLock::new();
        HASH.get_or_init(|| self.hash_of("nobody's"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_hash_and_no_other() {
        let hasher = Hasher::with_threads(1, 0).unwrap();
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

    #[test]
    fn hashes_are_those_of_argon2_and_what_others_made_is_known() {
        use argon2::{PasswordHasher, PasswordVerifier};
        let mut memory = Memory::default();
        let argon2 = Argon2::default();
        let own = memory.hash_of("春眠不觉晓Aab");
        assert!(argon2.verify_password("春眠不觉晓Aab".as_bytes(), own.as_str()).is_ok());
        let small = Argon2::new(Algorithm::Argon2i, Version::V0x10, Params::new(64, 3, 2, Some(24)).unwrap());
        for other in [&argon2, &small] {
            let hash = other.hash_password_with_salt("旧的密码Aa1".as_bytes(), b"0123456789abcdef").unwrap();
            assert!(memory.fits("旧的密码Aa1", &hash.to_string()), "{hash}");
            assert!(!memory.fits("旧的密码Aa2", &hash.to_string()), "{hash}");
        }
        let (at, blocks) = (memory.0.as_ptr(), memory.0.len());
        for _ in 0..3 {
            assert!(memory.fits("春眠不觉晓Aab", &own));
        }
        assert_eq!((at, blocks), (memory.0.as_ptr(), memory.0.len()), "the same memory again");
    }

    #[tokio::test]
    async fn what_waits_is_bounded_and_the_rest_is_told_when_to_come_back() {
        let hasher = Arc::new(Hasher::with_threads(1, 0).unwrap());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let blocked = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.run(move |_| gate.recv().is_err()).await }
        });
        while hasher.meters.running.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let mut waiting: Vec<_> = (0..WAITING_MAX)
            .map(|number| {
                let hasher = hasher.clone();
                Box::pin(async move { hasher.run(move |_| number).await })
            })
            .collect();
        for job in &mut waiting {
            assert!(futures_util::poll!(job.as_mut()).is_pending());
        }
        let refused = hasher.run(|_| 0).await.unwrap_err();
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
