//! The five years of one person (R8): hours that are certified, what is missing to 50, and credits by the rule of each
//! programme.

use std::collections::BTreeMap;

use serde_json::json;

use super::Reporter;
use crate::account::role::Scope;
use crate::attendance::account::{Certified, five_years};
use crate::attendance::conversion::{Conversion, credits};
use crate::certificate::print::{Column, Paper};
use crate::certificate::state::State as CertificateState;
use crate::office::{Answer, OfficeRefusal};
use crate::programme::attainment::Source;
use crate::protocol::{CertificateState as ShownState, CreditLine, MyHours, Statement, StatementLine};
use crate::store::audit::{self, Act};
use crate::store::statements::{StatementRow, Whose};
use crate::store::{Lane, conversions, programmes};
use crate::time::{LocalDate, ServerInstant};

/// How far back it goes.
const YEARS: i32 = 5;

impl Reporter {
    /// The five-year statement of a person.
    pub async fn statement(&self, person: &str, now_ms: u64) -> Answer<Statement> {
        let store = self.store();
        let rows = store.statement(person).await?;
        let recognised = self.books.recognised(person).await?;
        let rules = store.conversions().await?;
        let source = store.snapshot().await?.source().await?;
        let document = rows.last().map(|row| row.document(store)).transpose()?.unwrap_or_default();
        let name = rows.last().map(|row| row.name.clone()).unwrap_or_default();
        let today = LocalDate::of(ServerInstant::of_fact(now_ms));
        Ok(Statement { name, document, ..made(rows, &recognised, &rules, today, source) })
    }

    /// Of the person of a registration that `scope` reaches.
    pub async fn statement_of(&self, registration: u64, scope: &Scope, now_ms: u64) -> Answer<Statement> {
        let whose = self.whose(registration, scope).await?;
        self.statement(&whose.person, now_ms).await
    }

    /// The account in a phase of the person of a registration within `scope`.
    pub async fn hours_of(
        &self,
        phase: &str,
        registration: u64,
        scope: &Scope,
        now_ms: u64,
    ) -> Answer<MyHours> {
        let whose = self.whose(registration, scope).await?;
        if whose.phase != phase {
            return Err(OfficeRefusal::NotFound);
        }
        let Whose { person, name, .. } = whose;
        let mut hours = self.books.account(&person, &name, Some(phase), now_ms).await?;
        // Appeals are private words: only people who decide appeals read them.
        hours.appeals.clear();
        Ok(hours)
    }

    async fn whose(&self, registration: u64, scope: &Scope) -> Answer<Whose> {
        let whose = self.store().whose(registration).await?.ok_or(OfficeRefusal::NotFound)?;
        if scope.unit(&whose.unit) || whose.class.as_deref().is_some_and(|class| scope.class(class)) {
            return Ok(whose);
        }
        Err(OfficeRefusal::NotFound)
    }

    /// How hours of a programme become credits.
    pub async fn conversion(&self, programme: &str) -> Answer<Conversion> {
        if !self.store().programmes().is_known(programme).await? {
            return Err(OfficeRefusal::NotFound);
        }
        Ok(self.store().conversions().await?.remove(programme).unwrap_or_default())
    }

    /// Sets the conversion of a programme from now on; earlier statements stay as made.
    pub async fn set_conversion(
        &self,
        by: &str,
        programme: &str,
        new: &Conversion,
        now_ms: u64,
    ) -> Answer<()> {
        let wrong = new.mistakes();
        if !wrong.is_empty() {
            return Err(OfficeRefusal::Wrong(wrong));
        }
        let mut writing = self.store().write(Lane::Office).await?;
        if !programmes::is_known(&mut writing, programme).await? {
            return Err(OfficeRefusal::NotFound);
        }
        conversions::append(&mut writing, programme, new, by, now_ms).await?;
        let detail = json!({
            "hours_per_credit": new.hours_per_credit,
            "category": new.category,
            "year_cap_tenths": new.year_cap_tenths,
        });
        let act = Act::done(by, "programme.conversion_set", programme, detail);
        audit::append(&mut writing, self.store().vault(), act).await?;
        Ok(writing.commit().await?)
    }
}

