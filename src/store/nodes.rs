//! Tables `nodes` and `leases`: the servers of one PostgreSQL database, and which of them serves.
//!
//! A node counts its beats up every second, and those who wait look whether they grow: no clocks are compared. The lease
//! is taken by raising its epoch, under the lock of all writers. Every write of a server tells the epoch under which it
//! serves ([`super::Store::serve_under`]), so that a server that stood still cannot write over its successor.

use anyhow::Context;
use sqlx::FromRow;

use super::db::open::Migration;
use super::db::{Db, Lane, server};
use super::dialect::Connection;
use super::{Home, random_hex};

/// The lease of the server that serves; `Site::begin` reads its epoch.
const SERVING: &str = "serving";

/// A server of this database.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Node {
    pub name: String,
    /// Another with each start.
    pub incarnation: String,
    /// Where it serves, or will.
    pub address: String,
    pub version: String,
    pub beats: i64,
}

/// The lease of the server that serves.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct Lease {
    /// The holder; `None` = nobody, or it was given back.
    pub node: Option<String>,
    pub incarnation: Option<String>,
    /// 0 = nobody has had it yet.
    pub epoch: i64,
}

/// The lease and all servers, as of one look at the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub lease: Lease,
    /// By name.
    pub nodes: Vec<Node>,
}

/// This server among the others. It has connections of its own, so that its beats wait for nobody's write.
pub struct Nodes {
    db: Db,
    me: Node,
    /// `None` = it was closed, and the next act opens another one.
    connection: Option<Connection>,
}

impl Nodes {
    /// Connects as a server to a PostgreSQL database. Makes the tables of one that has no nodes yet.
    pub async fn open(home: &Home, name: &str, address: &str) -> anyhow::Result<Nodes> {
        Nodes::open_as(home, Migration::Done, name, address).await
    }

    /// Connects to look at the servers of a PostgreSQL database.
    pub async fn open_to_look(home: &Home) -> anyhow::Result<Nodes> {
        Nodes::open_as(home, Migration::Refused, "", "").await
    }

    async fn open_as(home: &Home, migration: Migration, name: &str, address: &str) -> anyhow::Result<Nodes> {
        let url = home.url().context("the database is a file, which has one server: store.url is empty")?;
        let db = server::open_for_nodes(url, home.folder(), migration).await?;
        let me = Node {
            name: name.to_owned(),
            incarnation: random_hex::<8>()?,
            address: address.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            beats: 0,
        };
        Ok(Nodes { db, me, connection: None })
    }

    /// This server.
    pub fn me(&self) -> &Node {
        &self.me
    }

    /// The lease and every node.
    pub async fn look(&mut self) -> anyhow::Result<Seen> {
        self.with(async |connection| {
            let lease = sqlx::query_as("SELECT node, incarnation, epoch FROM leases WHERE thing = $1");
            let lease = lease.bind(SERVING).fetch_optional(&mut *connection).await?.unwrap_or_default();
            let nodes =
                sqlx::query_as("SELECT name, incarnation, address, version, beats FROM nodes ORDER BY name");
            Ok(Seen { lease, nodes: nodes.fetch_all(connection).await? })
        })
        .await
    }

    /// Enters this server under its name, in place of one that had it before.
    pub async fn enter(&mut self) -> anyhow::Result<()> {
        let Node { name, incarnation, address, version, beats } = self.me.clone();
        self.with(async |connection| {
            let query = sqlx::query(
                "INSERT INTO nodes (name, incarnation, address, version, beats) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (name) DO UPDATE SET incarnation = excluded.incarnation, address = excluded.address,
                     version = excluded.version, beats = excluded.beats",
            );
            let query = query.bind(&name).bind(&incarnation).bind(&address).bind(&version).bind(beats);
            query.execute(connection).await.map(drop)
        })
        .await
    }

