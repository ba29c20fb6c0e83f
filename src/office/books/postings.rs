//! The differences between the computed credit and the ledger.

use std::collections::BTreeMap;

use crate::attendance::ledger::Posting;
use crate::attendance::posting::differences;
use crate::store::credit::{SERVER, balances};
use crate::store::{Lesson, Writing};

/// The ground of an entry.
#[derive(Clone)]
pub(super) struct Ground {
    /// Digest of the facts, or of the completed course.
    pub(super) digest: String,
    /// A code with its figures, as JSON: hashed data holds no prose.
    pub(super) reason: String,
}

/// The entries missing from the ledger for the people `concerned`.
pub(super) async fn postings(
    writing: &mut Writing,
    lesson: &Lesson,
    policy_version: &str,
    concerned: BTreeMap<String, Ground>,
) -> anyhow::Result<Vec<Posting>> {
    let content = &lesson.plan.content;
    let people: Vec<&str> = concerned.keys().map(String::as_str).collect();
    let standings = balances::standings(writing, content, &people, None).await?;
    let earned = balances::earned(writing, content, &people).await?;
    let delivered = balances::delivered(writing, content, &people).await?;
    let mut postings = Vec::new();
    for (person, ground) in concerned {
        let standing = standings.get(&person).copied().unwrap_or_default();
        let most_ch = delivered.get(&person).copied().unwrap_or_default();
        let computed = earned.get(&person).copied().unwrap_or_default().computed(most_ch);
        for (kind, delta_ch) in differences(standing, computed) {
            postings.push(Posting {
                person: person.clone(),
                content: content.clone(),
                lesson: Some(lesson.id.clone()),
                kind,
                delta_ch,
                policy_version: policy_version.to_owned(),
                input_digest: ground.digest.clone(),
                reason: ground.reason.clone(),
                actor: SERVER.into(),
                approver: None,
                at_ms: 0,
            });
        }
    }
    Ok(postings)
}
