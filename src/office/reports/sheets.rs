//! Class sheets (R6) of a phase: a table for each class, with everybody in all its lessons.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reporter, written};
use crate::attendance::export::class_pack;
use crate::attendance::posting::Standing;
use crate::attendance::sheet::{HoursLine, Line, PackedLesson, Who};
use crate::lesson::CourseKind;
use crate::office::Answer;
use crate::programme::attainment::Attainment;
use crate::programme::phase::Phase;
use crate::programme::unit::Units;
use crate::sheet::{Kind, NamedFile};
use crate::store::attainments::{SheetRow, Snapshot};

impl Reporter {
    /// A table for each class in which some of `people` are; `unit`: the code of theirs, None = of all.
    pub(super) async fn sheets(
        &self,
        snapshot: &mut Snapshot,
        phase: &Phase,
        unit: Option<&str>,
        people: &[Attainment],
        names: &Units,
    ) -> Answer<Vec<NamedFile>> {
        let by_id: BTreeMap<u64, &Attainment> = people.iter().map(|one| (one.registration, one)).collect();
        let classes: BTreeSet<(u32, &str)> =
            people.iter().map(|one| (one.class_number, one.class.as_str())).collect();
        let mut files = Vec::new();
        for (number, class) in classes {
            let rows = snapshot.sheets(&phase.id, class, unit).await?;
            let mut lessons = Vec::new();
            for rows in rows.chunk_by(|one, other| one.lesson == other.lesson) {
                lessons.push(packed(rows, &by_id, names)?);
            }
            if lessons.is_empty() {
                continue;
            }
            let bytes = written(&class_pack(&lessons), Kind::Xlsx)?;
            files.push(NamedFile { name: format!("R6-考勤与学时/{number:03}班.xlsx"), bytes });
        }
        Ok(files)
    }
}

/// One lesson; who came to the class after the people were read is left out.
fn packed(
    rows: &[SheetRow],
    by_id: &BTreeMap<u64, &Attainment>,
    names: &Units,
) -> anyhow::Result<PackedLesson> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(one) = by_id.get(&row.registration) {
            lines.push(line(row, one, names)?);
        }
    }
    let first = &rows[0];
    Ok(PackedLesson {
        title: first.title.clone(),
        kind: first.kind(),
        planned_start_ms: first.planned_start_ms,
        taught_s: first.taught_s,
        lines,
    })
}

fn line(row: &SheetRow, one: &Attainment, names: &Units) -> anyhow::Result<HoursLine> {
    let mut line: Line = row.line()?.map(Into::into).unwrap_or_default();
    if row.kind() == CourseKind::Async {
        line.with_replay_s = row.watched_ms / 1000;
        line.last_ms = row.completed_at_ms();
    }
    let who = Who {
        id: one.person.clone(),
        name: one.name.clone(),
        unit: names.name(&one.unit),
        school: one.school.clone(),
        document: one.document.clone(),
    };
    let of_lesson = Standing { balance_ch: row.lesson_ch, ..Standing::default() };
    Ok(line.shown(who, Standing::default(), of_lesson))
}
