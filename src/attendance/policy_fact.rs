//! The policy of a lesson as a line of its audit file, so that the file alone is enough to judge the lesson
//! again:
//!
//! `{"v":1,"type":"policy","version":"CR-1","digest":"…","policy":{"answer":90,…}}`
//!
//! `policy` has the keys and values of a policy file, all of them, sorted by key. `digest` is SHA-256, in hex,
//! of the text of `policy` as it stands in the line.

use std::collections::BTreeMap;

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;
use toml::Table;

use super::event::{Broken, broken};
use super::policy::{Policy, PolicyError};
use super::policy_form::{figures, table};
use crate::chain::sha256;

/// A policy, and its keys and values as the line states them. A version that knows more keys writes the line
/// of an earlier version unchanged, so that the digest of the file stays the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyFact {
    policy: Policy,
    /// JSON with sorted keys.
    stated: String,
}

impl PolicyFact {
    /// Makes the fact of a policy, with every key of a policy file.
    pub fn of(policy: Policy) -> PolicyFact {
        let keys: BTreeMap<String, toml::Value> = table(&figures(&policy)).into_iter().collect();
        let stated = serde_json::to_string(&keys).expect("figures are texts and numbers");
        PolicyFact { policy, stated }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Digest that names exactly these figures.
    pub fn digest(&self) -> String {
        sha256(self.stated.as_bytes())
    }

    /// Reads the policy of a line. Its figures have the limits of a policy file; absent keys have their
    /// defaults.
    pub(super) fn read(version: &str, digest: &str, policy: Value) -> Result<PolicyFact, Broken> {
        let unread = |why: &dyn ToString| broken("policy", why.to_string());
        let sorted: BTreeMap<String, Value> =
            serde_json::from_value(policy.clone()).map_err(|error| unread(&error))?;
        let stated = serde_json::to_string(&sorted).expect("it was JSON");
        let keys = Table::try_from(policy).map_err(|error| unread(&error))?;
        let policy = Policy::from_table(keys).map_err(|wrong| match wrong.first() {
            Some(PolicyError::Key { key, why }) => broken(key, why.as_str()),
            _ => unread(&"it cannot be read"),
        })?;
        let fact = PolicyFact { policy, stated };
        if fact.policy.version != version {
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
            policy: BTreeMap<String, Value>,
        }
        let policy = serde_json::from_str(&self.stated).map_err(S::Error::custom)?;
        Line { version: &self.policy.version, digest: self.digest(), policy }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::*;

    /// A version with fewer keys wrote this line; later versions must not change a byte of it.
    #[test]
    fn a_line_of_a_version_with_fewer_keys_stays_as_it_is() {
        let keys = r#"{"answer":60,"version":"old"}"#;
        let digest = sha256(keys.as_bytes());
        let line =
            format!(r#"{{"v":1,"type":"policy","version":"old","digest":"{digest}","policy":{keys}}}"#);
        let event = Event::parse(&line).expect("a policy");
        assert_eq!(event.to_line(), line);
        let Event::Policy(fact) = event else { panic!("{event:?}") };
        assert_eq!((fact.policy().answer, fact.policy().block), (60, 900));
    }
}
