//! When a class was held that nobody started, or that was ended by mistake: somebody of the staff declares it
//! out of what the instructor's picture and sound show, another one confirms it. Then it is a fact of the
//! lesson, and the class is judged again.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::db::Lane;
use super::super::{Lesson, ledger, signed, unsigned};
use super::Books;
use super::appeals::{LIST_MAX, Refused, checked};
use super::results::Stored;
use crate::attendance::audit::Seen;
use crate::attendance::fact::{Fact, What};
use crate::attendance::interval::{ServerInstant, Spans};
use crate::attendance::posting::Uncorrectable;
use crate::protocol::{Approval, Declaration, Held, NewDeclaration, Stage, Stretch, WaitingDeclaration};

impl Books {
    /// What may be declared of a lesson, and what was, as `viewer` sees it.
    pub async fn held(&self, lesson: &Lesson, viewer: &str, now_ms: u64) -> anyhow::Result<Held> {
        let rows = sqlx::query(
            "SELECT declarations.*, name FROM declarations JOIN people ON people.id = asked_by
             WHERE lesson = ? AND declarations.state <> 'refused' ORDER BY declarations.id",
        );
        let rows = rows.bind(&lesson.id).fetch_all(&self.store.readers).await?;
        let (mut waiting, mut declared) = (None, Vec::new());
        for row in &rows {
            let one = declaration(row, viewer)?;
            match row.try_get::<&str, _>("state")? {
                "waits" => waiting = Some(one),
                _ => declared.push(one),
            }
        }
        let result = self.store.result_of(&lesson.id).await?;
        Ok(Held {
            media: stretches(&self.media_of(lesson).await?),
            planned_start_ms: lesson.plan.planned_start.ms(),
            planned_end_ms: lesson.plan.planned_end.ms(),
            until_ms: result.map(|result| self.until_ms(&result)).filter(|until_ms| now_ms <= *until_ms),
            waiting,
            declared,
            may_declare: false,
            may_confirm: false,
        })
    }

    /// What waits for a second person, of all lessons, the oldest first.
    pub async fn waiting_declarations(&self, viewer: &str) -> anyhow::Result<Vec<WaitingDeclaration>> {
        let rows = sqlx::query(
            "SELECT declarations.*, name, title FROM declarations JOIN people ON people.id = asked_by
             JOIN lessons ON lessons.id = lesson
             WHERE declarations.state = 'waits' ORDER BY declarations.id LIMIT ?",
        );
        let rows = rows.bind(LIST_MAX).fetch_all(&self.store.readers).await?;
        let one = |row: &SqliteRow| {
            let declaration = declaration(row, viewer)?;
            Ok(WaitingDeclaration {
                lesson: row.try_get("lesson")?,
                title: row.try_get("title")?,
                declaration,
            })
        };
        rows.iter().map(one).collect()
    }

