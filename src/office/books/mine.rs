//! The own account in the view of a trainee.

use std::collections::BTreeMap;

use super::Books;
use crate::attendance::account::{Account, Certified, Dated, Earning, five_years};
use crate::attendance::ledger::Kind;
use crate::attendance::posting::Standing;
use crate::attendance::record::Stage;
use crate::attendance::sheet::{Line, Who};
use crate::protocol::{LedgerLine, MyHours, MyLesson};
use crate::store::credit::account::{Basis, OwnEntry, OwnLesson};
use crate::store::word;
use crate::time::{LocalDate, ServerInstant};

/// The ledger balance of a person for one content.
#[derive(Default)]
pub(super) struct Content {
    standing: Standing,
    async_ch: i64,
    pub(super) credit_ch: u64,
    lesson: String,
    planned_start: ServerInstant,
    completed: Option<ServerInstant>,
}

impl Books {
    /// The whole account of one person.
    pub async fn mine(&self, person: &str, name: &str, now_ms: u64) -> anyhow::Result<MyHours> {
        self.account(person, name, None, now_ms).await
    }

    /// Lessons, entries and hours of one person in one phase; None = all. The five years are always those of all.
    pub async fn account(
        &self,
        person: &str,
        name: &str,
        phase: Option<&str>,
        now_ms: u64,
    ) -> anyhow::Result<MyHours> {
        let is_wanted = |of: Option<&str>| phase.is_none() || of == phase;
        let mut entries = self.store.credit_account(person).entries().await?;
        let contents = contents(&entries);
        let mut accounts = self.accounts(person, &contents).await?;
        let certified: Vec<Certified> = accounts.values().flat_map(dated).collect();
        let five_years = five_years(LocalDate::of(ServerInstant::of_fact(now_ms)), &certified);
        let by_lesson = by_lesson(&entries);
        accounts.retain(|of, _| is_wanted(Some(of)));
        if phase.is_some() {
            // A content belongs to the phase where it was earned first, and with it all of its entries.
            let places = self.store.credit_account(person).places().await?;
            let place = |content: &str| places.get(content).map(|place| place.phase.as_str());
            entries.retain(|entry| is_wanted(place(&entry.entry.posting.content)));
        }
        let mut own = self.store.credit_account(person).lessons().await?;
        own.retain(|lesson| is_wanted(lesson.phase.as_deref()));
        let lessons = own.into_iter().map(|own| {
            let who = Who { id: person.to_owned(), name: name.to_owned(), ..Who::default() };
            let of_content =
                contents.get(&own.content).map_or_else(Standing::default, |content| content.standing);
            let of_lesson = by_lesson.get(&own.lesson).copied().unwrap_or_default();
            self.my_lesson(own, who, (of_content, of_lesson), now_ms)
        });
        Ok(MyHours {
            lessons: lessons.collect(),
            entries: entries.into_iter().map(ledger_line).collect(),
            recognised_ch: accounts.values().map(|account| account.recognised_ch).sum(),
            uncapped_ch: accounts.values().map(|account| account.uncapped_ch).sum(),
            five_years_ch: five_years.sum_ch,
            five_years_short_ch: five_years.short_ch,
            appeals: self.appeals_of(person).await?,
        })
    }

    /// A lesson with the ledger balances for its content and for itself.
    fn my_lesson(
        &self,
        own: OwnLesson,
        who: Who,
        (of_content, of_lesson): (Standing, Standing),
        now_ms: u64,
    ) -> MyLesson {
        let mut line: Line = own.line.map(Into::into).unwrap_or_default();
        let (stage, from_ms, effective_ch, completed_at_ms) = match own.basis {
            Basis::Course(done) => {
                line.credit_ch = done.credit_ch;
                (self.stage_of(&done, now_ms), done.at_ms, done.credit_ch, Some(done.at_ms))
            }
            Basis::Class { stage, provisional_at_ms, effective_ch } => {
                (stage, provisional_at_ms, effective_ch, None)
            }
        };
        let until_ms = from_ms + self.times.appeals_ms;
        let is_open = stage == Stage::Provisional && now_ms <= until_ms;
        MyLesson {
            lesson: own.lesson,
            title: own.title,
            stage,
            planned_start_ms: own.planned_start_ms,
            taught_s: own.taught_s,
            effective_ch,
            line: line.shown(who, of_content, of_lesson),
            completed_at_ms,
            appeal_until_ms: is_open.then_some(until_ms),
        }
    }
}

