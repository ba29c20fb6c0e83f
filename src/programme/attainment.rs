//! The result of people in a phase: hours by origin, essay, end, certificate. One [`Attainment`] is a row of
//! 结业情况表 (R4); 分省汇总 (R5, [`super::summary`]) adds up the same rows, so both agree.

use super::conclusion::Essay;
use super::enrolment::State;
use super::pace::Pace;
use crate::sheet::{Cell, Table};
use crate::time::{ServerInstant, local_time};

/// Up to where the ledger of credit hours was read: what is printed below each report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Source {
    /// Number of the last entry; 0 = the ledger is empty.
    pub seq: u64,
    /// When that entry was made. (Not when the report was: equal books make equal files.)
    pub at_ms: u64,
}

impl Source {
    /// The sentence that is printed.
    pub fn line(self) -> String {
        if self.seq == 0 {
            return "数据来源：学时账尚无记录".into();
        }
        let at = local_time(ServerInstant::of_fact(self.at_ms));
        format!("数据来源：学时账第 {} 条（北京时间 {at}）", self.seq)
    }
}

/// Hours of one person in a phase, in ch. The first four add up to the ledger balance for the contents of the
/// phase; `recognised_ch` is what the caps leave of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhaseHours {
    pub live_ch: i64,
    pub async_ch: i64,
    pub makeup_ch: i64,
    /// Corrected by people, revoked, or taken back by a later computation.
    pub adjusted_ch: i64,
    pub recognised_ch: u64,
}

/// The certificate that is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    pub number: String,
    /// The day that is printed.
    pub issued_on: String,
}

/// What one trainee came to in a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attainment {
    /// Number of the registration.
    pub registration: u64,
    /// Id of the person.
    pub person: String,
    pub name: String,
    /// Masked; empty where it was not asked for.
    pub document: String,
    /// Code of the unit.
    pub unit: String,
    pub school: String,
    /// Id of the class, and its number in the phase.
    pub class: String,
    pub class_number: u32,
    pub state: State,
    pub hours: PhaseHours,
    /// Against the timetable of the class. None = it is decided, or was not asked for.
    pub pace: Option<Pace>,
    /// None = the phase asks for none.
    pub essay: Option<Essay>,
    pub certificate: Option<Certified>,
    /// Whether at least a minute counts in one lesson: live, by its replay, or self-study.
    pub took_part: bool,
    /// Taught live lessons of the own class, and the number of them in which at least a minute counts.
    pub held: u64,
    pub present: u64,
    /// Checks and polls that were answered, hands that were raised, lines of chat.
    pub interactions: u64,
}

impl Attainment {
    /// Some = it is decided.
    pub fn passed(&self) -> Option<bool> {
        match self.state {
            State::Completed => Some(true),
            State::Failed => Some(false),
            _ => None,
        }
    }
}

fn essay(essay: Option<Essay>) -> &'static str {
    match essay {
        None => "—",
        Some(Essay::Missing) => "未交",
        Some(Essay::Waiting) => "待评",
        Some(Essay::Returned) => "退回",
        Some(Essay::Accepted) => "通过",
    }
}

fn passed(passed: Option<bool>) -> &'static str {
    match passed {
        None => "—",
        Some(true) => "合格",
        Some(false) => "不合格",
    }
}

/// 结业情况表 (R4). `unit_name` names a unit by its code.
pub fn table(rows: &[Attainment], phase: u32, unit_name: impl Fn(&str) -> String, source: Source) -> Table {
    const HEAD: [&str; 16] = [
        "序号",
        "姓名",
        "证件号码",
        "单位",
        "学校",
        "期次",
        "班级",
        "直播学时",
        "异步学时",
        "补学学时",
        "调整",
        "认定学时",
        "小论文",
        "结果",
        "证书编号",
        "发证日期",
    ];
    let mut table = Table { sums: 1, ..Table::new("结业情况", &HEAD) };
    for (row, at) in rows.iter().zip(1u32..) {
        let hours = row.hours;
        let certificate = row.certificate.as_ref();
        table.rows.push(vec![
            Cell::number(at),
            Cell::from(row.name.as_str()),
            Cell::from(row.document.as_str()),
            Cell::Text(unit_name(&row.unit)),
            Cell::from(row.school.as_str()),
            Cell::Text(format!("第{phase}期")),
            Cell::Text(format!("{}班", row.class_number)),
            Cell::hours(hours.live_ch),
            Cell::hours(hours.async_ch),
            Cell::hours(hours.makeup_ch),
            Cell::hours(hours.adjusted_ch),
            Cell::hours(i64::try_from(hours.recognised_ch).unwrap_or(i64::MAX)),
            Cell::from(essay(row.essay)),
            Cell::from(passed(row.passed())),
            Cell::from(certificate.map_or("", |one| &one.number)),
            certificate.map_or_else(|| Cell::from(""), |one| Cell::Date(one.issued_on.clone())),
        ]);
    }
    table.rows.push(vec![Cell::Text(source.line())]);
    table
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Somebody of unit 33 in the first class, who has completed with 10 hours and has no certificate.
    pub(crate) fn attainment(registration: u64) -> Attainment {
        let hours = PhaseHours { live_ch: 600, async_ch: 400, recognised_ch: 1_000, ..PhaseHours::default() };
        Attainment {
            registration,
            person: format!("p{registration}"),
            name: "王丽".into(),
            document: "**************002X".into(),
            unit: "33".into(),
            school: "一中".into(),
            class: "td2020-1-001".into(),
            class_number: 1,
            state: State::Completed,
            hours,
            pace: None,
            essay: Some(Essay::Accepted),
            certificate: None,
            took_part: true,
            held: 3,
            present: 3,
            interactions: 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::attainment;
    use super::*;

    #[test]
    fn a_row_says_where_the_hours_came_from_and_how_it_ended() {
        // 乙 of AC-1: 170 + 160 + 200 live, four lessons alone, made up 70; and one whose hours were taken away.
        let hours =
            PhaseHours { live_ch: 530, async_ch: 400, makeup_ch: 70, adjusted_ch: 0, recognised_ch: 1_000 };
        let number = "ZP202000101330001236".to_owned();
        let certificate = Some(Certified { number, issued_on: "2020-12-01".into() });
        let good = Attainment { hours, certificate, ..attainment(1) };
        let hours = PhaseHours { adjusted_ch: -100, recognised_ch: 900, ..attainment(2).hours };
        let bad = Attainment { state: State::Failed, essay: Some(Essay::Returned), hours, ..attainment(2) };
        let open = Attainment { state: State::Active, essay: None, ..attainment(3) };
        let source = Source { seq: 11, at_ms: 1_605_610_800_000 };
        let table = table(&[good, bad, open], 1, |_| "浙江省".into(), source);
        let rows: Vec<String> =
            table.rows.iter().map(|row| row.iter().map(Cell::text).collect::<Vec<_>>().join("|")).collect();
        let who = "王丽|**************002X|浙江省|一中|第1期|1班";
        assert_eq!(
            rows[1..],
            [
                format!("1|{who}|5.30|4.00|0.70|0.00|10.00|通过|合格|ZP202000101330001236|2020-12-01"),
                format!("2|{who}|6.00|4.00|0.00|-1.00|9.00|退回|不合格||"),
                format!("3|{who}|6.00|4.00|0.00|0.00|10.00|—|—||"),
                "数据来源：学时账第 11 条（北京时间 2020-11-17 19:00:00）".to_owned(),
            ]
        );
        assert_eq!((table.sums, table.rows[0].len()), (1, 16));
        assert_eq!(Source::default().line(), "数据来源：学时账尚无记录");
    }
}
