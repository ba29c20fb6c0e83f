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
    let mut table = Table::new("自学", &["姓名", "已看分钟", "学时", "完成时间"]);
    let row = |line: &HoursLine| {
        vec![
            Cell::Text(line.name.clone()),
            Cell::number(line.with_replay_s / 60),
            Cell::hours(line.lesson_ch),
            time(line.last_ms),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
}

fn time(ms: Option<u64>) -> Cell {
    Cell::Text(ms.map(ServerInstant::of_fact).map_or_else(String::new, local_time))
}

fn attendance_sheet(hours: &LessonHours) -> Table {
    let headings = ["姓名", "首次进入", "最后离开", "有效分钟", "点名", "学时", "迟到/早退/缺勤"];
    let mut table = Table::new("学时", &headings);
    let row = |line: &HoursLine| {
        vec![
            Cell::Text(line.name.clone()),
            time(line.first_ms),
            time(line.last_ms),
            Cell::number(line.counted_s / 60),
            Cell::Text(format!("{}/{}", line.answered, line.asked)),
            Cell::hours(credited_ch(hours, line)),
            Cell::Text(marks(line).join(" ")),
        ]
    };
    table.rows.extend(hours.lines.iter().map(row));
    table
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
