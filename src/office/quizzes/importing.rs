//! The bank as a file, in and out. A file adds questions; one with a text that the bank has replaces that.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{Keep, OfficeRefusal, phases};
use super::Answer;
use crate::programme::quiz::table::{self, List};
use crate::programme::quiz::{BANK_MAX, Question};
use crate::protocol::Imported;
use crate::sheet::{self, Kind};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, quizzes};
use crate::text::mistake::{Mistake, Wrong};

/// Takes a file whole, or says everything that is wrong with it.
pub async fn import(
    store: &Store,
    by: &str,
    phase: &str,
    file: Vec<u8>,
    keep: Keep,
    now_ms: u64,
) -> Answer<Imported> {
    let phase = phases::find(store, phase).await?;
    let read = move || -> Result<List, OfficeRefusal> {
        table::read(&sheet::read(&file)?).map_err(OfficeRefusal::Wrong)
    };
    let List { questions, sheet, remarks } = store.place_at_desk().await.work(read).await??;
    let mut writing = store.write(Lane::Office).await?;
    let bank = quizzes::bank(&mut writing, &phase.id).await?;
    let known: BTreeMap<&str, (u64, &Question)> =
        bank.iter().map(|(id, question)| (question.text.as_str(), (*id, question))).collect();
    let added = questions.iter().filter(|question| !known.contains_key(question.text.as_str())).count();
    if bank.len() + added > BANK_MAX {
        let figures = vec![u32::try_from(BANK_MAX).unwrap_or(u32::MAX)];
        let mistake = Mistake { figures, ..Mistake::field("题目", Wrong::BankFull) };
        return Err(OfficeRefusal::Wrong(vec![mistake]).into());
    }
    let (mut new, mut changed) = (0, 0);
    for question in &questions {
        match known.get(question.text.as_str()) {
            Some((_, before)) if *before == question => continue,
            Some((id, _)) => {
                changed += 1;
                quizzes::remove_question(&mut writing, *id, now_ms).await?;
            }
            None => new += 1,
        }
        quizzes::insert_question(&mut writing, &phase.id, question, by, now_ms).await?;
    }
    super::bank::suffices_now(&mut writing, &phase.id).await?;
    let rows = u32::try_from(questions.len()).unwrap_or(u32::MAX);
    if keep == Keep::Yes {
        let detail = json!({ "rows": rows, "new": new, "changed": changed });
        audit::append(&mut writing, store.vault(), Act::done(by, "phase.quiz_imported", &phase.id, detail))
            .await?;
        writing.commit().await?;
    }
    Ok(Imported { rows, new, changed, sheet, remarks: remarks.into_list() })
}

/// The bank as a table that can be taken again; an empty one shows how it is filled in.
pub async fn export(store: &Store, phase: &str, kind: Kind) -> Answer<Vec<u8>> {
    let phase = phases::find(store, phase).await?;
    let bank = store.quizzes().bank(&phase.id).await?;
    let questions: Vec<Question> = bank.into_values().collect();
    let write = move || sheet::write(&table::table(&questions), kind).map_err(anyhow::Error::from);
    Ok(store.place_at_desk().await.work(write).await??)
}
