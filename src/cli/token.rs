//! `live-classroom token`: prints a bearer token for WHIP or WHEP, and nothing else.

use anyhow::bail;
use live_classroom::config::Config;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::store::{NewSecret, SecretKind, Store};

pub(super) async fn run(
    config: &Config,
    store: &Store,
    lesson: &str,
    role: Role,
    name: Option<String>,
) -> anyhow::Result<()> {
    if store.lessons().find(lesson).await?.is_none() {
        bail!("there is no lesson {lesson:?} in {}", config.server.data.display());
    }
    let person = match name {
        Some(name) => Some(store.people().add(&name, role).await?),
        None => None,
    };
    let token = NewSecret {
        kind: SecretKind::Token,
        person,
        role,
        lesson: Some(lesson.into()),
        expires_at_ms: super::in_hours_ms(config.limits.token_ttl_h),
    };
    super::print(&format!("{}\n", office::links::make(store, token).await?))
}
