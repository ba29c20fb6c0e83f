//! `live-classroom node`: the servers of one PostgreSQL database.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Subcommand;
use live_classroom::store::Home;
use live_classroom::store::nodes::{Node, Nodes, Seen};
use tokio::time::sleep;

use super::StoreArgs;

/// A server that lives beats in this time.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(2);

#[derive(Subcommand)]
pub(super) enum NodeCommand {
    /// List the servers of the database, and which of them serves; takes two seconds, to see who lives.
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: NodeCommand) -> anyhow::Result<()> {
    let NodeCommand::List { store } = command;
    let config = store.read()?;
    let mut nodes = Nodes::open_to_look(&Home::of(&config)).await?;
    let before = nodes.look().await?;
    sleep(LOOK_AGAIN_AFTER).await;
    super::print(&table(&before, &nodes.look().await?))
}

/// One line for each server.
fn table(before: &Seen, now: &Seen) -> String {
    let mut text = String::from("NAME                 STATE      VERSION    ADDRESS\n");
    for node in &now.nodes {
        let Node { name, version, address, .. } = node;
        _ = writeln!(text, "{name:<20} {:<10} {version:<10} {address}", state(node, before, now));
    }
    text
}

fn state(node: &Node, before: &Seen, now: &Seen) -> &'static str {
    let is_still = before.nodes.contains(node);
    let holds = now.lease.node.as_ref() == Some(&node.name)
        && now.lease.incarnation.as_ref() == Some(&node.incarnation);
    match (is_still, holds) {
        (true, _) => "silent",
        (false, true) => "serves",
        (false, false) => "stands by",
    }
}

#[cfg(test)]
mod tests {
    use live_classroom::store::nodes::Lease;

    use super::*;

    #[test]
    fn the_list_tells_who_serves_who_waits_and_who_is_silent() {
        let node = |name: &str, beats| Node {
            name: name.into(),
            incarnation: format!("{name}-1"),
            address: "0.0.0.0:8080".into(),
            version: "0.1.0".into(),
            beats,
        };
        let lease = Lease { node: Some("a".into()), incarnation: Some("a-1".into()), epoch: 3 };
        let before = Seen { lease: lease.clone(), nodes: vec![node("a", 5), node("b", 9), node("c", 2)] };
        let now = Seen { lease, nodes: vec![node("a", 7), node("b", 11), node("c", 2)] };
        let table = table(&before, &now);
        let states: Vec<_> = table.lines().skip(1).map(|line| line[21..31].trim()).collect();
        assert_eq!(states, ["serves", "stands by", "silent"]);
    }
}
