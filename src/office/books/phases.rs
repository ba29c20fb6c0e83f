//! The phase of each earning, and the caps (CR-14): the course's, the day's for watching, and at last the
//! hours of the phase. Each phase is an account of its own.

use std::collections::BTreeMap;

use super::Books;
use super::mine::{Content, contents};
use crate::attendance::account::{Account, ContentRules, PhaseRules, account};
use crate::programme::pace::{Deadlines, Planned};
use crate::store::credit::account::ContentPlace;

/// Longest time until a result is entered, even if the server was down, ms.
const RESULT_MS: u64 = 24 * 3_600_000;

impl Books {
    /// The accounts of a person by phase; credit without a phase is under an empty name.
    pub(super) async fn accounts(
        &self,
        person: &str,
        contents: &BTreeMap<String, Content>,
    ) -> anyhow::Result<BTreeMap<String, Account>> {
        let places = self.store.credit_account(person).places().await?;
        let mut by_phase: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for content in contents.keys() {
            let phase = places.get(content).map_or("", |place| &place.phase);
            by_phase.entry(phase).or_default().push(content);
        }
        let mut accounts = BTreeMap::new();
        for (phase, of_phase) in by_phase {
            let mut rules = PhaseRules { hours_ch: u64::MAX, ..PhaseRules::default() };
            let place = places.get(of_phase[0]);
            rules.daily_async_cap_ch = self.daily_async_cap(place).await?;
            for content in &of_phase {
                let place = places.get(*content);
                place_content(&mut rules, content, contents[*content].credit_ch, place);
            }
            let earnings = of_phase.iter().flat_map(|content| contents[*content].earnings(content));
            accounts.insert(phase.to_owned(), account(&rules, earnings));
        }
        Ok(accounts)
    }

    /// The recognised credit of a person, after the caps, by phase.
    pub async fn recognised(&self, person: &str) -> anyhow::Result<BTreeMap<String, u64>> {
        let entries = self.store.credit_account(person).entries().await?;
        let accounts = self.accounts(person, &contents(&entries)).await?;
        Ok(accounts.into_iter().map(|(phase, account)| (phase, account.recognised_ch)).collect())
    }

    /// The worth of the timetable of a phase for a person.
    pub async fn planned(&self, person: &str, phase: &str, now_ms: u64) -> anyhow::Result<Planned> {
        let offered = self.store.credit_account(person).offered(phase).await?;
        Ok(Planned::of(offered, self.deadlines(now_ms)))
    }

    /// A lesson is past when its result must be there; it can be earned as long as its recording makes up for it.
    pub fn deadlines(&self, now_ms: u64) -> Deadlines {
        let judged_ms = self.times.judge_after_ms + RESULT_MS;
        let earned_until_ms = self.times.makeup_ms.max(judged_ms);
        let [past_ms, over_ms] = [judged_ms, earned_until_ms].map(|ago_ms| now_ms.saturating_sub(ago_ms));
        Deadlines { past_ms, over_ms }
    }

    /// The daily cap by the policy of the programme, or the server's.
    async fn daily_async_cap(&self, place: Option<&ContentPlace>) -> anyhow::Result<Option<u64>> {
        let own = match place {
            Some(place) => self.store.policies().present_of_lesson(&place.lesson).await?,
            None => None,
        };
        Ok(own.as_ref().unwrap_or(&self.policy).daily_async_cap)
    }
}

/// Adds a content to the rules, with the caps of its course and its phase.
pub(super) fn place_content(
    rules: &mut PhaseRules,
    content: &str,
    credit_ch: u64,
    place: Option<&ContentPlace>,
) {
    let course = place.and_then(|place| place.course).map(|course| course.to_string());
    if let Some(place) = place {
        rules.hours_ch = place.hours_ch;
        if let (Some(course), Some(cap_ch)) = (&course, place.course_cap_ch) {
            rules.course_caps_ch.insert(course.clone(), cap_ch);
        }
    }
    let of_content = ContentRules { credit_ch, course, module: None };
    rules.contents.insert(content.to_owned(), of_content);
}
