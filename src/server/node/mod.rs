//! This server among those of one PostgreSQL database: it stands by until nobody else serves, and then shows every second
//! that it lives. A database in a file has one server by itself.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use self::watch_others::Watch;
use super::http::{Serving, listen};
use super::{supervisor, tls};
use crate::config::Config;
use crate::store::nodes::Nodes;
use crate::store::{Home, Store};

mod watch_others;

/// The metrics of a server that stands by.
const METRICS: &str = "# HELP classroom_serves 1 while this server serves, 0 while it stands by.\n# TYPE classroom_serves gauge\nclassroom_serves{} 0\n";

/// How often a server that waits looks at the others, and one that serves shows that it lives.
const BEAT_EVERY: Duration = Duration::from_secs(1);

/// Longer than the server of the database lets a frozen writer keep the lock.
const TAKEN_WITHIN: Duration = Duration::from_secs(8);

/// The answer of a server that stands by to every request but those about its health.
const STANDS_BY: &str =
    "这台服务器处于待命状态，请稍后再试。\nThis server stands by for another one. Please try again soon.\n";

/// The time in which this server serves its database.
pub(super) struct Term {
    epoch: i64,
    superseded: watch::Receiver<bool>,
    leave: oneshot::Sender<()>,
    beating: JoinHandle<()>,
}

impl Term {
    /// Waits until no other server lives that serves this database; `None` = it is in a file.
    pub(super) async fn begin(config: &Config) -> anyhow::Result<Option<Term>> {
        let home = Home::of(config);
        if !home.is_on_server() {
            return Ok(None);
        }
        let name = name(config)?;
        let mut nodes = Nodes::open(&home, &name, &config.server.listen).await?;
        let mut others = Watch::default();
        take_name(&mut nodes, &mut others).await?;
        let (epoch, door) = stand_by(&mut nodes, &mut others, config).await?;
        tracing::info!(node = name, epoch, "this server serves the database");
        let (lost, superseded) = watch::channel(false);
        let (leave, leaving) = oneshot::channel();
        let beating = tokio::spawn(beat(nodes, epoch, lost, leaving));
        if let Some(door) = door {
            door.begin_stop();
            door.stopped().await;
        }
        Ok(Some(Term { epoch, superseded, leave, beating }))
    }

    /// Lets the store write for as long as this term lasts.
    pub(super) fn hold(&self, store: &Store) {
        store.serve_under(self.epoch);
    }

    /// Returns once another server serves the database.
    pub(super) async fn superseded(&self) {
        let _ = self.superseded.clone().wait_for(|lost| *lost).await;
    }

    /// Ends the term, so that another server need not wait.
    pub(super) async fn end(self) {
        let _ = self.leave.send(());
        let _ = self.beating.await;
    }
}

