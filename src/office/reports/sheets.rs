//! Class sheets (R6) of a phase: everybody in all lessons of the own class.

use std::collections::{BTreeMap, BTreeSet};

use super::{Filter, Reporter, written};
use crate::account::role::Scope;
use crate::attendance::export::class_pack;
use crate::attendance::posting::Standing;
use crate::attendance::sheet::{HoursLine, Line, PackedLesson, Who};
use crate::lesson::CourseKind;
use crate::office::Answer;
use crate::programme::attainment::Attainment;
use crate::programme::phase::Phase;
use crate::programme::unit::Units;
use crate::sheet::{Kind, NamedFile};
use crate::store::attainments::{SheetRow, Snapshot, Wanted};

impl Reporter {
    /// Class sheets as files. All units (`unit`: None): one file per class. One unit: one file, since its few
    /// people are in most classes. `people`: the people of `unit`, or everybody.
    pub(super) async fn sheets(
        &self,
        snapshot: &mut Snapshot,
        phase: &Phase,
        unit: Option<&str>,
        people: &[Attainment],
        names: &Units,
    ) -> Answer<Vec<NamedFile>> {
        let by_id: BTreeMap<u64, &Attainment> = people.iter().map(|one| (one.registration, one)).collect();
        let (scope, filter) = (Scope::all(), Filter { unit: unit.map(str::to_owned), ..Filter::default() });
        let wanted = filter.wanted(phase, &scope);
        if unit.is_some() {
            let rows = snapshot.sheets(&wanted).await?;
            return Ok(book("R6-考勤与学时.xlsx".to_owned(), &rows, &by_id, names)?.into_iter().collect());
        }
        let classes: BTreeSet<(u32, &str)> =
            people.iter().map(|one| (one.class_number, one.class.as_str())).collect();
        let mut files = Vec::new();
        for (number, class) in classes {
            let rows = snapshot.sheets(&Wanted { class: Some(class), ..wanted.clone() }).await?;
            files.extend(book(format!("R6-考勤与学时/{number:03}班.xlsx"), &rows, &by_id, names)?);
        }
        Ok(files)
    }
}

/// None = there was no lesson.
fn book(
    name: String,
    rows: &[SheetRow],
    by_id: &BTreeMap<u64, &Attainment>,
    names: &Units,
) -> Answer<Option<NamedFile>> {
    let of_lessons = rows.chunk_by(|one, other| one.lesson == other.lesson);
    let lessons: Vec<PackedLesson> =
        of_lessons.map(|rows| packed(rows, by_id, names)).collect::<anyhow::Result<_>>()?;
    if lessons.is_empty() {
        return Ok(None);
    }
    Ok(Some(NamedFile { name, bytes: written(&class_pack(&lessons), Kind::Xlsx)? }))
}

/// One lesson. People who joined the class after `by_id` was read are left out.
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
        class_number: first.class_number,
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
