//! What trainees have reached in the self-test of a phase, and how hard its questions were.

use super::super::{OfficeRefusal, phases, surveys, units};
use super::{Answer, ending};
use crate::programme::quiz::Question;
use crate::protocol::{QuizReached, QuizResults, QuizShare};
use crate::sheet::{self, Cell, Kind, Table};
use crate::store::Store;
use crate::store::quizzes::results::Reached;

/// Everybody who studies in the phase, and every question that was in a paper.
pub async fn of_phase(store: &Store, phase: &str, now_ms: u64) -> Answer<QuizResults> {
    ending::settle(store, now_ms).await?;
    let rule = store.quizzes().rule(phase).await?.ok_or(OfficeRefusal::NotFound)?;
    let people = people(store, phase).await?;
    let mut shares = store.quizzes().shares(phase).await?;
    let bank = store.quizzes().bank(phase).await?;
    let all = store.quizzes().all_questions(phase).await?;
    let share = |(id, question): (u64, Question)| {
        let (asked, right) = shares.remove(&id)?;
        let kind = question.ask.kind();
        Some(QuizShare { id, kind, text: question.text, removed: !bank.contains_key(&id), asked, right })
    };
    Ok(QuizResults {
        pass: rule.pass,
        points: rule.points(),
        tries: rule.tries,
        questions: all.into_iter().filter_map(share).collect(),
        people: people.into_iter().map(reached).collect(),
    })
}

async fn people(store: &Store, phase: &str) -> Answer<Vec<Reached>> {
    let all = store.quizzes().reached(phase).await?;
    Ok(all.into_iter().filter(|(state, _)| surveys::is_asked(*state)).map(|(_, reached)| reached).collect())
}

fn reached(one: Reached) -> QuizReached {
    let Reached { name, unit, class, tries, best, of, passed, running } = one;
    QuizReached { name, unit, class, tries, best, of, passed, running }
}

/// The people as a table.
pub async fn export(store: &Store, phase: &str, kind: Kind, now_ms: u64) -> Answer<Vec<u8>> {
    let phase = phases::find(store, phase).await?;
    ending::settle(store, now_ms).await?;
    let units = units::of_programme(store, &phase.programme).await?;
    let mut table = Table::new("自测成绩", &["姓名", "单位", "班级", "已考次数", "最高分", "满分", "结果"]);
    for one in people(store, &phase.id).await? {
        let number = |figure: Option<u32>| figure.map_or_else(|| Cell::from(""), Cell::number);
        let result = match (one.passed, one.tries, one.running) {
            (true, ..) => "通过",
            (false, 0, false) => "未考",
            (false, _, true) => "正在考",
            (false, ..) => "未通过",
        };
        table.rows.push(vec![
            Cell::from(one.name.as_str()),
            Cell::from(units.name(&one.unit)),
            Cell::from(one.class.as_deref().unwrap_or_default()),
            Cell::number(one.tries),
            number(one.best),
            number(one.of),
            Cell::from(result),
        ]);
    }
    Ok(sheet::write(&table, kind).map_err(anyhow::Error::from)?)
}
