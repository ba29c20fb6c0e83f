//! The bucket of an S3-compatible service for finished recordings, if configured. Its keys come from the
//! environment, never from a file of ours.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use hyper::body::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStoreExt, RetryConfig};

use super::{ObjectError, read_checked, size_checked};
use crate::config::RecordingConfig;
use crate::recording::manifest::StoredFile;

/// Variables with the keys, named as in every S3 tool.
const KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest request, enough to upload two seconds of screen over a slow line.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Tries of a request before its failure is reported; a viewer may be waiting.
const RETRIES: usize = 2;
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);

/// A bucket, and our folder in it.
#[derive(Clone)]
pub struct Bucket {
    store: AmazonS3,
    prefix: Path,
}

impl Bucket {
    /// The bucket of the configuration, if it names one. `variable` reads environment variables.
    pub fn configured(
        config: &RecordingConfig,
        variable: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Option<Bucket>> {
        if config.store.is_empty() {
            return Ok(None);
        }
        let Some((bucket, prefix)) = parts(&config.store) else {
            bail!("recording.store = {:?} is not usable; write \"s3://bucket/folder\"", config.store);
        };
        let key = |name| {
            let value = variable(name).filter(|value| !value.is_empty());
            value.with_context(|| {
                format!("recording.store names a bucket; set {name} in the server's environment")
            })
        };
        // A second call finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT)
            .with_allow_http(config.s3_endpoint.starts_with("http://"));
        let retry =
            RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&config.s3_region)
            .with_access_key_id(key(KEY_ID)?)
            .with_secret_access_key(key(SECRET)?)
            // The service refuses bytes that arrive changed.
            .with_checksum_algorithm(Checksum::SHA256)
            .with_client_options(client)
            .with_retry(retry);
        if let Some(token) = variable(TOKEN).filter(|token| !token.is_empty()) {
            builder = builder.with_token(token);
        }
        if !config.s3_endpoint.is_empty() {
            builder = builder.with_endpoint(&config.s3_endpoint);
        }
        let store =
            builder.build().with_context(|| format!("cannot use recording.store = {:?}", config.store))?;
        Ok(Some(Bucket { store, prefix: Path::from(prefix) }))
    }

    pub(super) async fn read(&self, path: &Path, file: &StoredFile) -> Result<Bytes, ObjectError> {
        read_checked(&self.store, &self.place(path), file).await
    }

    pub(super) async fn probe(&self, path: &Path, file: &StoredFile) -> Result<(), ObjectError> {
        size_checked(&self.store, &self.place(path), file).await
    }

    /// Stores a file, in place of an older one of this name.
    pub(super) async fn put(&self, path: &Path, bytes: Bytes) -> Result<(), ObjectError> {
        let put = self.store.put(&self.place(path), bytes.into()).await;
        put.map(drop).map_err(|error| ObjectError::Unavailable(Arc::new(error)))
    }

    fn place(&self, path: &Path) -> Path {
        self.prefix.parts().chain(path.parts()).collect()
    }
}

/// Bucket and folder of `s3://bucket/folder`.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    (!bucket.is_empty() && bucket.chars().all(plain)).then_some((bucket, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_needs_an_address_and_keys() {
        let check = |store: &str, keys: &[&str], expected: &str| {
            let config = RecordingConfig { store: store.into(), ..RecordingConfig::default() };
            let variable = |name: &str| keys.contains(&name).then(|| "value".to_owned());
            let said = match Bucket::configured(&config, variable) {
                Ok(None) => "no bucket".to_owned(),
                Ok(Some(bucket)) => bucket.place(&Path::from("0a/1-1.m4s")).to_string(),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(expected), "{store}: {said}");
        };
        let both = [KEY_ID, SECRET];
        check("", &[], "no bucket");
        check("s3://classes", &both, "0a/1-1.m4s");
        check("s3://classes/2026/autumn", &both, "2026/autumn/0a/1-1.m4s");
        check("s3://classes/autumn/", &both, "autumn/0a/1-1.m4s");
        check("/mnt/classes", &both, "s3://bucket/folder");
        check("s3://", &both, "s3://bucket/folder");
        check("s3://classes", &[SECRET], KEY_ID);
        check("s3://classes", &[KEY_ID], SECRET);
    }
}
