//! Issuing: a person with the right releases a list of people who have completed a phase; then one
//! certificate after the other is issued. A number is given in the transaction that writes its certificate,
//! so that none is skipped or given twice, whenever the machine stops: an unwritten certificate waits as
//! before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use serde_json::json;

use super::{Answer, Certifier, Form, Refused, Unprintable, lettered};
use crate::certificate::print::Press;
use crate::certificate::signed::status_list::BITS;
use crate::certificate::state::State;
use crate::protocol::{CertificateBatch, CertificateDesk, LeftOut, WaitingRevocation};
use crate::store::audit::{self, Act};
use crate::store::certificates::orders::{self, Graduate, Order};
use crate::store::certificates::{self, Certificate, ISSUED};
use crate::store::{Lane, Writing, random_bytes, random_hex};
use crate::time::{LocalDate, ServerInstant};

/// Certificates printed before they are written together.
const AT_ONCE: u32 = 20;
/// Badges per list of withdrawn badges: half of its places, so that a random place is found quickly.
const BADGES_OF_LIST: u64 = BITS as u64 / 2;
/// Most people shown by name.
const SHOWN_MAX: u32 = 200;
const SERVER: &str = "server";

/// The outcome of an order.
enum Made {
    Issued(Box<Certificate>),
    LeftOut(Unprintable),
}

impl Certifier {
    /// The certificates of a phase in the view of the office.
    pub async fn desk(&self, phase: &str, viewer: &str, now_ms: u64) -> Answer<CertificateDesk> {
        let certificates = self.store().certificates();
        let ready = certificates.ready(phase).await?;
        let (trouble, unprintable) = match self.unprintable(phase, &ready, now_ms).await {
            Ok(unprintable) => (None, unprintable),
            Err(Refused::NotReady(why)) => (Some(why), Vec::new()),
            Err(why) => return Err(why),
        };
        let counts: BTreeMap<State, u64> = certificates.counts(phase).await?.into_iter().collect();
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let batch = |one: orders::Batch| CertificateBatch {
            at_ms: one.at_ms,
            by: one.by_name,
            total: one.total,
            issued: one.issued,
            left_out: one.left_out,
        };
        let left_out = certificates.left_out(phase, SHOWN_MAX).await?.into_iter();
        let revocations = certificates.revocations(phase).await?.into_iter();
        Ok(CertificateDesk {
            ready: u32::try_from(ready.len()).unwrap_or(u32::MAX),
            trouble,
            unprintable,
            batches: certificates.batches(phase).await?.into_iter().map(batch).collect(),
            left_out: left_out.map(|one| LeftOut { name: one.name, why: one.reason }).collect(),
            unfounded: certificates.unfounded(phase, SHOWN_MAX).await?,
            valid: count(State::Valid),
            superseded: count(State::Superseded),
            revoked: count(State::Revoked),
            revocations: revocations
                .map(|one| WaitingRevocation {
                    number: one.number,
                    reason: one.reason,
                    own: one.by == viewer,
                    by: one.by_name,
                    at_ms: one.at_ms,
                })
                .collect(),
        })
    }

    /// The people whose certificates cannot be printed as they are now, with the reasons.
    async fn unprintable(&self, phase: &str, ready: &[u64], now_ms: u64) -> Answer<Vec<LeftOut>> {
        self.did()?;
        let press = self.press().await?;
        let today = LocalDate::of(ServerInstant::of_fact(now_ms));
        let form = self.form(phase, 0, today, &press).await?;
        let graduates = self.store().certificates().graduates(ready).await?;
        let certifier = self.clone();
        let look = move || {
            let why = |one: &Graduate| {
                let content = certifier.content(&form, one, 1).and_then(|content| lettered(&press, content));
                content.err().map(|why| LeftOut { name: one.name.clone(), why: why.to_string() })
            };
            graduates.iter().filter_map(why).take(SHOWN_MAX as usize).collect()
        };
        let looked = tokio::task::spawn_blocking(look).await.context("looking for letters ended badly");
        Ok(looked?)
    }

