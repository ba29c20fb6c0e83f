//! A timetable as a calendar file (iCalendar, RFC 5545): UTC, texts escaped, lines folded.

use crate::time::ServerInstant;
use crate::time::rfc3339::basic as utc;

/// Longest line without its end, in octets (RFC 5545, 3.1).
const LINE_MAX: usize = 75;

/// Time from a calendar's reminder to the beginning (RFC 5545, 3.8.6.3).
const REMINDER: &str = "-PT15M";

/// One meeting in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Globally unique, and the same for ever.
    pub uid: String,
    pub title: String,
    /// Class and instructors, a line each; empty = neither is known.
    pub details: String,
    /// Address at which to enter.
    pub url: String,
    pub from: ServerInstant,
    pub to: ServerInstant,
    pub cancelled: bool,
}

/// The text of the file, as of `now`.
pub fn file(name: &str, now: ServerInstant, meetings: &[Meeting]) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".into(),
        "PRODID:-//live-classroom//timetable//ZH".into(),
        "CALSCALE:GREGORIAN".into(),
        "METHOD:PUBLISH".into(),
        format!("X-WR-CALNAME:{}", escaped(name)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H".into(),
        "X-PUBLISHED-TTL:PT1H".into(),
    ];
    lines.extend(meetings.iter().flat_map(|meeting| event(now, meeting)));
    lines.push("END:VCALENDAR".into());
    lines.iter().map(|line| folded(line)).collect()
}

/// The lines of one meeting. A cancelled meeting has no reminder.
fn event(now: ServerInstant, meeting: &Meeting) -> Vec<String> {
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escaped(&meeting.uid)),
        format!("DTSTAMP:{}", utc(now)),
        format!("DTSTART:{}", utc(meeting.from)),
        format!("DTEND:{}", utc(meeting.to)),
        format!("SUMMARY:{}", escaped(&meeting.title)),
        format!("DESCRIPTION:{}", escaped(&meeting.details)),
        format!("URL:{}", one_line(&meeting.url)),
        format!("STATUS:{}", if meeting.cancelled { "CANCELLED" } else { "CONFIRMED" }),
    ];
    if !meeting.cancelled {
        lines.extend([
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".into(),
            // The whole text of the reminder.
            format!("DESCRIPTION:{}", escaped(&format!("{}\n{}", meeting.title, meeting.details))),
            format!("TRIGGER:{REMINDER}"),
            "END:VALARM".into(),
        ]);
    }
    lines.push("END:VEVENT".into());
    lines
}

/// Escapes a TEXT value (3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A value that is not TEXT, without control characters, so that it cannot add lines.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The line with its end, continued on lines that begin with a space. No character is split.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LINE_MAX {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn meeting(title: &str) -> Meeting {
        Meeting {
            uid: "l1@live-classroom".into(),
            title: title.into(),
            details: "班级：001 班\n讲师：王丽".into(),
            url: "https://class.example.org/lesson/l1".into(),
            from: ServerInstant::of_fact(1_605_610_800_000),
            to: ServerInstant::of_fact(1_605_616_200_000),
            cancelled: false,
        }
    }

    fn unfolded(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split_terminator("\r\n").map(Into::into).collect()
    }

    #[test]
    fn a_lesson_is_an_event_in_utc() {
        let file = file("课表", ServerInstant::of_fact(0), &[meeting("网络安全; 实践, 一\n二 \\")]);
        let lines = unfolded(&file);
        for expected in [
            "X-WR-CALNAME:课表",
            "DTSTAMP:19700101T000000Z",
            "DTSTART:20201117T110000Z",
            "DTEND:20201117T123000Z",
            "SUMMARY:网络安全\\; 实践\\, 一\\n二 \\\\",
            "DESCRIPTION:班级：001 班\\n讲师：王丽",
            "STATUS:CONFIRMED",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:?}");
        }
        // Late in the evening UTC it is the next day in Beijing.
        assert_eq!(utc(ServerInstant::of_fact(1_605_657_599_000)), "20201117T235959Z");
    }

    #[test]
    fn a_lesson_reminds_a_quarter_of_an_hour_before_and_a_cancelled_one_does_not() {
        let lesson = meeting("网络安全");
        let cancelled = Meeting { cancelled: true, ..meeting("取消") };
        let lines = unfolded(&file("课表", ServerInstant::of_fact(0), &[lesson, cancelled]));
        let alarm = [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:网络安全\\n班级：001 班\\n讲师：王丽",
            "TRIGGER:-PT15M",
            "END:VALARM",
        ];
        let alarms: Vec<usize> = (0..lines.len()).filter(|at| lines[*at] == alarm[0]).collect();
        assert_eq!(alarms.len(), 1, "{lines:?}");
        assert_eq!(lines[alarms[0]..alarms[0] + alarm.len()], alarm);
    }

    proptest! {
        /// Whatever a title holds, lines are short enough, no character is split, and the title adds no line.
        #[test]
        fn titles_stay_in_their_line(title in "\\PC{0,120}|[a\r\n;,\\\\ 𠮷]{0,200}") {
            let file = file("x", ServerInstant::of_fact(0), &[meeting(&title)]);
            prop_assert!(file.ends_with("END:VCALENDAR\r\n"));
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE_MAX));
            prop_assert!(file.replace("\r\n", "").chars().all(|c| c != '\r' && c != '\n'));
            let lines = unfolded(&file);
            prop_assert_eq!(lines.len(), 8 + 15 + 1);
            prop_assert!(lines[13].starts_with("SUMMARY:"));
        }
    }
}
