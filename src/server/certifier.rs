//! Issues released certificates, one list after the other, also those left when the server stopped.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::press;
use crate::attendance::policy::Policy;
use crate::config::CertificatesConfig;
use crate::files::certificates::CertificateFiles;
use crate::office::certificates::{Certifier, Settings};
use crate::store::Store;
use crate::time::clock::now_ms;

/// A release wakes the task at once. This is the interval of looking for certificates that a failure has left.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Pause after a failure.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Issues certificates with this server's settings; reads fonts and seal at the first use.
pub(super) fn of(store: &Store, data: &Path, config: &CertificatesConfig, policy: &Arc<Policy>) -> Certifier {
    let of_press = config.clone();
    let settings = Settings {
        site: config.site.clone(),
        issuers: config.issuers.clone(),
        policy: policy.clone(),
        press: Box::new(move || Ok(press(&of_press)?.press)),
    };
    Certifier::new(store.clone(), CertificateFiles::new(data), settings)
}

/// Works until it is aborted.
pub(super) async fn run(certifier: Certifier) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = certifier.released() => {}
            _ = ticks.tick() => {}
        }
        loop {
            match certifier.issue_some(now_ms()).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!("certificates that were released cannot be issued: {error}");
                    tokio::time::sleep(AGAIN_AFTER).await;
                    break;
                }
            }
        }
    }
}