    /// Releases the certificates of everybody who is ready; `seen` is the number that the person saw before.
    pub async fn release(&self, by: &str, phase: &str, seen: u32, now_ms: u64) -> Answer<()> {
        self.did()?;
        let press = self.press().await?;
        let today = LocalDate::of(ServerInstant::of_fact(now_ms));
        self.form(phase, 0, today, &press).await?;
        let mut writing = self.store().write(Lane::Office).await?;
        let ready = orders::ready(&mut writing, phase).await?;
        if ready.is_empty() {
            return Err(Refused::Nobody);
        }
        if u32::try_from(ready.len()).ok() != Some(seen) {
            return Err(Refused::Changed);
        }
        let batch = orders::release(&mut writing, phase, &ready, by, &today.to_string(), now_ms).await?;
        let detail = json!({ "batch": batch, "people": ready.len() });
        let act = Act::done(by, "certificate.released", phase, detail);
        audit::append(&mut writing, self.store().vault(), act).await?;
        writing.commit().await?;
        self.0.released.notify_one();
        Ok(())
    }

    /// Waits until a list is released.
    pub async fn released(&self) {
        self.0.released.notified().await;
    }

    /// Issues the next released certificates; returns the number of decided people, 0 = nobody waits.
    pub async fn issue_some(&self, now_ms: u64) -> Answer<usize> {
        let _alone = self.0.alone.lock().await;
        let waiting = self.store().certificates().waiting(AT_ONCE).await?;
        let Some(first) = waiting.first() else { return Ok(0) };
        let (did, press) = (self.did()?, self.press().await?);
        let issued_on = LocalDate::parse(&first.issued_on).context("a list without a day")?;
        let number = self.programme_number(&first.phase).await?;
        let form = self.form(&first.phase, number, issued_on, &press).await?;
        let made = self.make(&form, &did, &press, &waiting, now_ms).await?;
        Ok(self.write_down(&waiting, made, now_ms).await?)
    }

    pub(super) async fn programme_number(&self, phase: &str) -> Answer<u16> {
        let phase = self.store().phases().find(phase).await?.ok_or(Refused::NotFound)?;
        let mut writing = self.store().write(Lane::Books).await?;
        let number = certificates::programme_number(&mut writing, &phase.programme).await?;
        writing.commit().await?;
        Ok(number)
    }

    /// Prints the certificates of some orders, with the next numbers.
    async fn make(
        &self,
        form: &Form,
        did: &str,
        press: &Press,
        waiting: &[Order],
        now_ms: u64,
    ) -> anyhow::Result<Vec<Made>> {
        let ids: Vec<u64> = waiting.iter().map(|order| order.registration).collect();
        let graduates = self.store().certificates().graduates(&ids).await?.into_iter();
        let graduates: BTreeMap<u64, Graduate> = graduates.map(|one| (one.registration, one)).collect();
        let mut serials: BTreeMap<String, u32> = BTreeMap::new();
        let mut places = Places::default();
        let mut made = Vec::new();
        for order in waiting {
            let Some(graduate) = graduates.get(&order.registration) else {
                made.push(Made::LeftOut(Unprintable::NotCompleted));
                continue;
            };
            let serial = match serials.get(&graduate.unit) {
                Some(serial) => *serial,
                None => self.next_serial(form, &graduate.unit).await?,
            };
            let content = self.content(form, graduate, serial).and_then(|content| lettered(press, content));
            let content = match content {
                Ok(content) => content,
                Err(why) => {
                    made.push(Made::LeftOut(why));
                    continue;
                }
            };
            let (certifier, press, did) = (self.clone(), press.clone(), did.to_owned());
            let printing = content.clone();
            let print = move || certifier.print(&press, &did, &printing);
            match tokio::task::spawn_blocking(print).await.context("printing ended badly")?? {
                Err(why) => made.push(Made::LeftOut(why)),
                Ok(pdf) => {
                    serials.insert(graduate.unit.clone(), serial + 1);
                    let (list, bit) = self.place(&mut places).await?;
                    made.push(Made::Issued(Box::new(Certificate {
                        id: 0,
                        registration: graduate.registration,
                        conclusion: graduate.conclusion,
                        batch: Some(order.batch),
                        content,
                        pdf,
                        list,
                        bit,
                        salt: random_hex::<16>()?,
                        at_ms: now_ms,
                        state: State::Valid,
                        replaced_by: None,
                        ended_at_ms: None,
                    })));
                }
            }
        }
        Ok(made)
    }