fn name(config: &Config) -> anyhow::Result<String> {
    let name = match config.node.name.trim() {
        "" => rustix::system::uname().nodename().to_string_lossy().into_owned(),
        name => name.to_owned(),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ensure!(
        !name.is_empty() && name.len() <= 64 && name.chars().all(plain),
        "node.name = {name:?} is not usable: up to 64 letters, digits and - _ ."
    );
    Ok(name)
}

/// Enters this server under its name, unless another one lives that has it.
async fn take_name(nodes: &mut Nodes, others: &mut Watch) -> anyhow::Result<()> {
    loop {
        let now = Instant::now();
        let seen = nodes.look().await?;
        others.note(&seen, now);
        let me = nodes.me();
        let Some(other) = seen.nodes.iter().find(|node| node.name == me.name) else { break };
        if others.has_lived(other) {
            bail!(
                "another server with the name {} ({}) uses this database: give this one another node.name",
                other.name,
                other.address
            );
        }
        if !others.may_live(&other.name, &other.incarnation, now) {
            break;
        }
        sleep(BEAT_EVERY / 2).await;
    }
    nodes.enter().await
}

/// Waits for the lease; returns its epoch, and the door that is closed meanwhile.
async fn stand_by(
    nodes: &mut Nodes,
    others: &mut Watch,
    config: &Config,
) -> anyhow::Result<(i64, Option<Serving>)> {
    let mut door = None;
    loop {
        match look(nodes, others).await {
            Ok(Some(epoch)) => return Ok((epoch, door)),
            Ok(None) if door.is_none() => {
                tracing::info!("another server serves this database: standing by");
                door = Some(closed_door(config).await?);
                supervisor::ready("stands by for another server");
            }
            Ok(None) => {}
            Err(error) if error.is::<Namesake>() => return Err(error),
            // Beats of the others during this time are not seen, so their silence is counted anew.
            Err(error) => {
                tracing::warn!("cannot look at the other servers: {error:#}");
                others.blink();
            }
        }
        sleep(BEAT_EVERY / 2).await;
    }
}

/// Another server entered under this one's name.
#[derive(Debug, thiserror::Error)]
#[error("another server has taken the name of this one: give each its own node.name")]
struct Namesake;

/// Shows that this server lives, and takes the lease if nobody who lives has it.
async fn look(nodes: &mut Nodes, others: &mut Watch) -> anyhow::Result<Option<i64>> {
    ensure!(nodes.beat().await?, Namesake);
    // Before the answer: what is seen is never older than this, even if this server stands still meanwhile.
    let now = Instant::now();
    let seen = nodes.look().await?;
    others.note(&seen, now);
    let (lease, me) = (&seen.lease, nodes.me());
    match (&lease.node, &lease.incarnation) {
        // It was taken, and the answer got lost.
        (Some(node), Some(incarnation)) if (node, incarnation) == (&me.name, &me.incarnation) => {
            Ok(Some(lease.epoch))
        }
        (Some(node), Some(incarnation)) if others.may_live(node, incarnation, now) => Ok(None),
        _ => Ok(take(nodes, lease.epoch).await),
    }
}

/// Takes the lease that was seen at this epoch. `None` = another was quicker, or the next try will tell.
async fn take(nodes: &mut Nodes, seen: i64) -> Option<i64> {
    match timeout(TAKEN_WITHIN, nodes.take(seen)).await {
        Ok(Ok(epoch)) => epoch,
        Ok(Err(error)) => {
            tracing::warn!("cannot take over the database: {error:#}");
            None
        }
        Err(_) => {
            tracing::warn!("cannot take over the database: it does not answer");
            None
        }
    }
}

/// Listens while this server stands by: a balancer sees that it lives, and sends nobody.
async fn closed_door(config: &Config) -> anyhow::Result<Serving> {
    let closed = || async {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "2"), (header::CACHE_CONTROL, "no-store")],
            STANDS_BY,
        )
    };
    let app = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/metrics", get(|| async { METRICS }))
        .fallback(closed);
    let app = match config.server.base_path.trim_end_matches('/') {
        "" => app,
        path => Router::new().nest(path, app.clone()).merge(app),
    };
    let listener = listen(&config.server.listen).await?;
    Ok(Serving::start(listener, tls::config(&config.server)?, app, config))
}

/// Shows every second that this server lives, until it leaves or another one has taken over.
async fn beat(mut nodes: Nodes, epoch: i64, lost: watch::Sender<bool>, mut leaving: oneshot::Receiver<()>) {
    let mut ticks = interval(BEAT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut leaving => break,
        }
        match still_serves(&mut nodes, epoch).await {
            Ok(true) => {}
            Ok(false) => {
                lost.send_replace(true);
                break;
            }
            // Facts wait meanwhile. A server that reaches the database while this one does not takes over from it.
            Err(error) => tracing::warn!("cannot show that this server lives: {error:#}"),
        }
    }
    if let Err(error) = nodes.leave().await {
        tracing::warn!("the other servers will wait until this one counts as dead: {error:#}");
    }
}

async fn still_serves(nodes: &mut Nodes, epoch: i64) -> anyhow::Result<bool> {
    Ok(nodes.beat().await? && nodes.look().await?.lease.epoch == epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_took_the_lease_without_hearing_of_it_has_it() {
        let Some(url) = loadtest::postgres::database("taken_unheard") else {
            eprintln!("PostgreSQL is not installed: there is no lease");
            return;
        };
        let dir = tempfile::tempdir().expect("a temporary folder");
        let home = Home::on_server(dir.path(), &url);
        let mut nodes = Nodes::open(&home, "a", "").await.expect("a database");
        nodes.enter().await.expect("entered");
        nodes.take(0).await.expect("taken").expect("free");
        assert_eq!(look(&mut nodes, &mut Watch::default()).await.expect("an answer"), Some(1));
    }
}
