//! People with accounts in tests: made in the store, signed in by a cookie, asking by routes.

use std::path::Path;

use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::office::accounts::{NewAccount, SecondFactor};
use live_classroom::protocol::{ApiError, Me};
use live_classroom::store::Store;
use loadtest::http::{SignedIn, client};
use reqwest::header::{COOKIE, ORIGIN};
use reqwest::{Method, Response};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::harness::TestServer;

pub(crate) const DAY_MS: u64 = 24 * 3600 * 1000;

pub(crate) fn grant(role: AccountRole) -> RoleGrant {
    RoleGrant { role, unit: None, class: None }
}

/// A person with an account, signed in; administrators have a second factor.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) cookie: String,
    seat: String,
    base_url: String,
    name: String,
}

impl Person {
    pub(crate) async fn of(server: &TestServer, login: &str, grants: &[RoleGrant]) -> Person {
        let store = server.store();
        let name = format!("人{}", login.replace(|c: char| !c.is_alphabetic(), ""));
        let new = NewAccount { name: &name, login, phone: None, password: Some("hash"), grants, by: None };
        let id = office::accounts::make(store, &new).await.expect("a new account");
        Person::sign_in(server, id, name, grants).await
    }

    async fn sign_in(server: &TestServer, id: String, name: String, grants: &[RoleGrant]) -> Person {
        let store: &Store = server.store();
        let mut factor = SecondFactor::None;
        if grants.iter().any(|grant| grant.role.is_admin()) {
            office::accounts::begin_totp(store, &id, b"12345678901234567890").await.expect("stored");
            assert!(office::accounts::confirm_totp(store, &id, 1, &[]).await.expect("stored"));
            factor = SecondFactor::Code(2);
        }
        let session =
            office::accounts::begin_session(store, &id, &factor, "test", DAY_MS).await.expect("stored");
        let session = session.expect("the code was not used");
        let cookie = format!("lc_{}={}", session.seat, session.secret);
        Person { id, cookie, seat: session.seat, base_url: server.url().to_owned(), name }
    }

    /// The same person after signing in anew, with roles that need no second factor.
    pub(crate) async fn again(&self, server: &TestServer) -> Person {
        Person::sign_in(server, self.id.clone(), self.name.clone(), &[]).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        ask(&self.base_url, Some(&self.cookie), method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.ask("GET", path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.expect("JSON")
    }

    /// The person as the participants of `loadtest` know it.
    pub(crate) fn signed_in(&self) -> SignedIn {
        let me = Me {
            earns_hours: true,
            corrects_hours: false,
            seat: self.seat.clone(),
            name: self.name.clone(),
            role: Role::Trainee,
            lesson: None,
            lesson_title: None,
            lesson_ended: false,
            rules: None,
        };
        SignedIn { base_url: self.base_url.clone(), me, cookie: self.cookie.clone() }
    }
}

pub(crate) async fn ask(
    base_url: &str,
    cookie: Option<&str>,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Response {
    let method: Method = method.parse().expect("a method");
    // Longer than anything takes on a machine that compiles beside the tests.
    let patience = std::time::Duration::from_secs(300);
    let request = client().request(method, format!("{base_url}{path}")).timeout(patience);
    let mut request = request.header(ORIGIN, base_url);
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.expect("the server answers")
}

/// The status and the code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let error: ApiError = response.json().await.expect("a refusal has a body");
    (status, error.code)
}

/// A connection of its own to the server's database, for rows that no route makes.
pub(crate) async fn database(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.join("classroom.db"));
    options.busy_timeout(std::time::Duration::from_secs(5)).connect().await.expect("the database is there")
}

/// Runs statements one after the other.
pub(crate) async fn run(database: &mut SqliteConnection, statements: &[String]) {
    for statement in statements {
        let query = sqlx::query(sqlx::AssertSqlSafe(statement.clone()));
        query.execute(&mut *database).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