/// The contribution of one entry to a content.
pub(super) struct Piece<'a> {
    pub(super) kind: Kind,
    pub(super) delta_ch: i64,
    pub(super) lesson: Option<&'a str>,
    pub(super) planned_start: Option<ServerInstant>,
    /// The instant at which its course was completed.
    pub(super) completed: Option<ServerInstant>,
    /// Worth of the content, ch.
    pub(super) content_ch: u64,
}

impl Content {
    /// Adds an entry. The newest comes first, so that the first lesson of a content is kept in the end.
    pub(super) fn add(&mut self, piece: &Piece) {
        self.standing.add(piece.kind, piece.delta_ch);
        self.credit_ch = piece.content_ch;
        if let Some(planned_start) = piece.planned_start {
            self.planned_start = planned_start;
            self.lesson = piece.lesson.unwrap_or_default().to_owned();
        }
        if piece.kind == Kind::Async {
            self.async_ch += piece.delta_ch;
            self.completed = piece.completed.or(self.completed);
        }
    }

    /// The earnings of a content. Watching counts on the day of completion, everything else on the day of the
    /// lesson (CR-15).
    pub(super) fn earnings(&self, id: &str) -> Vec<Earning> {
        let balance_ch = self.standing.balance_ch.max(0);
        let watched_ch = self.async_ch.clamp(0, balance_ch);
        let earning = |date, ch: i64| Earning {
            lesson: self.lesson.clone(),
            content: id.to_owned(),
            date,
            ch: ch.unsigned_abs(),
        };
        let completed = Dated::Completed(self.completed.unwrap_or(self.planned_start));
        let both = [
            earning(Dated::PlannedStart(self.planned_start), balance_ch - watched_ch),
            earning(completed, watched_ch),
        ];
        both.into_iter().filter(|earning| earning.ch > 0).collect()
    }
}

pub(super) fn contents(entries: &[OwnEntry]) -> BTreeMap<String, Content> {
    let mut contents: BTreeMap<String, Content> = BTreeMap::new();
    for own in entries {
        let posting = &own.entry.posting;
        let piece = Piece {
            kind: posting.kind,
            delta_ch: posting.delta_ch,
            lesson: posting.lesson.as_deref(),
            planned_start: own.planned_start,
            completed: own.completed,
            content_ch: own.content_ch,
        };
        contents.entry(posting.content.clone()).or_default().add(&piece);
    }
    contents
}

/// The sum of the entries of each lesson.
fn by_lesson(entries: &[OwnEntry]) -> BTreeMap<String, Standing> {
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    for own in entries {
        let posting = &own.entry.posting;
        let lesson = posting.lesson.clone().unwrap_or_default();
        standings.entry(lesson).or_default().add(posting.kind, posting.delta_ch);
    }
    standings
}

/// The recognised credit by date, without credit beyond the hours of the phase.
fn dated(account: &Account) -> Vec<Certified> {
    let mut left_ch = account.recognised_ch;
    let one = |line: &crate::attendance::account::Line| {
        let ch = line.recognised_ch.min(left_ch);
        left_ch -= ch;
        Certified { issued: LocalDate::of(line.earning.date.at()), ch, revoked: false }
    };
    account.lines.iter().map(one).collect()
}

fn ledger_line(own: OwnEntry) -> LedgerLine {
    let OwnEntry { entry, by_name, .. } = own;
    LedgerLine {
        seq: entry.seq,
        at_ms: entry.posting.at_ms,
        lesson: entry.posting.lesson,
        kind: word(entry.posting.kind),
        delta_ch: entry.posting.delta_ch,
        reason: entry.posting.reason,
        by: by_name,
        policy_version: entry.posting.policy_version,
        hash: entry.hash,
    }
}
