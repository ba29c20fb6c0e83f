//! The class sheet (R6) as a table.

use super::date::local_time;
use super::interval::ServerInstant;
use crate::protocol::{CourseKind, HoursLine, LessonHours, Reason};
use crate::sheet::{Cell, Table};

/// A class sheet (R6): everybody's line of one lesson.
pub fn class_sheet(hours: &LessonHours) -> Table {
    match hours.kind {
        CourseKind::Live => attendance_sheet(hours),
        CourseKind::Async => progress_sheet(hours),
    }
}

/// Of a lesson that is studied alone.
fn progress_sheet(hours: &LessonHours) -> Table {
    let headings = ["姓名", "单位", "学校", "人员编号", "已看分钟", "学时", "完成时间"];
    let mut table = Table::new("自学", &headings);
    let row = |line: &HoursLine| {
        let [name, unit, school, id] = who(line);
        vec![
            name,
            unit,
            school,
            id,
            Cell::number(line.with_replay_s / 60),
            Cell::hours(line.lesson_ch),
            time(line.last_ms),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
}

/// By which two people of one name are told apart.
fn who(line: &HoursLine) -> [Cell; 4] {
    [&line.name, &line.unit, &line.school, &line.person].map(|text| Cell::Text(text.clone()))
}

fn time(ms: Option<u64>) -> Cell {
    Cell::Text(ms.map(ServerInstant::of_fact).map_or_else(String::new, local_time))
}

fn attendance_sheet(hours: &LessonHours) -> Table {
    let headings = [
        "姓名",
        "单位",
        "学校",
        "人员编号",
        "首次进入",
        "最后离开",
        "有效分钟",
        "点名",
        "应答用时（秒）",
        "学时",
        "迟到/早退/缺勤",
        "有学时未点名",
    ];
    let mut table = Table::new("学时", &headings);
    let row = |line: &HoursLine| {
        let [name, unit, school, id] = who(line);
        vec![
            name,
            unit,
            school,
            id,
            time(line.first_ms),
            time(line.last_ms),
            Cell::number(line.counted_s / 60),
            Cell::Text(format!("{}/{}", line.answered, line.asked)),
            Cell::Text(line.reactions_ms.iter().map(seconds).collect::<Vec<_>>().join(" ")),
            Cell::hours(credited_ch(hours, line)),
            Cell::Text(marks(line).join(" ")),
            Cell::from(if line.credit_ch > 0 && line.asked == 0 { "是" } else { "" }),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
}

/// With one decimal: 3.2.
fn seconds(ms: &u32) -> String {
    format!("{}.{}", ms / 1000, ms % 1000 / 100)
}

/// What this lesson's entries say, so that sheets add up to the ledger; before them, what was earned so far.
fn credited_ch(hours: &LessonHours, line: &HoursLine) -> i64 {
    match hours.stage {
        Some(_) => line.lesson_ch,
        None => i64::try_from(line.credit_ch).unwrap_or(i64::MAX),
    }
}

fn marks(line: &HoursLine) -> Vec<&'static str> {
    if line.present_s == 0 {
        return vec!["缺勤"];
    }
    let mark = |reason: &Reason| match reason {
        Reason::Late { .. } => Some("迟到"),
        Reason::Early { .. } => Some("早退"),
        _ => None,
    };
    line.reasons.iter().filter_map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::event::Plan;
    use crate::attendance::policy::Policy;
    use crate::attendance::posting::Standing;
    use crate::attendance::sheet::{Line, Who};

    fn plan() -> Plan {
        let start = ServerInstant::of_fact(1_600_000_000_000);
        let (lesson, content) = ("L1".into(), "C1".into());
        Plan { lesson, content, credit_ch: 200, planned_start: start, planned_end: start.plus_ms(5_400_000) }
    }

    fn hours(kind: CourseKind, lines: Vec<HoursLine>) -> LessonHours {
        LessonHours {
            lesson: "L1".into(),
            title: "课".into(),
            kind,
            rules: Policy::default().rules(&plan()),
            stage: None,
            computed_at_ms: None,
            taught_s: 5400,
            effective_ch: 200,
            lines,
        }
    }

    fn line(id: &str, school: &str, line: Line) -> HoursLine {
        let who =
            Who { id: id.into(), name: "张伟".into(), unit: "浙江省".into(), school: school.into() };
        line.shown(who, Standing::default(), Standing::default())
    }

    #[test]
    fn two_people_of_one_name_are_told_apart_and_staff_see_how_checks_were_answered() {
        let present = Line { present_s: 5400, credit_ch: 200, ..Line::default() };
        let asked = Line { asked: 3, answered: 2, reactions_ms: vec![3_260, 41_000], ..present.clone() };
        let lines = vec![line("p1", "一中", asked), line("p2", "二中", present)];
        let table = class_sheet(&hours(CourseKind::Live, lines));
        let shown =
            |row: &[Cell]| row.iter().map(|cell| cell.text().to_owned()).collect::<Vec<_>>().join("|");
        let rows: Vec<String> = table.rows.iter().skip(1).map(|row| shown(row)).collect();
        let wanted = ["张伟|浙江省|一中|p1|||0|2/3|3.2 41.0|2.00||", "张伟|浙江省|二中|p2|||0|0/0||2.00||是"];
        assert_eq!(rows, wanted);
        let studied = Line { with_replay_s: 600, credit_ch: 100, ..Line::default() };
        let table = class_sheet(&hours(CourseKind::Async, vec![line("p1", "一中", studied)]));
        assert_eq!(shown(&table.rows[1]), "张伟|浙江省|一中|p1|10|0.00|");
    }
}
