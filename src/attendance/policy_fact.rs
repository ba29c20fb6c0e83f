//! The policy of a lesson as a line of its audit file, so that the file alone is enough to compute it again:
//!
//! `{"v":1,"type":"policy","version":"CR-1","digest":"…","policy":{"answer":90,…}}`
//!
//! `policy` has the keys and values of a policy file, all of them, sorted by key. `digest` is SHA-256, in hex,
//! of the text of `policy` as it stands in the line.

use std::collections::BTreeMap;

use ring::digest;
use serde::{Serialize, Serializer};
use serde_json::Value;
use toml::Table;

use super::event::{Broken, broken};
use super::lesson::hex;
use super::policy::{Policy, PolicyError};
use super::policy_form::{figures, table};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyFact(pub Policy);

impl PolicyFact {
    /// Every key of a policy file with its value, sorted.
    fn keys(&self) -> BTreeMap<String, toml::Value> {
        table(&figures(&self.0)).into_iter().collect()
    }

    /// Names exactly these figures.
    pub fn digest(&self) -> String {
        let text = serde_json::to_string(&self.keys()).expect("figures are texts and numbers");
        hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
    }

    /// The policy of a line. Its figures have the limits that they have in a policy file.
    pub(super) fn read(version: &str, digest: &str, policy: Value) -> Result<PolicyFact, Broken> {
        let unread = |why: &dyn ToString| broken("policy", why.to_string());
        let keys = Table::try_from(policy).map_err(|error| unread(&error))?;
        let policy = Policy::from_table(keys).map_err(|wrong| match wrong.first() {
            Some(PolicyError::Key { key, why }) => broken(key, why.as_str()),
            _ => unread(&"it cannot be read"),
        })?;
        let fact = PolicyFact(policy);
        if fact.0.version != version {
            return Err(broken("version", "it is not the version of the policy beside it"));
        }
        if fact.digest() != digest {
            return Err(broken("digest", "it is not the SHA-256 of the policy beside it"));
        }
        Ok(fact)
    }
}

impl Serialize for PolicyFact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            version: &'a str,
            digest: String,
            policy: BTreeMap<String, toml::Value>,
        }
        let line = Line { version: &self.0.version, digest: self.digest(), policy: self.keys() };
        line.serialize(serializer)
    }
}
