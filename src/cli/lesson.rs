//! `live-classroom lesson`: makes a lesson with its plan, or moves one that has not begun.

use anyhow::{anyhow, bail};
use live_classroom::attendance::event::Plan;
use live_classroom::office;
use live_classroom::store::Store;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{ServerInstant, rfc3339};

use super::StoreArgs;

/// Ids with another meaning in the addresses of lessons.
const TAKEN: [&str; 3] = ["mine", "appeals", "corrections"];

#[derive(clap::Args)]
pub(super) struct LessonArgs {
    /// Id of the lesson in addresses: letters, digits, - and _.
    #[arg(value_name = "ID")]
    id: String,
    /// Title that people see. Without a title, an existing lesson that has not begun is moved to --start, with
    /// the length --minutes if given.
    #[arg(long, required_unless_present = "start")]
    title: Option<String>,
    /// Id of the content: lessons of the same content are credited once; default: the lesson's id.
    #[arg(long, value_name = "ID", requires = "title")]
    content: Option<String>,
    /// Credit for the lesson, in hundredths of a credit hour (学时); default: 200.
    #[arg(long, value_name = "N", requires = "title", value_parser = clap::value_parser!(u64).range(0..=100_000))]
    credit_ch: Option<u64>,
    /// Planned start, as 2026-11-22T19:00:00+08:00 or milliseconds since 1970; default: now.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    start: Option<ServerInstant>,
    /// Planned length; default: 90, or the present length of a lesson that is moved.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: Option<u64>,
    #[command(flatten)]
    store: StoreArgs,
}

pub(super) async fn run(args: LessonArgs) -> anyhow::Result<()> {
    let LessonArgs { id, title, content, credit_ch, start, minutes, store } = args;
    for name in [Some(&id), content.as_ref()].into_iter().flatten() {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            bail!("{name:?} cannot be the id of a lesson: use letters, digits, - and _, 64 at most");
        }
    }
    if TAKEN.contains(&id.as_str()) {
        bail!(
            "{id:?} cannot be the id of a lesson: it means something else in addresses; choose another one"
        );
    }
    let Some(title) = title else {
        return store.with(async |_, store| move_plan(store, &id, start, minutes).await).await;
    };
    let planned_start = start.unwrap_or_else(|| ServerInstant::of_fact(now_ms()));
    let plan = Plan {
        content: content.unwrap_or_else(|| id.clone()),
        lesson: id.clone(),
        credit_ch: credit_ch.unwrap_or(200),
        planned_start,
        planned_end: planned_start.plus_ms(minutes.unwrap_or(90) * 60_000),
    };
    store.with(async |_, store| office::timetable::make(store, &title, &plan).await).await?;
    super::print(&format!("{id}\n"))
}

/// Moves a lesson, before its first start.
async fn move_plan(
    store: &Store,
    id: &str,
    start: Option<ServerInstant>,
    minutes: Option<u64>,
) -> anyhow::Result<()> {
    let Some(lesson) = store.lessons().find(id).await? else {
        bail!("there is no lesson {id:?}; with --title it is made");
    };
    let Plan { planned_start, planned_end, .. } = lesson.plan;
    let length_ms = minutes
        .map_or_else(|| planned_end.ms().saturating_sub(planned_start.ms()), |minutes| minutes * 60_000);
    let start = start.unwrap_or(planned_start);
    if !office::timetable::move_by_hand(store, id, start, start.plus_ms(length_ms)).await? {
        bail!("the lesson {id:?} has begun; its plan stays as it was");
    }
    super::print(&format!("{id}\n"))
}

/// Reads RFC 3339, or milliseconds since the Unix epoch.
fn instant(text: &str) -> anyhow::Result<ServerInstant> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let ms: u64 = text.parse()?;
        if ms > ServerInstant::MAX.ms() {
            bail!("{text} ms is beyond the year 9999");
        }
        return Ok(ServerInstant::of_fact(ms));
    }
    rfc3339::read(text).ok_or_else(|| anyhow!("a time looks like 2026-11-22T19:00:00+08:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_out_or_counted_in_milliseconds() {
        for good in ["2020-11-17T19:00:00+08:00", "1605610800000"] {
            assert_eq!(instant(good).expect(good).ms(), 1_605_610_800_000, "{good}");
        }
        for bad in ["", "19:00", "-5", "999999999999999999"] {
            assert!(instant(bad).is_err(), "{bad}");
        }
    }
}