    /// Shows that this server lives. False = another one has its name now.
    pub async fn beat(&mut self) -> anyhow::Result<bool> {
        let Node { name, incarnation, .. } = self.me.clone();
        self.with(async |connection| {
            let query =
                sqlx::query("UPDATE nodes SET beats = beats + 1 WHERE name = $1 AND incarnation = $2");
            let done = query.bind(&name).bind(&incarnation).execute(connection).await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Takes the lease that was seen at this epoch; returns the new epoch. `None` = another was quicker. Waits for the
    /// write that its last holder has begun, and which still counts.
    pub async fn take(&mut self, seen: i64) -> anyhow::Result<Option<i64>> {
        let mut writing = self.db.write(Lane::Office).await?;
        let query = sqlx::query_scalar(
            "INSERT INTO leases (thing, node, incarnation, epoch) VALUES ($1, $2, $3, 1)
             ON CONFLICT (thing) DO UPDATE SET node = excluded.node, incarnation = excluded.incarnation,
                 epoch = leases.epoch + 1 WHERE leases.epoch = $4
             RETURNING epoch",
        );
        let query = query.bind(SERVING).bind(&self.me.name).bind(&self.me.incarnation).bind(seen);
        let epoch = query.fetch_optional(&mut *writing).await?;
        writing.commit().await?;
        Ok(epoch)
    }

    /// Gives the lease back and leaves, at the end of a server that stops.
    pub async fn leave(mut self) -> anyhow::Result<()> {
        let Node { name, incarnation, .. } = self.me.clone();
        self.with(async |connection| {
            sqlx::query(
                "UPDATE leases SET node = NULL, incarnation = NULL WHERE node = $1 AND incarnation = $2",
            )
            .bind(&name)
            .bind(&incarnation)
            .execute(&mut *connection)
            .await?;
            let query = sqlx::query("DELETE FROM nodes WHERE name = $1 AND incarnation = $2");
            query.bind(&name).bind(&incarnation).execute(connection).await.map(drop)
        })
        .await
    }

    /// Acts on the own connection, which is closed after a failure: its state is uncertain.
    async fn with<T>(
        &mut self,
        act: impl AsyncFnOnce(&mut Connection) -> Result<T, sqlx::Error>,
    ) -> anyhow::Result<T> {
        let (db, connection) = (&self.db, &mut self.connection);
        let done = db
            .aside(async || {
                let mut open = match connection.take() {
                    Some(open) => open,
                    None => db.connect_aside().await?,
                };
                let done = act(&mut open).await?;
                *connection = Some(open);
                Ok(done)
            })
            .await;
        done.context("cannot ask the database about the other servers")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use loadtest::postgres;

    use super::*;
    use crate::lesson::Role;
    use crate::store::Store;

    async fn node(home: &Home, name: &str) -> Nodes {
        let mut node = Nodes::open(home, name, "127.0.0.1:1").await.unwrap();
        node.enter().await.unwrap();
        node
    }

    fn home(folder: &Path, database: &str) -> Option<Home> {
        let url = postgres::database(database);
        if url.is_none() {
            eprintln!("PostgreSQL is not installed: there are no nodes");
        }
        Some(Home::on_server(folder, &url?))
    }

    #[tokio::test]
    async fn a_file_has_no_nodes() {
        let dir = tempfile::tempdir().unwrap();
        let refused = Nodes::open_to_look(&Home::in_file(dir.path())).await.err().unwrap();
        assert!(refused.to_string().contains("store.url"), "{refused}");
    }

    #[tokio::test]
    async fn who_looks_makes_no_tables() {
        let dir = tempfile::tempdir().unwrap();
        let Some(home) = home(dir.path(), "looked_at") else { return };
        let refused = Nodes::open_to_look(&home).await.err().unwrap();
        assert!(refused.to_string().contains("start the server first"), "{refused}");
        node(&home, "a").await;
        assert_eq!(Nodes::open_to_look(&home).await.unwrap().look().await.unwrap().nodes.len(), 1);
    }

    #[tokio::test]
    async fn of_two_that_take_the_lease_at_once_one_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let Some(home) = home(dir.path(), "lease") else { return };
        let (mut a, mut b) = (node(&home, "a").await, node(&home, "b").await);
        for epoch in 0..50 {
            let (of_a, of_b) = tokio::join!(a.take(epoch), b.take(epoch));
            let taken = [of_a.unwrap(), of_b.unwrap()];
            assert_eq!(taken.iter().flatten().collect::<Vec<_>>(), [&(epoch + 1)], "{taken:?}");
            let lease = a.look().await.unwrap().lease;
            let holder = if taken[0].is_some() { a.me() } else { b.me() };
            assert_eq!((lease.node.as_ref(), lease.epoch), (Some(&holder.name), epoch + 1));
        }
    }

    #[tokio::test]
    async fn a_server_whose_lease_was_taken_writes_nothing_more() {
        let dir = tempfile::tempdir().unwrap();
        let Some(home) = home(dir.path(), "superseded") else { return };
        let (mut a, mut b) = (node(&home, "a").await, node(&home, "b").await);
        let (first, second) = (Store::open(home.clone()).await.unwrap(), Store::open(home).await.unwrap());
        first.serve_under(a.take(0).await.unwrap().unwrap());
        let before = first.people().add("甲", Role::Trainee).await.unwrap();
        second.serve_under(b.take(1).await.unwrap().unwrap());
        let refused = first.people().add("乙", Role::Trainee).await.unwrap_err().to_string();
        assert!(refused.contains("another server has taken over"), "{refused}");
        assert!(second.people().find(&before).await.unwrap().is_some());
        second.people().add("丙", Role::Trainee).await.unwrap();
        assert!(first.people().find(&before).await.unwrap().is_some(), "it may still read");
    }

    #[tokio::test]
    async fn who_leaves_gives_the_lease_back_and_a_name_has_one_owner() {
        let dir = tempfile::tempdir().unwrap();
        let Some(home) = home(dir.path(), "leaving") else { return };
        let mut a = node(&home, "a").await;
        a.take(0).await.unwrap().unwrap();
        assert!(a.beat().await.unwrap());
        let mut again = node(&home, "a").await;
        assert!(!a.beat().await.unwrap(), "the name is another's");
        a.leave().await.unwrap();
        let seen = again.look().await.unwrap();
        assert_eq!(seen.lease, Lease { epoch: 1, ..Lease::default() });
        assert_eq!(
            seen.nodes.iter().map(|node| &node.incarnation).collect::<Vec<_>>(),
            [&again.me().incarnation]
        );
    }
}
