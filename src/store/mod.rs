//! STORAGE: the only place with SQL and files. One SQLite database in one data folder, WAL,
//! `synchronous=FULL`: what is answered is on disk. One connection writes, a few read.
//! Facts are only ever appended; secrets are kept as hashes.

use std::path::Path;

use crate::attendance::fact::Fact;
use crate::protocol::{ClassState, Role};

/// The embedded store. Cheap to clone.
#[derive(Clone)]
pub struct Store {}

/// One timetabled meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub id: String,
    pub title: String,
    pub state: ClassState,
    pub created_at_ms: u64,
    /// When the class went live first.
    pub started_at_ms: Option<u64>,
}

/// A secret to be made. The store keeps its SHA-256 only; the clear text is shown once.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub kind: SecretKind,
    /// Required for links; a token without a person makes a guest of everybody who shows it.
    pub person: Option<String>,
    pub role: Role,
    /// The lesson it opens; operators have none.
    pub lesson: Option<String>,
    pub expires_at_ms: u64,
}

/// What a secret is good for. (Sessions are made by [`Store::redeem_link`] only.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// One-click sign-in, single use.
    Link,
    /// Bearer of WHIP and WHEP, until it expires.
    Token,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub person_id: String,
    pub name: String,
    pub role: Role,
    pub lesson: Option<String>,
}

/// A link was redeemed: a session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Public name of the session, for `?as=`.
    pub seat: String,
    /// Goes into the cookie of that seat and nowhere else.
    pub session_secret: String,
    pub expires_at_ms: u64,
    pub person: Signed,
}

/// Why a link does not sign in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("this link is not known here")]
    Unknown,
    #[error("this link was used before")]
    Used,
    #[error("this link has expired")]
    Expired,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

/// What a bearer token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenGrant {
    pub role: Role,
    pub lesson: Option<String>,
    /// None: whoever shows it is a guest of that role.
    pub person: Option<Signed>,
}

impl Store {
    /// Opens the store in `dir`, which is made when missing (mode 0700). The error is a sentence
    /// for the person who starts the server.
    pub async fn open(_dir: &Path) -> anyhow::Result<Store> {
        todo!()
    }

    /// True when there is no lesson yet.
    pub async fn is_empty(&self) -> anyhow::Result<bool> {
        todo!()
    }

    /// Fails when the id is taken.
    pub async fn create_lesson(&self, _id: &str, _title: &str) -> anyhow::Result<()> {
        todo!()
    }

    pub async fn lesson(&self, _id: &str) -> anyhow::Result<Option<Lesson>> {
        todo!()
    }

    /// Returns the new person's id.
    pub async fn create_person(&self, _name: &str, _role: Role) -> anyhow::Result<String> {
        todo!()
    }

    /// Makes a secret and returns its clear text (256 random bits, safe in a URL).
    pub async fn new_secret(&self, _new: NewSecret) -> anyhow::Result<String> {
        todo!()
    }

    /// Uses a link up and begins a session, in one transaction.
    pub async fn redeem_link(&self, _secret: &str, _now_ms: u64) -> Result<SignedIn, LinkError> {
        todo!()
    }

    /// Who sits on `seat`, if the secret is right and fresh.
    pub async fn session(&self, _seat: &str, _secret: &str, _now_ms: u64) -> anyhow::Result<Option<Signed>> {
        todo!()
    }

    /// Ends a session.
    pub async fn sign_out(&self, _seat: &str) -> anyhow::Result<()> {
        todo!()
    }

    /// What a bearer token allows, if it is known and fresh.
    pub async fn token(&self, _secret: &str, _now_ms: u64) -> anyhow::Result<Option<TokenGrant>> {
        todo!()
    }

    /// Appends facts; returns once they are committed and synced. Concurrent calls share one
    /// commit. A fact that changes the life of a class also changes its lesson's state.
    pub async fn append(&self, _facts: Vec<Fact>) -> anyhow::Result<()> {
        todo!()
    }

    /// Every fact of a lesson in the order they were appended.
    pub async fn facts(&self, _lesson: &str) -> anyhow::Result<Vec<Fact>> {
        todo!()
    }

    /// True while facts can be stored; for `/readyz`.
    pub async fn healthy(&self) -> bool {
        todo!()
    }
}
