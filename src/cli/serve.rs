//! `live-classroom serve` and `demo`: run the server until ctrl-c or SIGTERM.

use anyhow::{Context, ensure};
use live_classroom::config::Config;
use live_classroom::server::{Server, supervisor};
use tokio::signal::unix::{SignalKind, signal};

use super::{links, log, phase};

/// The given command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Serve,
    Demo,
    /// A demo of a whole phase.
    Phase(phase::Size),
}

pub(super) async fn run(config: Config, occasion: Occasion) -> anyhow::Result<()> {
    log::start(&config.log)?;
    // Before the start, so that a signal during it is not lost.
    let mut stop = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::spawn(supervisor::lives());
    let server = tokio::select! {
        started = Server::start(config.clone()) => started?,
        // It may have to stand by for another one.
        _ = stop.recv() => return Ok(()),
    };
    tracing::info!("live-classroom {} at {}", env!("CARGO_PKG_VERSION"), server.url);
    let greeted = async {
        greet(&config, &server, occasion).await.map_err(|error| server.store.explained(error))?;
        std::future::pending().await
    };
    // None of them waits for another: the database may fall silent while the links are made.
    let superseded = tokio::select! {
        failed = greeted => failed,
        interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| false).context("cannot listen for ctrl-c"),
        _ = stop.recv() => Ok(false),
        () = server.superseded() => Ok(true),
    };
    if matches!(superseded, Ok(false)) {
        tracing::info!("stopping: clients are told to come back, the last facts are written");
    }
    server.stop().await;
    ensure!(
        !superseded?,
        "another server has taken over the database, since this one did not show for seconds that it lives; \
         start it again, and it stands by"
    );
    Ok(())
}

/// Prints the links for a newcomer, or how to get some.
async fn greet(config: &Config, server: &Server, occasion: Occasion) -> anyhow::Result<()> {
    let store = &server.store;
    if let Occasion::Phase(size) = occasion {
        return phase::greet(config, server, size).await;
    }
    if occasion == Occasion::Serve && !store.lessons().is_empty().await? {
        return super::print(&format!(
            "{}\n登录链接 · sign-in links:  {}\n",
            server.links_at,
            links::command(config)
        ));
    }
    let lesson = links::demo_lesson(store).await?;
    if occasion == Occasion::Demo {
        // Open from the start, so that the operator's wall shows it before anybody comes.
        server.rooms.open(&lesson).await.map_err(|why| match store.trouble() {
            Some(trouble) => anyhow::anyhow!(
                "cannot open the demo lesson: {trouble} (data folder {})",
                config.server.data.display()
            ),
            None => anyhow::anyhow!("cannot open the demo lesson: {why:?}"),
        })?;
    }
    let links = links::make(config, store, &lesson, links::TRAINEES, &server.links_at).await?;
    super::print(&links::block(config, &lesson, &server.links_at, &links))
}
