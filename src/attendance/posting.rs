//! From results to ledger entries: a computation posts the difference to the balance, so that computing again
//! posts nothing (CR-18, CR-19); people correct within bounds (CR-20, CR-21).

use serde::{Deserialize, Serialize};

use super::ledger::{Kind, Posting};

/// Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppealState {
    Open,
    /// A correction waits for the second person.
    Waits,
    Granted,
    Dismissed,
}

/// Why people may correct a result. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    PlatformFault,
    NetworkIncident,
    SignSheet,
    DataError,
    Accessibility,
    /// Any other reason; it needs a text.
    Other,
}

/// The computed credit of one person for one content: the sum over its lessons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    /// Credit earned live, or by watching an asynchronous lesson, in ch.
    pub first: (Kind, u64),
    /// Credit with make-up; never less.
    pub whole_ch: u64,
    /// Most credit of the content for the person: the delivered credit, never more than D.
    pub most_ch: u64,
}

impl Computed {
    /// Sums up the credit earned live, with make-up, and by watching, each over the lessons of the content. A
    /// person who was in class earned it there; a course on top of it fills up like make-up.
    pub fn of(live_ch: u64, credit_ch: u64, async_ch: u64, most_ch: u64) -> Computed {
        let was_there = credit_ch > 0 || async_ch == 0;
        let first = if was_there { (Kind::Live, live_ch) } else { (Kind::Async, async_ch) };
        Computed { first, whole_ch: credit_ch + async_ch, most_ch }
    }
}

/// The ledger balance of one person for one content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub balance_ch: i64,
    /// The part of the balance that people decided.
    pub adjusted_ch: i64,
    /// The part of `adjusted_ch` that one person decided alone.
    pub alone_ch: i64,
    pub revoked: bool,
}

impl Standing {
    pub fn of<'a>(postings: impl IntoIterator<Item = &'a Posting>) -> Standing {
        let mut standing = Standing::default();
        for posting in postings {
            standing.add(posting.kind, posting.delta_ch);
            if posting.kind == Kind::Adjust && posting.approver.is_none() {
                standing.alone_ch += posting.delta_ch;
            }
        }
        standing
    }

    pub fn add(&mut self, kind: Kind, delta_ch: i64) {
        self.balance_ch += delta_ch;
        match kind {
            Kind::Adjust => self.adjusted_ch += delta_ch,
            Kind::Revoke => self.revoked = true,
            Kind::Live | Kind::Async | Kind::Makeup | Kind::Reverse => {}
        }
    }
}

/// The entries that bring the ledger to the computed credit: at most two, none when it agrees already.
/// Decisions of people stay on top, within the worth of the content; a revocation stays.
pub fn differences(standing: Standing, computed: Computed) -> Vec<(Kind, i64)> {
    if standing.revoked {
        return Vec::new();
    }
    let most = signed(computed.most_ch);
    let with_adjustment = |ch: u64| (signed(ch) + standing.adjusted_ch).clamp(0, most);
    let (first_kind, first_ch) = computed.first;
    let (first, whole) = (with_adjustment(first_ch), with_adjustment(computed.whole_ch));
    if whole < standing.balance_ch {
        return vec![(Kind::Reverse, whole - standing.balance_ch)];
    }
    let middle = first.max(standing.balance_ch);
    let steps = [(first_kind, middle - standing.balance_ch), (Kind::Makeup, whole - middle)];
    steps.into_iter().filter(|(_, delta)| *delta != 0).collect()
}

/// Credit is far below the limits of an `i64`.
fn signed(ch: u64) -> i64 {
    i64::try_from(ch).unwrap_or(i64::MAX)
}

/// A requested correction.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    pub delta_ch: i64,
    pub code: ReasonCode,
    pub text: &'a str,
    pub actor: &'a str,
    pub approver: Option<&'a str>,
    /// The person whose result is corrected.
    pub person: &'a str,
    /// The result is FINAL, or a certificate was issued on it.
    pub settled: bool,
}

/// Most credit that one person may change alone about a content, in total. More needs two people.
const ALONE_CH_MAX: u64 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncorrectable {
    #[error("a correction of 0 ch changes nothing")]
    Nothing,
    #[error("the result would be outside of 0 to what the lesson delivered")]
    OutOfBounds,
    #[error("reason OTHER needs a text")]
    NoText,
    #[error("a second person must approve this correction")]
    NeedsApproval,
    #[error("the second person must be another one")]
    SamePerson,
    #[error("nobody corrects or approves the own result")]
    OwnResult,
    #[error("the content was revoked")]
    Revoked,
}

/// Checks whether a correction may be entered. `most_ch` is the delivered credit of the lesson (D_eff).
pub fn check_correction(standing: Standing, most_ch: u64, asked: &Correction) -> Result<(), Uncorrectable> {
    let result = standing.balance_ch.saturating_add(asked.delta_ch);
    let alone_ch = standing.alone_ch.saturating_add(asked.delta_ch).unsigned_abs();
    let alone = alone_ch.max(asked.delta_ch.unsigned_abs()) <= ALONE_CH_MAX && !asked.settled;
    if standing.revoked {
        Err(Uncorrectable::Revoked)
    } else if asked.delta_ch == 0 {
        Err(Uncorrectable::Nothing)
    } else if !(0..=signed(most_ch)).contains(&result) {
        Err(Uncorrectable::OutOfBounds)
    } else if asked.code == ReasonCode::Other && asked.text.trim().is_empty() {
        Err(Uncorrectable::NoText)
    } else if asked.approver.is_none() && !alone {
        Err(Uncorrectable::NeedsApproval)
    } else if asked.approver == Some(asked.actor) {
        Err(Uncorrectable::SamePerson)
    } else if asked.actor == asked.person || asked.approver == Some(asked.person) {
        Err(Uncorrectable::OwnResult)
    } else {
        Ok(())
    }
}

/// Takes all credit of a content away (CR-21); always by two people. Returns the delta to enter.
pub fn revocation(standing: Standing, actor: &str, approver: &str) -> Result<i64, Uncorrectable> {
    if standing.revoked {
        return Err(Uncorrectable::Revoked);
    }
    if actor == approver {
        return Err(Uncorrectable::SamePerson);
    }
    Ok(-standing.balance_ch)
}
