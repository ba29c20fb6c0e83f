//! Where what somebody earned belongs, and the caps that come of it (CR-14): the course's, the day's for
//! what was watched, and at last the hours of the phase. Each phase is an account of its own.

use std::collections::BTreeMap;

use sqlx::Row;

use super::super::unsigned;
use super::Books;
use super::mine::Content;
use crate::attendance::account::{Account, ContentRules, PhaseRules, account};

/// Where a content was earned.
struct Place {
    phase: String,
    /// What the phase asks for.
    hours_ch: u64,
    course: Option<i64>,
    course_cap_ch: Option<u64>,
    /// A lesson of it.
    lesson: String,
}

impl Books {
    /// The accounts of a person: one a phase, and one for what belongs to none.
    pub(super) async fn accounts(
        &self,
        person: &str,
        contents: &BTreeMap<String, Content>,
    ) -> anyhow::Result<Vec<Account>> {
        let places = self.places(person).await?;
        let mut by_phase: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for content in contents.keys() {
            let phase = places.get(content).map_or("", |place| &place.phase);
            by_phase.entry(phase).or_default().push(content);
        }
        let mut accounts = Vec::new();
        for of_phase in by_phase.into_values() {
            let mut rules = PhaseRules { hours_ch: u64::MAX, ..PhaseRules::default() };
            let place = places.get(of_phase[0]);
            rules.daily_async_cap_ch = self.daily_async_cap(place).await?;
            for content in &of_phase {
                let place = places.get(*content);
                place_content(&mut rules, content, contents[*content].credit_ch, place);
            }
            let earnings = of_phase.iter().flat_map(|content| contents[*content].earnings(content));
            accounts.push(account(&rules, earnings));
        }
        Ok(accounts)
    }

    /// By content. What was earned outside of every class has no place.
    async fn places(&self, person: &str) -> anyhow::Result<BTreeMap<String, Place>> {
        let rows = sqlx::query(
            "SELECT entries.content, entries.lesson, phases.id AS phase, hours_ch, course, cap_ch
             FROM entries JOIN lessons ON lessons.id = entries.lesson JOIN classes ON classes.id = lessons.class
             JOIN phases ON phases.id = classes.phase LEFT JOIN phase_courses ON phase_courses.id = course
             WHERE person = ? ORDER BY seq",
        )
        .bind(person)
        .fetch_all(&self.store.readers)
        .await?;
        let mut places = BTreeMap::new();
        for row in rows {
            let place = Place {
                phase: row.try_get("phase")?,
                hours_ch: unsigned(row.try_get("hours_ch")?),
                course: row.try_get("course")?,
                course_cap_ch: row.try_get::<Option<i64>, _>("cap_ch")?.map(unsigned),
                lesson: row.try_get("lesson")?,
            };
            places.entry(row.try_get("content")?).or_insert(place);
        }
        Ok(places)
    }

    /// By the policy of the programme, or the server's.
    async fn daily_async_cap(&self, place: Option<&Place>) -> anyhow::Result<Option<u64>> {
        let own = match place {
            Some(place) => self.store.present_policy_of(&place.lesson).await?,
            None => None,
        };
        Ok(own.as_ref().unwrap_or(&self.policy).daily_async_cap)
    }
}

/// Adds a content to the rules, with what its course and its phase cap.
fn place_content(rules: &mut PhaseRules, content: &str, credit_ch: u64, place: Option<&Place>) {
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
