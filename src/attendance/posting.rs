//! From results to ledger entries: a computation posts the difference to what stands already, so that
//! computing again posts nothing (CR-18, CR-19); people correct within bounds (CR-20, CR-21).

use super::ledger::{Kind, Posting};
pub use crate::protocol::ReasonCode;

/// What computing says about one person and one content: the sum over its lessons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    /// Earned while it was live, or by watching an asynchronous lesson.
    pub first: (Kind, u64),
    /// The same with make-up; never less.
    pub whole_ch: u64,
    /// What the content is worth to the person at most: what was delivered, and never more than D.
    pub most_ch: u64,
}

/// What stands in the ledger about one person and one content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub balance_ch: i64,
    /// Part of it that people decided.
    pub adjusted_ch: i64,
    /// Part of that which one person decided alone.
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

/// The entries that make the ledger say what was computed: at most two, none when it does already.
/// What people decided stays on top, within what the content is worth; what was revoked stays so.
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

/// Credit is far below what an `i64` holds.
fn signed(ch: u64) -> i64 {
    i64::try_from(ch).unwrap_or(i64::MAX)
}

/// A correction that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    pub delta_ch: i64,
    pub code: ReasonCode,
    pub text: &'a str,
    pub actor: &'a str,
    pub approver: Option<&'a str>,
    /// The person whose result it is.
    pub person: &'a str,
    /// The result is FINAL, or a certificate was issued on it.
    pub settled: bool,
}

/// What one person changes about a content alone, all in all. More needs two.
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

/// Whether a correction may be entered. `most_ch` is what the lesson delivered (D_eff).
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

/// Takes all credit of a content away (CR-21); two people, always. Returns the delta to enter.
pub fn revocation(standing: Standing, actor: &str, approver: &str) -> Result<i64, Uncorrectable> {
    if standing.revoked {
        return Err(Uncorrectable::Revoked);
    }
    if actor == approver {
        return Err(Uncorrectable::SamePerson);
    }
    Ok(-standing.balance_ch)
}
