//! One person's account in a phase: rules CR-13 to CR-15. Lessons, make-up and asynchronous lessons
//! meet here; nothing is recognised twice, and the caps come in a fixed order.

use std::collections::BTreeMap;

use crate::time::{LocalDate, ServerInstant};

/// The rules of a phase for the account. A course or module without an entry has no cap.
#[derive(Debug, Clone, Default)]
pub struct PhaseRules {
    /// Credit that the phase asks for; anything beyond it is not recognised.
    pub hours_ch: u64,
    pub contents: BTreeMap<String, ContentRules>,
    pub course_caps_ch: BTreeMap<String, u64>,
    pub module_caps_ch: BTreeMap<String, u64>,
    pub daily_async_cap_ch: Option<u64>,
}

/// A content, and the course and module it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRules {
    /// Credit of the content, however often it is given (D).
    pub credit_ch: u64,
    pub course: Option<String>,
    pub module: Option<String>,
}

/// Credit of one lesson, live (with make-up) or asynchronous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    pub lesson: String,
    pub content: String,
    pub date: Dated,
    pub ch: u64,
}

/// The instant that dates an earning (CR-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dated {
    /// A live lesson, by its planned start.
    PlannedStart(ServerInstant),
    /// An asynchronous lesson, by its completion.
    Completed(ServerInstant),
}

impl Dated {
    pub fn at(self) -> ServerInstant {
        match self {
            Dated::PlannedStart(at) | Dated::Completed(at) => at,
        }
    }
}

/// The cap that cut an earning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cap {
    /// The content was already earned.
    Content,
    Course(String),
    Module(String),
    DailyAsync(LocalDate),
}

/// One line of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub earning: Earning,
    pub recognised_ch: u64,
    /// The caps that cut the earning, in their order, each with what it took, in ch.
    pub cuts: Vec<(Cap, u64)>,
}

/// The account of one person in one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Sorted by date; the earliest is recognised first.
    pub lines: Vec<Line>,
    /// Before any cap.
    pub uncapped_ch: u64,
    /// After all caps but that of the phase.
    pub after_caps_ch: u64,
    pub recognised_ch: u64,
}

/// Adds up a phase. The order of `earnings` does not matter.
pub fn account(rules: &PhaseRules, earnings: impl IntoIterator<Item = Earning>) -> Account {
    let line = |earning: Earning| Line { recognised_ch: earning.ch, earning, cuts: Vec::new() };
    let mut lines: Vec<Line> = earnings.into_iter().map(line).collect();
    lines.sort_by(|one, two| key(&one.earning).cmp(&key(&two.earning)));
    let uncapped_ch = lines.iter().map(|line| line.earning.ch).sum();

    let content = |earning: &Earning| rules.contents.get(&earning.content);
    // 1. Content once. The worth of an unknown content is its best lesson.
    let most = most_by_content(&lines);
    cap(&mut lines, |earning| {
        let worth = content(earning).map_or(most[&earning.content], |content| content.credit_ch);
        Some((earning.content.clone(), worth, Cap::Content))
    });
    // 2. The course.
    cap(&mut lines, |earning| {
        let course = content(earning)?.course.clone()?;
        Some((course.clone(), *rules.course_caps_ch.get(&course)?, Cap::Course(course)))
    });
    // 3. The module.
    cap(&mut lines, |earning| {
        let module = content(earning)?.module.clone()?;
        Some((module.clone(), *rules.module_caps_ch.get(&module)?, Cap::Module(module)))
    });
    // 4. Asynchronous lessons of one local day, earliest completion first.
    cap(&mut lines, |earning| {
        let Dated::Completed(at) = earning.date else { return None };
        let day = LocalDate::of(at);
        Some((day.to_string(), rules.daily_async_cap_ch?, Cap::DailyAsync(day)))
    });
    // 5. The phase.
    let after_caps_ch: u64 = lines.iter().map(|line| line.recognised_ch).sum();
    Account { lines, uncapped_ch, after_caps_ch, recognised_ch: after_caps_ch.min(rules.hours_ch) }
}

/// A total order: equal sets of earnings make equal accounts.
fn key(earning: &Earning) -> (ServerInstant, &str, &str, Dated, u64) {
    (earning.date.at(), &earning.lesson, &earning.content, earning.date, earning.ch)
}

fn most_by_content(lines: &[Line]) -> BTreeMap<String, u64> {
    let mut most = BTreeMap::new();
    for Line { earning, .. } in lines {
        let best: &mut u64 = most.entry(earning.content.clone()).or_default();
        *best = earning.ch.max(*best);
    }
    most
}

/// Cuts the credit beyond a limit. `group` returns the group of an earning, the group's limit, and the cap.
fn cap(lines: &mut [Line], group: impl Fn(&Earning) -> Option<(String, u64, Cap)>) {
    let mut left_ch: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines {
        let Some((name, limit_ch, cap)) = group(&line.earning) else { continue };
        let left_ch = left_ch.entry(name).or_insert(limit_ch);
        let kept_ch = line.recognised_ch.min(*left_ch);
        *left_ch -= kept_ch;
        if kept_ch < line.recognised_ch {
            line.cuts.push((cap, line.recognised_ch - kept_ch));
            line.recognised_ch = kept_ch;
        }
    }
}

/// Credit that one person must reach in five years: 50 学时.
pub const FIVE_YEARS_CH: u64 = 5_000;

/// Credit of a certificate, valid or revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certified {
    pub issued: LocalDate,
    pub ch: u64,
    pub revoked: bool,
}

/// Credit of the five years that end with `today`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiveYears {
    pub sum_ch: u64,
    pub short_ch: u64,
}

pub fn five_years(today: LocalDate, certified: &[Certified]) -> FiveYears {
    let since = today.years_before(5).next();
    let counts = |one: &&Certified| !one.revoked && (since..=today).contains(&one.issued);
    let sum_ch = certified.iter().filter(counts).map(|one| one.ch).sum();
    FiveYears { sum_ch, short_ch: FIVE_YEARS_CH.saturating_sub(sum_ch) }
}