    /// Somebody of the staff declares when a class was held; it waits for a second person.
    pub async fn declare(
        &self,
        lesson: &Lesson,
        by: &str,
        new: &NewDeclaration,
        now_ms: u64,
    ) -> Result<(), Refused> {
        let text = checked(&new.text)?;
        let _alone = self.alone.lock().await;
        self.may_decide(lesson, by, now_ms).await?;
        let media = self.media_of(lesson).await?;
        let is_shown = |ms| media.iter().any(|span| (span.from.ms()..=span.to.ms()).contains(&ms));
        if new.from_ms >= new.to_ms || !is_shown(new.from_ms) || !is_shown(new.to_ms) {
            return Err(Refused::NotShown);
        }
        let mut transaction = self.store.db.write(Lane::Books).await?;
        let done = sqlx::query(
            "INSERT INTO declarations (lesson, from_ms, to_ms, text, asked_by, at_ms)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&lesson.id)
        .bind(signed(new.from_ms))
        .bind(signed(new.to_ms))
        .bind(text)
        .bind(by)
        .bind(signed(now_ms))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refused::AskedAlready);
        }
        let detail = json!({ "from_ms": new.from_ms, "to_ms": new.to_ms });
        self.log(&mut transaction, by, "hours.declared", &lesson.id, detail).await?;
        Ok(transaction.commit().await?)
    }

    /// Another one confirms or refuses it.
    pub async fn decide_declaration(
        &self,
        id: u64,
        by: &str,
        approval: &Approval,
        now_ms: u64,
    ) -> Result<(), Refused> {
        let _alone = self.alone.lock().await;
        let row = sqlx::query("SELECT * FROM declarations WHERE id = ?").bind(signed(id));
        let row = row.fetch_optional(&self.store.readers).await?.ok_or(Refused::NotFound)?;
        if row.try_get::<&str, _>("state")? != "waits" {
            return Err(Refused::Decided);
        }
        let (lesson, asked_by): (String, String) = (row.try_get("lesson")?, row.try_get("asked_by")?);
        if approval.approve && asked_by == by {
            return Err(Uncorrectable::SamePerson.into());
        }
        let lesson = self.store.lesson(&lesson).await?.ok_or(Refused::NotFound)?;
        if approval.approve {
            // It was asked for in time; while it waits, the result does not become final.
            self.may_decide(&lesson, by, unsigned(row.try_get("at_ms")?)).await?;
        }
        let mut transaction = self.store.db.write(Lane::Books).await?;
        let state = if approval.approve { "entered" } else { "refused" };
        sqlx::query("UPDATE declarations SET state = ?, decided_by = ?, decided_at_ms = ? WHERE id = ?")
            .bind(state)
            .bind(by)
            .bind(signed(now_ms))
            .bind(signed(id))
            .execute(&mut *transaction)
            .await?;
        if approval.approve {
            let [from_ms, to_ms] = [row.try_get("from_ms")?, row.try_get("to_ms")?].map(unsigned);
            let what = What::ClassDeclared { by: asked_by, approver: by.to_owned(), from_ms, to_ms };
            let fact = Fact { lesson: lesson.id.clone(), person: None, at_ms: now_ms, what };
            ledger::append(&mut transaction, self.store.vault(), &fact).await?;
            let again = sqlx::query("UPDATE judged SET due = 1 WHERE lesson = ?").bind(&lesson.id);
            again.execute(&mut *transaction).await?;
        }
        let words = approval.text.as_deref().map_or("", str::trim);
        let detail = json!({ "declaration": id, "approve": approval.approve, "text": words });
        self.log(&mut transaction, by, "hours.declaration_decided", &lesson.id, detail).await?;
        Ok(transaction.commit().await?)
    }

    /// Within the days for appeals, and not about a class to which one belongs.
    async fn may_decide(&self, lesson: &Lesson, by: &str, now_ms: u64) -> Result<(), Refused> {
        if self.store.approved_at(&lesson.id, by).await?.is_some() {
            return Err(Uncorrectable::OwnResult.into());
        }
        let result = self.store.result_of(&lesson.id).await?.ok_or(Refused::NotJudged)?;
        if result.stage == Stage::Final || now_ms > self.until_ms(&result) {
            return Err(Refused::TooLate);
        }
        Ok(())
    }

    fn until_ms(&self, result: &Stored) -> u64 {
        match result.stage {
            Stage::Provisional => result.provisional_at_ms.saturating_add(self.times.appeals_ms),
            Stage::Final => 0,
        }
    }

    /// When something of the instructor arrived while it could count, gaps bridged as in the class itself.
    async fn media_of(&self, lesson: &Lesson) -> anyhow::Result<Spans> {
        let policy = match self.store.result_of(&lesson.id).await? {
            Some(result) => result.policy,
            None => self.policy_for(&lesson.id).await?,
        };
        let mut seen = Seen::default();
        self.store.facts(&lesson.id).await?.iter().for_each(|fact| seen.take(fact));
        let latest = lesson.plan.planned_end.plus_ms(policy.overrun_max * 1000);
        let countable = Spans::one(ServerInstant::default(), latest);
        Ok(seen.teaching().bridged(policy.gap * 1000).and(&countable))
    }
}

fn stretches(spans: &Spans) -> Vec<Stretch> {
    spans.iter().map(|span| Stretch { from_ms: span.from.ms(), to_ms: span.to.ms() }).collect()
}

fn declaration(row: &SqliteRow, viewer: &str) -> anyhow::Result<Declaration> {
    Ok(Declaration {
        id: unsigned(row.try_get("id")?),
        from_ms: unsigned(row.try_get("from_ms")?),
        to_ms: unsigned(row.try_get("to_ms")?),
        text: row.try_get("text")?,
        by: row.try_get("name")?,
        own: row.try_get::<&str, _>("asked_by")? == viewer,
        at_ms: unsigned(row.try_get("at_ms")?),
    })
}