fn made(
    rows: Vec<StatementRow>,
    recognised: &BTreeMap<String, u64>,
    rules: &BTreeMap<String, Conversion>,
    today: LocalDate,
    source: Source,
) -> Statement {
    let (since, usual) = (today.years_before(YEARS).next(), Conversion::default());
    let (mut lines, mut all, mut hours) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let state = row.certificate_state();
        let issued = row.issued_on.as_deref().and_then(LocalDate::parse);
        let is_valid = state == Some(CertificateState::Valid);
        let mut counted_ch = 0;
        if let Some(issued) = issued {
            let one = Certified { issued, ch: row.certified_ch(), revoked: !is_valid };
            all.push(one);
            if is_valid && (since..=today).contains(&issued) {
                counted_ch = one.ch;
                let rule = rules.get(&row.programme).unwrap_or(&usual);
                hours.push((issued.to_string()[..4].to_owned(), one.ch, rule));
            }
        }
        lines.push(StatementLine {
            phase: row.phase.clone(),
            programme: row.programme_title,
            number: row.number,
            title: row.title,
            recognised_ch: recognised.get(&row.phase).copied().unwrap_or_default(),
            certificate: row.certificate,
            state: state.map(shown),
            issued_on: row.issued_on,
            counted_ch,
        });
    }
    let sum = five_years(today, &all);
    let credit = |one: crate::attendance::conversion::YearCredits| CreditLine {
        year: one.year,
        category: one.category,
        ch: one.ch,
        tenths: one.tenths,
        capped: one.is_capped,
    };
    Statement {
        name: String::new(),
        document: String::new(),
        since: since.to_string(),
        until: today.to_string(),
        rows: lines,
        sum_ch: sum.sum_ch,
        short_ch: sum.short_ch,
        credits: credits(hours).into_iter().map(credit).collect(),
        source: source.into(),
    }
}

fn shown(state: CertificateState) -> ShownState {
    match state {
        CertificateState::Valid => ShownState::Valid,
        CertificateState::Superseded => ShownState::Superseded,
        CertificateState::Revoked => ShownState::Revoked,
    }
}

/// 1000 ch → 10.00.
fn figure(ch: u64) -> String {
    format!("{}.{:02}", ch / 100, ch % 100)
}

/// As it is printed.
pub fn paper(statement: &Statement) -> Paper {
    let column = |heading, share, is_figure| Column { heading, share, is_figure };
    let certificate = |line: &StatementLine| match (&line.certificate, line.state) {
        (Some(number), Some(ShownState::Revoked)) => format!("{number}（已撤销）"),
        (Some(number), _) => number.clone(),
        (None, _) => "无".to_owned(),
    };
    let row = |line: &StatementLine| {
        let day = line.issued_on.clone().unwrap_or_default();
        let phase = format!("{} 第{}期 {}", line.programme, line.number, line.title);
        vec![phase, figure(line.recognised_ch), certificate(line), day, figure(line.counted_ch)]
    };
    let credit = |line: &CreditLine| {
        let category =
            if line.category.is_empty() { String::new() } else { format!("（{}）", line.category) };
        let cap = if line.capped { "，已到年度上限" } else { "" };
        let (whole, tenth) = (line.tenths / 10, line.tenths % 10);
        format!("{} 年{category}：{} 学时，折合 {whole}.{tenth} 学分{cap}。", line.year, figure(line.ch))
    };
    let (sum, short) = (figure(statement.sum_ch), figure(statement.short_ch));
    let total = format!("五年内持有效结业证书的学时合计 {sum}；距 50 学时还差 {short}。");
    let source = Source { seq: statement.source.seq, at_ms: statement.source.at_ms };
    let mut below = vec![total];
    below.extend(statement.credits.iter().map(credit));
    below
        .push("认定学时未取得结业证书的，不计入五年合计；学分按各年度合计折算，舍去不足 0.1 的部分。".into());
    Paper {
        title: "五年继续教育学时证明".into(),
        above: vec![
            format!("姓名：{}　　证件号码：{}", statement.name, statement.document),
            format!("统计时间：{} 至 {}", statement.since, statement.until),
        ],
        columns: vec![
            column("培训", 0.38, false),
            column("认定学时", 0.11, true),
            column("证书编号", 0.25, false),
            column("发证日期", 0.14, false),
            column("计入五年", 0.12, true),
        ],
        rows: statement.rows.iter().map(row).collect(),
        below,
        foot: source.line(),
        day: LocalDate::parse(&statement.until).unwrap_or_else(|| LocalDate::of(ServerInstant::of_fact(0))),
    }
}
