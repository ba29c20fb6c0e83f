//! Messages to systemd (sd_notify(3)): the server is ready, what it does, it lives, it stops. Without the variable
//! `NOTIFY_SOCKET` another program started the server, and no message is sent.

use sd_notify::{NotifyState, notify, watchdog_enabled};
use tokio::time::interval;

/// Tells that the server listens, and what it does: a sentence for `systemctl status`.
pub(super) fn ready(does: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(does)]);
}

/// Tells that the server stops by its own will.
pub(super) fn stopping() {
    tell(&[
        NotifyState::Stopping,
        NotifyState::Status("says goodbye to every client, writes the last facts"),
    ]);
}

/// Tells twice in the time that systemd waits that the server moves; ends at once if nobody waits. It asks no disk and no
/// database, since starting again would mend neither.
pub async fn lives() {
    let Some(patience) = watchdog_enabled() else { return };
    let mut ticks = interval(patience / 2);
    loop {
        ticks.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = notify(what) {
        tracing::warn!("systemd cannot be told how the server is: {error}");
    }
}
