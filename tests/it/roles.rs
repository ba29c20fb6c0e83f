//! Every route with every role: the server does what `account::role` says (§7.1). No route is missing here,
//! or the last test fails.

use live_classroom::account::role::{ACTIONS, ROLES, scope};
use live_classroom::account::role::{Action, Role as AccountRole, RoleGrant};
use serde_json::{Value, json};

use crate::harness::TestServer;
use crate::office::{class_of_tests, grants_of};
use crate::people::{Person, ask, grant, refusal};

mod certificates;
mod essays;
mod quizzes;
mod reports;

/// The people who may use a route.
#[derive(Clone, Copy)]
enum Who {
    /// People who have one of these rights, over anything.
    One(&'static [Action]),
    /// People who have one of these rights over more than the own record.
    Others(&'static [Action]),
    /// People who have this right over everything.
    All(Action),
    /// Operators, in running rooms.
    Operator,
    /// People who have an account, for their own data.
    Account,
    /// People of the lesson or class, whatever their role; tested elsewhere (`class_sheets_are_for_…`,
    /// `replay.rs`, `alone.rs`, `network_check.rs`, `front_door.rs`, `doors.rs`).
    Bound,
    /// Everybody, also people who are not signed in.
    Public,
}

struct Row {
    method: &'static str,
    /// The path as the router has it.
    route: &'static str,
    body: Option<Value>,
    who: Who,
}

impl Row {
    /// A path to things that do not exist, except for the programme of the tests.
    fn path(&self) -> String {
        [
            ("{programme}", "p"),
            ("{phase}", "p-1"),
            ("{class}", "p-1-001"),
            ("{person}", "0123456789abcdef0123456789abcdef"),
            ("{lesson}", "nowhere"),
            ("{check}", "0123456789abcdef"),
            ("{number}", "ZP202000101330001236"),
            ("{try}", "1"),
            ("{place}", "0"),
            ("{id}", "999"),
        ]
        .iter()
        .fold(self.route.to_owned(), |path, (name, of)| path.replace(name, of))
    }

    fn may(&self, own: &[RoleGrant]) -> Option<bool> {
        match self.who {
            Who::One(actions) => Some(actions.iter().any(|action| !scope(own, *action).is_nothing())),
            Who::Others(actions) => Some(actions.iter().any(|action| scope(own, *action).reaches_others())),
            Who::All(action) => Some(scope(own, action).everything),
            Who::Operator => Some(own.iter().any(|grant| grant.role == AccountRole::Operator)),
            Who::Account | Who::Bound | Who::Public => None,
        }
    }
}

fn row(method: &'static str, route: &'static str, body: impl Into<Option<Value>>, who: Who) -> Row {
    Row { method, route, body: body.into(), who }
}

fn accounts() -> Vec<Row> {
    use Action::*;
    use Who::{Account, Bound, One, Public};
    let reason = json!({ "reason": "A reason" });
    let sign_in = json!({ "login": "nobody", "password": "wrong" });
    let invite = json!({ "forget_second_factor": false, "reason": "A reason" });
    let roles = json!({ "roles": [grant(AccountRole::Trainee)], "reason": "A reason" });
    let new = json!({ "name": "王丽", "login": "x", "roles": [] });
    vec![
        row("GET", "/api/account", None, Account),
        row("POST", "/api/account/sign-in", sign_in, Public),
        row("POST", "/api/account/new", json!({ "name": "", "login": "", "password": "" }), Public),
        row("POST", "/api/account/invitation", json!({ "secret": "x" }), Public),
        row("POST", "/api/account/invitation/look", json!({ "secret": "x" }), Public),
        row("POST", "/api/account/password", json!({ "old": "x", "new": "x" }), Account),
        row("POST", "/api/account/phone", json!({ "password": "x", "phone": "x" }), Account),
        row("POST", "/api/account/totp", json!({ "password": "x" }), Account),
        row("POST", "/api/account/totp/confirm", json!({ "code": "x" }), Account),
        row("GET", "/api/accounts", None, One(&[MakeAccounts, SetRoles])),
        row("POST", "/api/accounts", new, One(&[MakeAccounts, SetRoles])),
        row("POST", "/api/accounts/{person}/invitation", invite, One(&[MakeAccounts, SetRoles])),
        row("PUT", "/api/accounts/{person}/roles", roles, One(&[SetRoles])),
        row(
            "PUT",
            "/api/accounts/{person}/state",
            json!({ "state": "frozen", "reason": "x" }),
            One(&[SetRoles]),
        ),
        row(
            "PUT",
            "/api/accounts/{person}/phone",
            json!({ "phone": "13812345678", "reason": "x" }),
            One(&[MakeAccounts, SetRoles]),
        ),
        row("POST", "/api/accounts/{person}/reveal", reason, One(&[Reveal])),
        row("GET", "/api/audit", None, One(&[ReadAudit])),
        row("GET", "/api/audit/events.csv", None, One(&[ReadAudit])),
        row("GET", "/api/home", None, Account),
        row("GET", "/api/help", None, Public),
        row("POST", "/api/calendar", None, Account),
        row("DELETE", "/api/calendar", None, Account),
        row("POST", "/api/sign-in", json!({ "secret": "x" }), Public),
        row("GET", "/api/me", None, Bound),
        row("GET", "/api/operator/load", None, One(&[SeeLoad])),
        row("GET", "/api/operator/load/file", None, One(&[SeeLoad])),
        row("POST", "/api/operator/rooms/{lesson}", json!({ "type": "mute_all" }), Who::Operator),
        row("POST", "/api/network-check", json!({ "offer": "x", "device": "phone" }), Account),
        row("POST", "/api/network-check/{check}", json!({}), Account),
        row("POST", "/api/network-check/upload", None, Account),
        row("GET", "/api/network-checks", None, One(&[SeeNetworks])),
        row("GET", "/api/network-checks/{lesson}", None, Bound),
    ]
}

fn lessons() -> Vec<Row> {
    use Action::*;
    use Who::{All, Bound, One};
    let change = json!({ "title": "T", "planned_start_ms": 0, "planned_end_ms": 1000, "instructors": [] });
    let announcement = json!({ "class": "p-1-001", "title": "T", "text": "text" });
    let course = json!({ "title": "T", "description": "", "audience": "class", "shown": { "from_ms": 0, "to_ms": 1 } });
    let watched = json!({ "from_ms": 0, "to_ms": 0, "answer": null });
    let correction = json!({ "lesson": "nowhere", "person": "nobody", "delta_ch": 10, "code": "EVIDENCE",
        "text": "", "seen_balance_ch": 0 });
    let decision = json!({ "grant": false, "text": "依据" });
    let revocation = json!({ "person": "nobody", "text": "依据", "second": "other", "seen_balance_ch": 0 });
    let made = json!({ "course": 999, "title": "T", "planned_start_ms": 0, "minutes": 90, "credit_ch": 200 });
    let studio =
        json!({ "course": 999, "title": "T", "planned_start_ms": 0, "minutes": 90, "instructors": [] });
    let new_course =
        json!({ "title": "T", "kind": null, "nature": "practice", "cap_ch": null, "module": "" });
    vec![
        row("GET", "/api/instructors", None, One(&[MakeTimetable])),
        row("GET", "/api/timetable/{class}", None, Bound),
        row("PUT", "/api/timetable/lessons/{lesson}", change, One(&[MakeTimetable])),
        row(
            "POST",
            "/api/timetable/lessons/{lesson}/cancel",
            json!({ "reason": "x" }),
            One(&[MakeTimetable]),
        ),
        row("GET", "/api/announcements", None, Bound),
        row("POST", "/api/announcements", announcement, One(&[Announce])),
        row("DELETE", "/api/announcements/{id}", None, One(&[Announce])),
        row("GET", "/api/replay/{lesson}", None, Bound),
        row("POST", "/api/replay/{lesson}/watched", watched, Bound),
        row("PUT", "/api/replay/{lesson}/course", course, Bound),
        row("DELETE", "/api/replay/{lesson}/course", None, Bound),
        row("GET", "/api/replay/{lesson}/download", None, Bound),
        row("POST", "/api/replay/{lesson}/download", None, Bound),
        row("POST", "/api/replay/{lesson}/ticket", None, Bound),
        row("GET", "/api/hours/mine", None, Bound),
        row("GET", "/api/hours/appeals", None, One(&[CorrectHours])),
        row("POST", "/api/hours/appeals", json!({ "lesson": "nowhere", "text": "x" }), Bound),
        row("POST", "/api/hours/appeals/{id}", decision, One(&[CorrectHours])),
        row("GET", "/api/hours/corrections", None, One(&[CorrectHours])),
        row("POST", "/api/hours/corrections", correction, One(&[CorrectHours])),
        row("POST", "/api/hours/corrections/{id}", json!({ "approve": true }), One(&[CorrectHours])),
        row("GET", "/api/hours/declarations", None, One(&[CorrectHours])),
        row("POST", "/api/hours/declarations/{id}", json!({ "approve": true }), One(&[CorrectHours])),
        row("GET", "/api/hours/{lesson}", None, Bound),
        row("GET", "/api/hours/{lesson}/held", None, Bound),
        row("POST", "/api/hours/{lesson}/held", json!({ "from_ms": 0, "to_ms": 1, "text": "x" }), Bound),
        row("GET", "/api/lessons/{lesson}/end", None, Bound),
        row("POST", "/api/lessons/{lesson}/end/take-back", None, Bound),
        row("POST", "/api/hours/{lesson}/revocations", revocation, One(&[CorrectHours])),
        row("GET", "/api/hours/{lesson}/events.jsonl", None, Bound),
        row("GET", "/api/hours/{lesson}/sheet.csv", None, Bound),
        row("GET", "/api/hours/{lesson}/sheet.xlsx", None, Bound),
        row("GET", "/api/classes/{class}/lessons", None, Bound),
        row("GET", "/api/phases/{phase}/courses", None, Bound),
        row("POST", "/api/phases/{phase}/courses", new_course, One(&[MakePhase])),
        row("POST", "/api/phases/{phase}/lessons", made, One(&[MakeTimetable])),
        row("GET", "/api/phases/{phase}/studios", None, All(MakeTimetable)),
        row("POST", "/api/phases/{phase}/studios", studio, All(MakeTimetable)),
        row("GET", "/api/phases/{phase}/sources", None, One(&[MakeTimetable])),
    ]
}

fn programmes() -> Vec<Row> {
    use Action::*;
    use Who::{All, One, Others, Public};
    let programme = json!({ "id": "q", "title": "Q" });
    let days = json!({ "first": "2020-11-06", "last": "2020-11-09" });
    let phase = json!({ "number": 2, "title": "T", "hours_ch": 1000, "plan_seats": 1, "registration": days, "study": days });
    let person = json!({ "name": "王丽", "telephone": "010-85305090" });
    let contacts = json!({ "unit": "33", "lead": person, "contact": person });
    let survey = json!({ "title": "", "anonymous": true, "due": "", "questions": [] });
    vec![
        row("GET", "/api/open", None, Public),
        row("GET", "/api/open/essays", None, Public),
        row("GET", "/api/open/essays/{id}", None, Public),
        row("GET", "/api/programmes", None, Public),
        row("POST", "/api/programmes", programme.clone(), One(&[MakePhase])),
        row("PUT", "/api/programmes/{programme}", programme, One(&[MakePhase])),
        row("GET", "/api/programmes/{programme}/notice", None, Public),
        row("GET", "/api/programmes/{programme}/policy", None, One(&[MakePhase])),
        row("PUT", "/api/programmes/{programme}/policy", json!({ "toml": "" }), One(&[MakePhase])),
        row("POST", "/api/programmes/{programme}/phases", phase.clone(), One(&[MakePhase])),
        row("GET", "/api/programmes/{programme}/units", None, Public),
        row("POST", "/api/programmes/{programme}/units", json!({ "name": "" }), One(&[MakePhase])),
        row("GET", "/api/programmes/{programme}/contacts", None, One(&[SeeRegistrations])),
        row("PUT", "/api/programmes/{programme}/contacts", contacts, One(&[Nominate])),
        row("GET", "/api/programmes/{programme}/contacts/file", None, Others(&[SeeRegistrations])),
        row("POST", "/api/programmes/{programme}/nominations/file", None, One(&[Nominate])),
        row("GET", "/api/programmes/{programme}/quotas/file", None, One(&[SetQuota])),
        row("POST", "/api/programmes/{programme}/quotas/file", None, One(&[SetQuota])),
        row("PUT", "/api/phases/{phase}", phase, One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/quotas", None, One(&[SeeRegistrations])),
        row("PUT", "/api/phases/{phase}/quotas", json!({ "rows": [] }), One(&[SetQuota])),
        row("GET", "/api/phases/{phase}/survey", None, One(&[MakePhase])),
        row("PUT", "/api/phases/{phase}/survey", survey, One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/survey/results", None, All(SeeReports)),
        row("GET", "/api/phases/{phase}/survey/file", None, All(SeeReports)),
    ]
}

fn registrations() -> Vec<Row> {
    use Action::*;
    use Who::{Bound, One, Others};
    let decide = |what: &str| json!({ "ids": [999], "decision": what });
    let save = json!({ "form": {}, "submit": false });
    let plan = json!({
        "lesson": null, "title": "T", "planned_start_ms": 0, "minutes": 90, "credit_ch": 100, "instructors": [],
    });
    let list = "/api/phases/{phase}/registrations/decide";
    let replace = json!({ "name": "王丽", "sex": "female", "document_kind": "passport",
        "document_number": "E12345678", "mobile": "13812345678", "reason": "x" });
    vec![
        row("GET", "/api/surveys/mine", None, One(&[Register])),
        row("POST", "/api/phases/{phase}/survey/answers", json!({ "answers": [] }), One(&[Register])),
        row("GET", "/api/registrations/mine", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/registration", None, One(&[Register])),
        row("PUT", "/api/phases/{phase}/registration", save, One(&[Register])),
        row("GET", "/api/phases/{phase}/conclusion", None, One(&[Register])),
        row("POST", "/api/phases/{phase}/registration/withdraw", None, One(&[Register])),
        row("PUT", "/api/phases/{phase}/registration/class", json!({ "class": "x" }), One(&[Register])),
        row("GET", "/api/phases/{phase}/registrations", None, Others(&[SeeRegistrations])),
        row("GET", "/api/phases/{phase}/registrations/counts", None, Others(&[SeeRegistrations])),
        row("GET", "/api/phases/{phase}/registrations/file", None, Others(&[SeeRegistrations])),
        row(
            "POST",
            "/api/phases/{phase}/registrations/compare",
            json!({ "ids": [] }),
            Others(&[SeeRegistrations]),
        ),
        row("GET", "/api/phases/{phase}/concerns", None, One(&[MakeTimetable])),
        row("POST", "/api/phases/{phase}/concerns", plan, One(&[MakeTimetable])),
        row("POST", list, decide("recommend"), One(&[Recommend])),
        row("POST", list, decide("reject"), One(&[Recommend])),
        row("POST", list, decide("approve"), One(&[Approve])),
        row("POST", list, decide("waitlist"), One(&[Approve])),
        row("POST", list, decide("withdraw"), One(&[Approve])),
        row("GET", "/api/registrations/{id}", None, Others(&[SeeRegistrations])),
        row("PATCH", "/api/registrations/{id}", json!({ "school": "S", "reason": "x" }), One(&[Recommend])),
        row("POST", "/api/registrations/{id}/reveal", json!({ "reason": "x" }), Others(&[Reveal])),
        row("GET", "/api/phases/{phase}/nominations", None, One(&[Nominate])),
        row("GET", "/api/phases/{phase}/nominations/file", None, One(&[Nominate])),
        row("POST", "/api/nominations/{id}/remove", json!({ "reason": "x" }), One(&[Nominate])),
        row("POST", "/api/nominations/{id}/replace", replace, One(&[Nominate])),
        row("GET", "/api/phases/{phase}/classes", None, Bound),
        row("POST", "/api/phases/{phase}/classes", json!({}), One(&[FormClasses])),
        row("POST", "/api/phases/{phase}/classes/form", None, One(&[FormClasses])),
        row("PUT", "/api/classes/{class}", json!({}), One(&[FormClasses])),
        // The last row: it leaves the caller without a session.
        row("POST", "/api/account/sign-out-everywhere", None, Who::Account),
        row("POST", "/api/sign-out", None, Bound),
    ]
}

fn rows() -> Vec<Row> {
    [
        accounts(),
        lessons(),
        programmes(),
        essays::rows(),
        quizzes::rows(),
        certificates::rows(),
        reports::rows(),
        registrations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_with_every_role_is_as_the_table_of_roles_says() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    for role in ROLES {
        let own = [grants_of(role)];
        let login = format!("{role:?}").to_lowercase();
        let person = Person::of(&server, &login, &own).await;
        for row in rows() {
            let Some(may) = row.may(&own) else { continue };
            let path = row.path();
            let response = person.ask(row.method, &path, row.body).await;
            let status = response.status().as_u16();
            let told = || format!("{role:?} {} {path}: {status}", row.method);
            assert!(status < 500 && status != 401, "{}", told());
            assert_eq!(status != 403, may, "{}", told());
            // An unreadable body is refused before the person is looked at.
            assert!(may || refusal(response).await.1 == "not_allowed", "{}", told());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_reaches_what_is_for_everybody() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    for row in rows() {
        let path = row.path();
        let response = ask(server.url(), None, row.method, &path, row.body).await;
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        let is_public = matches!(row.who, Who::Public);
        let asked_in = status == 401 && text.contains("signed_out");
        assert_eq!(asked_in, !is_public, "{} {path}: {status} {text}", row.method);
    }
}

#[test]
fn every_action_has_a_route() {
    let rows = rows();
    let tested = |action: Action| {
        rows.iter().any(|row| match row.who {
            Who::One(actions) | Who::Others(actions) => actions.contains(&action),
            Who::All(own) => own == action,
            _ => false,
        })
    };
    for action in ACTIONS {
        assert!(tested(action), "{action:?}");
    }
}

/// The method and the path of each route of the router.
fn router() -> Vec<(String, String)> {
    let source = include_str!("../../src/web/routes.rs");
    let mut found = Vec::new();
    for part in source.split(".route(").skip(1) {
        let part = part.split_once(".layer(").map_or(part, |(part, _)| part);
        let (route, handlers) = part.trim_start().trim_start_matches('"').split_once('"').expect("a path");
        for method in ["get", "post", "put", "patch", "delete"] {
            if handlers.contains(&format!("{method}(")) {
                found.push((method.to_uppercase(), route.to_owned()));
            }
        }
    }
    found.retain(|(_, route)| route.starts_with("/api/"));
    found
}

#[test]
fn no_route_is_missing_in_the_matrix() {
    let rows = rows();
    let router = router();
    assert!(router.len() > 90, "{}", router.len());
    for (method, route) in &router {
        assert!(rows.iter().any(|row| row.method == method && row.route == route), "{method} {route}");
    }
    for row in &rows {
        assert!(
            router.iter().any(|one| (one.0.as_str(), one.1.as_str()) == (row.method, row.route)),
            "{}",
            row.route
        );
    }
}
