//! The figures by which lessons of a programme are judged: set as a new version, listed. Earlier results stay
//! as judged.

use serde_json::json;

use super::{Answer, OfficeRefusal};
use crate::attendance::policy::{Policy, PolicyError};
use crate::attendance::policy_form;
use crate::chain::sha256;
use crate::protocol::{NewPolicy, Policies, PolicyVersion, Programme};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, policies, programmes};
use crate::text::mistake::{Mistake, Wrong};

/// Longest text of a policy, bytes; it has some 15 short lines.
const TOML_BYTES_MAX: usize = 8 * 1024;

/// Sets the figures by which lessons of a programme are judged from now on. The refusal names each wrong key.
pub async fn set(
    store: &Store,
    by: &str,
    programme: &str,
    new: &NewPolicy,
    now_ms: u64,
) -> Answer<Programme> {
    let toml = match new {
        NewPolicy::Figures { figures } => &policy_form::to_toml(figures),
        NewPolicy::Toml { toml } => toml,
    };
    let policy = read(toml)?;
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::is_known(&mut writing, programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    if !policies::append(&mut writing, programme, &policy.version, toml, now_ms).await? {
        return Err(OfficeRefusal::field("version", Wrong::Taken));
    }
    // Verification compares the text with this.
    let detail = json!({ "version": policy.version, "digest": sha256(toml.as_bytes()) });
    let act = Act::done(by, "programme.policy_set", programme, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    super::programmes::find(store, programme, now_ms).await
}

/// The policies of a programme, newest first, beside the one in force: `usual` if there is none.
pub async fn list(store: &Store, programme: &str, usual: &Policy) -> Answer<Policies> {
    if !store.programmes().is_known(programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    let stored = store.policies().of_programme(programme).await?;
    let versions: Vec<PolicyVersion> = stored
        .iter()
        .map(|one| PolicyVersion { at_ms: one.at_ms, figures: policy_form::figures(&one.policy) })
        .collect();
    let present = versions.first().map(|last| last.figures.clone());
    Ok(Policies {
        present: present.unwrap_or_else(|| policy_form::figures(usual)),
        versions,
        limits: policy_form::limits(),
    })
}

fn read(toml: &str) -> Answer<Policy> {
    if toml.len() > TOML_BYTES_MAX {
        return Err(OfficeRefusal::field("toml", Wrong::TooLong));
    }
    let mistake = |error| match error {
        PolicyError::NotToml(_) => Mistake::field("toml", Wrong::Format),
        PolicyError::Key { key, .. } => Mistake::field(key, Wrong::Policy),
    };
    Policy::read(toml).map_err(|wrong| OfficeRefusal::Wrong(wrong.into_iter().map(mistake).collect()))
}

/// The policy in force of a programme, or else the server's.
pub(super) async fn in_force(store: &Store, programme: &str, server: &Policy) -> Answer<Policy> {
    Ok(store.policies().in_force(programme).await?.unwrap_or_else(|| server.clone()))
}
