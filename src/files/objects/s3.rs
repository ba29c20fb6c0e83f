//! A service with the S3 API on loopback, for tests: `s3s-fs` over a temporary folder. It can be made
//! unreachable for a while.

use std::net::SocketAddr;
use std::path::PathBuf;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::*;
use crate::config::RecordingConfig;

pub(crate) const BUCKET: &str = "classes";

pub(crate) struct S3 {
    root: TempDir,
    address: SocketAddr,
    service: S3Service,
    serving: Option<JoinHandle<()>>,
}

impl S3 {
    /// A running service with an empty bucket.
    pub(crate) async fn start() -> S3 {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).unwrap());
        service.set_auth(SimpleAuth::from_single("id", "secret"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut s3 = S3 { root, address, service: service.build(), serving: None };
        s3.serve(listener);
        s3
    }

    fn serve(&mut self, listener: TcpListener) {
        let service = self.service.clone();
        self.serving = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                connections.spawn(async move {
                    let http = Builder::new(TokioExecutor::new());
                    let _ = http.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        }));
    }

    /// Stops listening, and breaks every connection.
    pub(crate) async fn go_down(&mut self) {
        let serving = self.serving.take().expect("it is up");
        serving.abort();
        let _ = serving.await;
    }

    pub(crate) async fn come_up(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    pub(crate) fn config(&self) -> RecordingConfig {
        RecordingConfig {
            store: format!("s3://{BUCKET}/recordings"),
            s3_endpoint: format!("http://{}", self.address),
            ..RecordingConfig::default()
        }
    }

    pub(crate) fn bucket(&self) -> Bucket {
        let keys = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some("id".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("secret".to_owned()),
            _ => None,
        };
        Bucket::configured(&self.config(), keys).unwrap().expect("it is configured")
    }

    /// The service's path of an object.
    pub(crate) fn path(&self, recording: &str, name: &str) -> PathBuf {
        self.root.path().join(BUCKET).join("recordings").join(recording).join(name)
    }
}
