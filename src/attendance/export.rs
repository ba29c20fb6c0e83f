//! The class sheet (R6) as a table.

use crate::attendance::decision::Reason;
use crate::attendance::sheet::{HoursLine, LessonHours, PackedLesson};
use crate::lesson::CourseKind;
use crate::sheet::{Cell, Table};
use crate::time::{ServerInstant, local_time};

/// A class sheet (R6): everybody's line of one lesson.
pub fn class_sheet(hours: &LessonHours) -> Table {
    match hours.kind {
        CourseKind::Live => attendance_sheet(hours),
        CourseKind::Async => progress_sheet(hours),
    }
}

/// Table of a self-study lesson.
fn progress_sheet(hours: &LessonHours) -> Table {
    let headings = ["姓名", "单位", "学校", "证件号码", "人员编号", "已看分钟", "学时", "完成时间"];
    let mut table = Table::new("自学", &headings);
    let row = |line: &HoursLine| {
        let [name, unit, school, document, id] = who(line);
        vec![
            name,
            unit,
            school,
            document,
            id,
            Cell::number(line.with_replay_s / 60),
            Cell::hours(line.lesson_ch),
            time(line.last_ms),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
}

/// The sheets of many lessons as one table.
pub fn class_pack(lessons: &[PackedLesson]) -> Table {
    let headings = [
        "班级",
        "课次",
        "开始时间",
        "形式",
        "姓名",
        "单位",
        "学校",
        "证件号码",
        "人员编号",
        "首次进入",
        "最后离开",
        "有效分钟",
        "在线确认",
        "学时",
        "迟到/早退/缺勤",
        "完成时间",
    ];
    let mut table = Table::new("考勤与学时", &headings);
    for lesson in lessons {
        table.rows.extend(lesson.lines.iter().map(|line| packed_row(lesson, line)));
    }
    table
}

fn packed_row(lesson: &PackedLesson, line: &HoursLine) -> Vec<Cell> {
    let [name, unit, school, document, id] = who(line);
    let none = || Cell::from("");
    let (form, seen) = match lesson.kind {
        CourseKind::Live => {
            let answered = Cell::Text(format!("{}/{}", line.answered, line.asked));
            let marks = Cell::Text(marks(lesson.taught_s, line).join(" "));
            let minutes = Cell::number(line.counted_s / 60);
            ("直播", [time(line.first_ms), time(line.last_ms), minutes, answered, marks, none()])
        }
        CourseKind::Async => {
            let minutes = Cell::number(line.with_replay_s / 60);
            ("自学", [none(), none(), minutes, none(), none(), time(line.last_ms)])
        }
    };
    let [first, last, minutes, answered, marks, completed] = seen;
    let class = Cell::Text(format!("{}班", lesson.class_number));
    let title = Cell::from(lesson.title.as_str());
    let (start, hours) = (time(Some(lesson.planned_start_ms)), Cell::hours(line.lesson_ch));
    let form = Cell::from(form);
    vec![
        class, title, start, form, name, unit, school, document, id, first, last, minutes, answered, hours,
        marks, completed,
    ]
}

/// The columns that tell people of one name apart.
fn who(line: &HoursLine) -> [Cell; 5] {
    [&line.name, &line.unit, &line.school, &line.document, &line.person].map(|text| Cell::Text(text.clone()))
}

fn time(ms: Option<u64>) -> Cell {
    Cell::Text(ms.map(ServerInstant::of_fact).map_or_else(String::new, local_time))
}

fn attendance_sheet(hours: &LessonHours) -> Table {
    let headings = [
        "姓名",
        "单位",
        "学校",
        "证件号码",
        "人员编号",
        "首次进入",
        "最后离开",
        "有效分钟",
        "在线确认",
        "应答用时（秒）",
        "学时",
        "迟到/早退/缺勤",
        "有学时未确认",
    ];
    let mut table = Table::new("学时", &headings);
    let row = |line: &HoursLine| {
        let [name, unit, school, document, id] = who(line);
        vec![
            name,
            unit,
            school,
            document,
            id,
            time(line.first_ms),
            time(line.last_ms),
            Cell::number(line.counted_s / 60),
            Cell::Text(format!("{}/{}", line.answered, line.asked)),
            Cell::Text(line.reactions_ms.iter().map(seconds).collect::<Vec<_>>().join(" ")),
            Cell::hours(credited_ch(hours, line)),
            Cell::Text(marks(hours.taught_s, line).join(" ")),
            Cell::from(if line.credit_ch > 0 && line.asked == 0 { "是" } else { "" }),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
}

/// Seconds with one decimal: 3.2.
fn seconds(ms: &u32) -> String {
    format!("{}.{}", ms / 1000, ms % 1000 / 100)
}

/// Credit in the entries of this lesson, so that sheets add up to the ledger; before there are entries, the
/// credit earned so far.
fn credited_ch(hours: &LessonHours, line: &HoursLine) -> i64 {
    match hours.stage {
        Some(_) => line.lesson_ch,
        None => i64::try_from(line.credit_ch).unwrap_or(i64::MAX),
    }
}

/// The marks of a line, as on the page of the class sheet. Nobody is absent from a lesson without teaching.
fn marks(taught_s: u64, line: &HoursLine) -> Vec<&'static str> {
    if line.first_ms.is_none() && taught_s > 0 {
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
        let who = Who {
            id: id.into(),
            name: "张伟".into(),
            unit: "浙江省".into(),
            school: school.into(),
            document: "***002X".into(),
        };
        line.shown(who, Standing::default(), Standing::default())
    }

    #[test]
    fn two_people_of_one_name_are_told_apart_and_staff_see_how_checks_were_answered() {
        let (first_ms, last_ms) = (Some(1_600_000_000_000), Some(1_600_000_200_000));
        let present = Line { first_ms, last_ms, present_s: 5400, credit_ch: 200, ..Line::default() };
        let asked = Line { asked: 3, answered: 2, reactions_ms: vec![3_260, 41_000], ..present.clone() };
        let lines = vec![line("p1", "一中", asked), line("p2", "二中", present)];
        let table = class_sheet(&hours(CourseKind::Live, lines));
        let shown =
            |row: &[Cell]| row.iter().map(|cell| cell.text().to_owned()).collect::<Vec<_>>().join("|");
        let rows: Vec<String> = table.rows.iter().skip(1).map(|row| shown(row)).collect();
        let wanted = [
            "张伟|浙江省|一中|***002X|p1|2020-09-13 20:26:40|2020-09-13 20:30:00|0|2/3|3.2 41.0|2.00||",
            "张伟|浙江省|二中|***002X|p2|2020-09-13 20:26:40|2020-09-13 20:30:00|0|0/0||2.00||是",
        ];
        assert_eq!(rows, wanted);
        let studied = Line { with_replay_s: 600, credit_ch: 100, ..Line::default() };
        let table = class_sheet(&hours(CourseKind::Async, vec![line("p1", "一中", studied)]));
        assert_eq!(shown(&table.rows[1]), "张伟|浙江省|一中|***002X|p1|10|0.00|");
    }

    #[test]
    fn nobody_is_absent_who_was_seen_or_where_nothing_was_taught() {
        let seen = Line { first_ms: Some(1), last_ms: Some(2), ..Line::default() };
        let mut hours =
            hours(CourseKind::Live, vec![line("p1", "一中", seen), line("p2", "二中", Line::default())]);
        let marks = |hours: &LessonHours| {
            hours.lines.iter().map(|line| marks(hours.taught_s, line)).collect::<Vec<_>>()
        };
        assert_eq!(marks(&hours), [vec![], vec!["缺勤"]]);
        hours.taught_s = 0;
        assert_eq!(marks(&hours), [vec![], Vec::<&str>::new()]);
    }
}
