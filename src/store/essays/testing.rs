//! People and phases for tests of essays, written directly.

use super::super::Store;
use crate::lesson::Role;

impl Store {
    /// A person who studies in a phase, sent by a unit.
    pub(crate) async fn place_author(&self, phase: &str, unit: &str, name: &str) -> String {
        let person = self.people().add(name, Role::Trainee).await.expect("a person");
        let class = format!("{phase}-001");
        for sql in [
            "INSERT INTO classes (id, phase, number, track, capacity, host) VALUES ($1, $2, 1, '', 100, '')
             ON CONFLICT DO NOTHING",
            "INSERT INTO registrations (phase, person, state, unit, name, document, private, school, track, category, rest,
                 submission, reason, class)
             SELECT $2, $3, 'active', $4, $5, $6, $7, '', '', '', '{}',
                 (SELECT count(*) + 1 FROM registrations), '', $1",
        ] {
            let all = sqlx::query(sql).bind(&class).bind(phase).bind(&person).bind(unit).bind(name);
            let all = all.bind(person.as_bytes()).bind(&[0_u8][..]);
            all.execute(&self.writer).await.expect("a place in a class");
        }
        person
    }

    pub(crate) async fn set_registration_state(&self, phase: &str, person: &str, state: &str) {
        let set = sqlx::query("UPDATE registrations SET state = $1 WHERE phase = $2 AND person = $3");
        set.bind(state).bind(phase).bind(person).execute(&self.writer).await.expect("a state");
    }

    /// A person with an account and one role.
    pub(crate) async fn make_staff(&self, role: &str, unit: &str, name: &str) -> String {
        let person = self.people().add(name, Role::Instructor).await.expect("a person");
        for sql in [
            "INSERT INTO accounts (person, login, made_at_ms) VALUES ($1, $1, 0) ON CONFLICT DO NOTHING",
            "INSERT INTO account_roles (person, role, unit) VALUES ($1, $2, $3)",
        ] {
            let all = sqlx::query(sql).bind(&person).bind(role).bind(unit);
            all.execute(&self.writer).await.expect("an account");
        }
        person
    }
}
