//! The end of a certificate: revoked with a reason by two people, or superseded by one with a corrected name.

use anyhow::Context;
use serde_json::json;

use super::issuing::Places;
use super::{Answer, Certifier, Refused, Unprintable, lettered, printable};
use crate::certificate::content::Content;
use crate::certificate::number::Number;
use crate::certificate::state::{REASON_CHARS_MAX, State, Step};
use crate::certificate::{state, verification};
use crate::store::audit::{self, Act};
use crate::store::certificates::{self, Certificate, ISSUED, REVOKED, SUPERSEDED, orders, revocations};
use crate::store::{Lane, Writing, random_hex};
use crate::time::{LocalDate, ServerInstant};

impl Certifier {
    /// Takes the request to revoke a certificate; it stays valid until a second person agrees.
    pub async fn ask_to_revoke(&self, by: &str, number: &str, reason: &str, now_ms: u64) -> Answer<()> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
            return Err(state::Refused::Reason.into());
        }
        let mut writing = self.store().write(Lane::Office).await?;
        let found = self.of_others(&mut writing, by, number).await?;
        if found.state != State::Valid {
            found.state.after(Step::Supersede)?;
        }
        let number = found.content.number;
        revocations::ask(&mut writing, number, reason, by, now_ms).await?.ok_or(Refused::AskedAlready)?;
        let (target, detail) = (number.to_string(), json!({ "reason": reason }));
        let act = Act::done(by, "certificate.revocation_asked", &target, detail);
        audit::append(&mut writing, self.store().vault(), act).await?;
        Ok(writing.commit().await?)
    }

    /// Takes the second person's agreement or refusal.
    pub async fn decide_revocation(&self, by: &str, number: &str, approve: bool, now_ms: u64) -> Answer<()> {
        let vault = self.store().vault();
        let mut writing = self.store().write(Lane::Office).await?;
        let found = self.of_others(&mut writing, by, number).await?;
        let number = found.content.number;
        let waiting = revocations::waiting(&mut writing, number).await?.ok_or(Refused::NotAsked)?;
        let target = number.to_string();
        let detail = json!({ "reason": waiting.reason, "asked_by": waiting.by });
        if approve {
            let step = Step::Revoke { by: &waiting.by, second: by, reason: &waiting.reason };
            let next = found.state.after(step)?;
            certificates::end(&mut writing, vault, number, next, None, now_ms).await?;
            audit::append(&mut writing, vault, Act::done(by, REVOKED, &target, detail)).await?;
        } else {
            let act = Act::done(by, "certificate.revocation_refused", &target, detail);
            audit::append(&mut writing, vault, act).await?;
        }
        revocations::decide(&mut writing, waiting.id, approve, by, now_ms).await?;
        Ok(writing.commit().await?)
    }

    /// A certificate of another person than `by`.
    async fn of_others(&self, writing: &mut Writing, by: &str, number: &str) -> Answer<Certificate> {
        let number: Number = number.parse().map_err(|_| Refused::NotFound)?;
        let found = certificates::find(writing, number).await?.ok_or(Refused::NotFound)?;
        let (owner, _) = certificates::owner(writing, found.registration).await?;
        if owner == by { Err(Refused::Own) } else { Ok(found) }
    }

    /// Issues a certificate with the present name of the registration, in place of the earlier one.
    /// Everything else stays as printed. Refused while a revocation waits, and for who has not completed any more.
    pub async fn reissue(&self, by: &str, number: &str, now_ms: u64) -> Answer<String> {
        let _alone = self.0.alone.lock().await;
        let (did, press) = (self.did()?, self.press().await?);
        let parsed: Number = number.parse().map_err(|_| Refused::NotFound)?;
        let old = self.store().certificates().find(parsed).await?.ok_or(Refused::NotFound)?;
        let next = old.state.after(Step::Supersede)?;
        let name = self.store().certificates().name(old.registration).await?.ok_or(Refused::NotFound)?;
        if name == old.content.name {
            return Err(Refused::SameName);
        }
        let content = self.renamed(&old.content, name, now_ms).await?;
        let content = printable(content).and_then(|content| lettered(&press, content));
        let content = content.map_err(Refused::Unprintable)?;
        let (certifier, printing) = (self.clone(), content.clone());
        let print = move || certifier.print(&press, &did, &printing);
        let printed = tokio::task::spawn_blocking(print).await.context("printing ended badly")??;
        let pdf = printed.map_err(Refused::Unprintable)?;
        let (list, bit) = self.place(&mut Places::default()).await?;
        let (salt, number) = (random_hex::<16>()?, content.number);
        let new = Certificate { content, pdf, list, bit, salt, at_ms: now_ms, batch: None, ..old };
        let vault = self.store().vault();
        let mut writing = self.store().write(Lane::Office).await?;
        self.of_others(&mut writing, by, &parsed.to_string()).await?;
        if revocations::waiting(&mut writing, parsed).await?.is_some() {
            return Err(Refused::AskedAlready);
        }
        if orders::graduates(&mut writing, vault, &[new.registration]).await?.is_empty() {
            return Err(Refused::Unprintable(Unprintable::NotCompleted));
        }
        certificates::end(&mut writing, vault, parsed, next, Some(number), now_ms).await?;
        let last = certificates::insert(&mut writing, vault, &new).await?;
        let detail = json!({ "count": 1, "last": last });
        audit::append(&mut writing, vault, Act::done(by, ISSUED, &number.to_string(), detail)).await?;
        let detail = json!({ "replaced_by": number });
        audit::append(&mut writing, vault, Act::done(by, SUPERSEDED, &parsed.to_string(), detail)).await?;
        writing.commit().await?;
        Ok(number.to_string())
    }

    /// The same content with another name, the next number and today's day.
    async fn renamed(&self, old: &Content, name: String, now_ms: u64) -> anyhow::Result<Content> {
        let issued_on = LocalDate::of(ServerInstant::of_fact(now_ms));
        let year = issued_on.to_string().get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
        let serial = self.store().certificates().last_serial(old.number).await? + 1;
        let number = old.number.next(year, serial).context("all numbers of the unit are given away")?;
        let key = verification::key_of(self.store().keys().verification(), number);
        Ok(Content { number, name, issued_on, key, ..old.clone() })
    }
}