    /// The next serial number of a unit; 0 = the unit has no place in numbers, which is refused later.
    async fn next_serial(&self, form: &Form, unit: &str) -> anyhow::Result<u32> {
        match form.number(unit, 1) {
            Some(like) => Ok(self.store().certificates().last_serial(like).await? + 1),
            None => Ok(0),
        }
    }

    /// A random free place in the list of withdrawn badges.
    pub(super) async fn place(&self, places: &mut Places) -> anyhow::Result<(u32, u32)> {
        let certificates = self.store().certificates();
        let issued = certificates.count().await? + places.given.len() as u64;
        let list = u32::try_from(issued / BADGES_OF_LIST + 1)?;
        loop {
            let bit = u32::from_be_bytes(random_bytes::<4>()?) % BITS as u32;
            let is_free = !certificates.is_taken(list, bit).await? && places.given.insert((list, bit));
            if is_free {
                return Ok((list, bit));
            }
        }
    }

    /// Writes the certificates: all of them, or nothing when a person's end was opened again meanwhile.
    async fn write_down(&self, waiting: &[Order], made: Vec<Made>, now_ms: u64) -> anyhow::Result<usize> {
        let vault = self.store().vault();
        let mut writing = self.store().write(Lane::Books).await?;
        if !are_graduates(&mut writing, self, &made).await? {
            return Ok(made.len());
        }
        let (mut last, mut count) = (0, 0);
        for (order, made) in waiting.iter().zip(&made) {
            match made {
                Made::Issued(certificate) => {
                    last = certificates::insert(&mut writing, vault, certificate).await?;
                    count += 1;
                    orders::done(&mut writing, order.id, None).await?;
                }
                Made::LeftOut(why) => {
                    orders::done(&mut writing, order.id, Some(&why.to_string())).await?;
                }
            }
        }
        if count > 0 {
            let phase = waiting.first().map_or("", |order| order.phase.as_str());
            let detail = json!({ "count": count, "last": last });
            audit::append(&mut writing, vault, Act::done(SERVER, ISSUED, phase, detail)).await?;
        }
        writing.commit().await?;
        tracing::info!(count, left_out = made.len() - count, at_ms = now_ms, "issued certificates");
        Ok(made.len())
    }
}

/// Places in lists that are given but not written yet.
#[derive(Default)]
pub(super) struct Places {
    given: BTreeSet<(u32, u32)>,
}

/// Whether everybody has still completed, by the conclusion seen before.
async fn are_graduates(writing: &mut Writing, certifier: &Certifier, made: &[Made]) -> anyhow::Result<bool> {
    let issued = || {
        made.iter().filter_map(|one| match one {
            Made::Issued(one) => Some((one.registration, one.conclusion)),
            Made::LeftOut(_) => None,
        })
    };
    let ids: Vec<u64> = issued().map(|(registration, _)| registration).collect();
    let graduates = orders::graduates(writing, certifier.store().vault(), &ids).await?;
    let now: BTreeSet<(u64, u64)> = graduates.iter().map(|one| (one.registration, one.conclusion)).collect();
    Ok(issued().all(|one| now.contains(&one)))
}
