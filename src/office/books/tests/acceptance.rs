//! Two people's way through whole phases, with the figures of the rules (AC-1 and AC-5): lessons, self-study, make-up, essay,
//! certificate, reports; and what a correction and a revocation do to all of them.

use super::certificates::certifier;
use super::concluding::run;
use super::*;
use crate::programme::conclusion::Reason;
use crate::protocol::CertificateState as Shown;

mod full_phase;
mod revoked;

const SECOND: u64 = 1_000;

/// A phase with one class, which asks for so many hours.
struct Phase {
    id: &'static str,
    number: u32,
    hours_ch: u64,
    /// First and last day of the study.
    study: (&'static str, &'static str),
}

const P1: Phase = Phase { id: "td-1", number: 1, hours_ch: 1_000, study: ("2026-09-10", "2026-10-10") };
const P2: Phase = Phase { id: "td-2", number: 2, hours_ch: 2_000, study: ("2026-10-11", "2026-11-10") };
const P3: Phase = Phase { id: "td-3", number: 3, hours_ch: 1_000, study: ("2026-11-11", "2026-12-27") };

impl Desk {
    async fn phases(&self, phases: &[Phase]) {
        run(
            self,
            "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES ('td', '示范班', '[]', 0)",
        )
        .await;
        for Phase { id, number, hours_ch, study: (first, last) } in phases {
            run(
                self,
                &format!(
                    "INSERT INTO phases (id, programme, number, title, hours_ch, plan_seats, registration_first,
                         registration_last, study_first, study_last, tracks, categories, choose_class)
                     VALUES ('{id}', 'td', {number}, '第{number}期', {hours_ch}, 100, '2026-09-01', '2026-09-03',
                         '{first}', '{last}', '[]', '[]', FALSE)"
                ),
            )
            .await;
            run(self, &format!("INSERT INTO classes VALUES ('{id}-001', '{id}', 1, '', 100, '', NULL)"))
                .await;
        }
    }

    /// A live lesson of a phase's class, taught as planned for 200 ch.
    async fn live(&self, phase: &Phase, lesson: &str, at_ms: u64) {
        self.taught(lesson, lesson, at_ms).await;
        run(self, &format!("UPDATE lessons SET class = '{}-001' WHERE id = '{lesson}'", phase.id)).await;
        self.store.seal_by_hand(lesson).await;
    }

    /// A lesson of 2,700 s that is studied alone, for 100 ch.
    async fn alone(&self, phase: &Phase, lesson: &str, at_ms: u64) {
        let source = format!("source-{lesson}");
        self.plan(&source, &source, at_ms).await;
        self.store.recordings().name(&source).await.unwrap();
        let course = Course {
            title: "课".into(),
            description: String::new(),
            speaker: String::new(),
            tags: vec![],
            listed: false,
            shown: Stretch { from_ms: 0, to_ms: 2_700 * SECOND },
            audience: Audience::Class,
        };
        office::publications::publish(&self.store, &source, &course, &[], &self.teacher, at_ms)
            .await
            .unwrap();
        self.plan(lesson, lesson, at_ms).await;
        run(
            self,
            &format!(
                "UPDATE lessons SET kind = 'async', source = '{source}', credit_ch = 100, class = '{}-001'
                 WHERE id = '{lesson}'",
                phase.id
            ),
        )
        .await;
        self.store.seal_by_hand(lesson).await;
    }

    /// Places somebody in the class of a phase, as registration `number`, and in all of its lessons.
    async fn place(&self, phase: &Phase, person: &str, name: &str, number: u32) {
        let id = phase.id;
        let private = r#"{"number":"11010519491231002X","mobile":"","email":""}"#;
        let private = self.store.vault().seal(&format!("registration {id} {person}"), private).unwrap();
        sqlx::query(
            "INSERT INTO registrations (id, phase, person, state, unit, name, document, private, school, track, category,
                 rest, submission, submitted_at_ms, approval, approved_at_ms, reason, class)
             VALUES ($1, $2, $3, 'active', '33', $4, $6, $5, '杭州职业技术学院', '', '', '{}', $1, 0, $1,
                 0, '好', $2 || '-001')",
        )
        .bind(number)
        .bind(id)
        .bind(person)
        .bind(name)
        .bind(private)
        .bind(format!("{person}{id}").into_bytes())
        .execute(self.store.by_hand())
        .await
        .unwrap();
        run(
            self,
            &format!(
                "INSERT INTO enrolments (lesson, person, approved_at_ms)
                 SELECT id, '{person}', 0 FROM lessons WHERE class = '{id}-001'"
            ),
        )
        .await;
    }

    /// Watches a part of a recording, in seconds of it, up to `heard_at_ms`; after the end it counts for nothing.
    async fn replayed(&self, lesson: &str, person: &str, seconds: (u64, u64), heard_at_ms: u64) {
        let part = Stretch { from_ms: seconds.0 * SECOND, to_ms: seconds.1 * SECOND };
        let counts = !self.books.makeup_is_over(lesson, person, heard_at_ms).await.unwrap();
        let change = |coverage: &mut crate::attendance::coverage::Coverage| {
            if counts {
                coverage.covered = coverage.covered.or(&crate::attendance::coverage::media(&[part]));
                coverage.heard_at_ms = Some(heard_at_ms);
            }
        };
        self.books
            .watch(lesson, person, Heard { at_ms: heard_at_ms, counts, sent: None }, change)
            .await
            .unwrap();
    }

    /// Watches them to the end, one a day.
    async fn studied(&self, lessons: &[&str], person: &str, from_ms: u64) {
        for (lesson, day) in lessons.iter().zip(0..) {
            self.replayed(lesson, person, (0, 2_700), from_ms + day * DAY).await;
        }
    }

    async fn amounts(&self, person: &str) -> Vec<i64> {
        self.account(person).await.into_iter().map(|(_, ch)| ch).collect()
    }
}
