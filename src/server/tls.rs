//! The certificate of the web server: from files, or self-signed for trying out on a local network.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use axum_server::tls_rustls::RustlsConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::der::Decode;

use super::machine_ips;
use crate::config::{ServerConfig, Tls};
use crate::time::ServerInstant;

/// Longest validity that phones accept, even if a person trusts the certificate.
const SELF_SIGNED_DAYS: u64 = 825;

/// Time before its end at which a self-signed certificate is replaced.
const RENEW_DAYS: u64 = 30;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The TLS configuration; `None` = without TLS.
pub(super) fn config(server: &ServerConfig) -> anyhow::Result<Option<RustlsConfig>> {
    match server.tls {
        Tls::Off => Ok(None),
        Tls::Files if server.cert.as_os_str().is_empty() || server.key.as_os_str().is_empty() => {
            bail!("tls = \"files\" needs the settings server.cert and server.key (--cert and --key)")
        }
        Tls::Files => load(&server.cert, &server.key).map(Some),
        Tls::SelfSigned => {
            let (cert, key) =
                (server.data.join("self-signed-cert.pem"), server.data.join("self-signed-key.pem"));
            if !is_fresh(&cert) {
                make(&cert, &key)?;
            }
            load(&cert, &key).map(Some)
        }
    }
}

/// The end of the certificate in `server.cert`, which must fit the key.
pub fn certificate_end(server: &ServerConfig) -> anyhow::Result<ServerInstant> {
    config(server)?;
    let chain = chain(&server.cert)?;
    let first = chain.first().context("the file of the certificate is empty")?;
    let read = x509_cert::Certificate::from_der(first);
    let read = read.with_context(|| format!("cannot read the certificate {}", server.cert.display()))?;
    let end = read.tbs_certificate().validity().not_after.to_unix_duration();
    Ok(ServerInstant::of_fact(u64::try_from(end.as_millis())?))
}

fn chain(cert: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect);
    chain.with_context(|| format!("cannot read the certificate {}", cert.display()))
}

fn load(cert: &Path, key: &Path) -> anyhow::Result<RustlsConfig> {
    let chain = chain(cert)?;
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("cannot read the private key {}", key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("no TLS version is available")?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{} and {} do not fit together", cert.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn is_fresh(cert: &Path) -> bool {
    let made = fs::metadata(cert).and_then(|metadata| metadata.modified());
    let age = made.ok().and_then(|made| SystemTime::now().duration_since(made).ok());
    age.is_some_and(|age| age < DAY * (SELF_SIGNED_DAYS - RENEW_DAYS) as u32)
}

/// Makes a certificate for this machine's present names and addresses.
fn make(cert: &Path, key: &Path) -> anyhow::Result<()> {
    let mut names = vec!["localhost".to_string()];
    names.extend(machine_ips().iter().map(ToString::to_string));
    let mut params =
        rcgen::CertificateParams::new(names).context("cannot name the self-signed certificate")?;
    params.distinguished_name.push(rcgen::DnType::CommonName, "live-classroom (self-signed)");
    params.extended_key_usages.push(rcgen::ExtendedKeyUsagePurpose::ServerAuth);
    params.not_before = (SystemTime::now() - DAY).into();
    params.not_after = (SystemTime::now() + DAY * (SELF_SIGNED_DAYS - 1) as u32).into();
    let pair = rcgen::KeyPair::generate().context("cannot make a key for the self-signed certificate")?;
    let made = params.self_signed(&pair).context("cannot sign the self-signed certificate")?;

    let mut file = OpenOptions::new();
    file.write(true).create(true).truncate(true).mode(0o600);
    let write = |path: &Path, pem: String| {
        file.open(path)
            .and_then(|mut file| file.write_all(pem.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))
    };
    // The key first: an existing certificate then has its key.
    write(key, pair.serialize_pem())?;
    write(cert, made.pem())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(tls: Tls, data: &Path) -> ServerConfig {
        ServerConfig { tls, data: data.into(), ..ServerConfig::default() }
    }

    #[test]
    fn a_self_signed_certificate_is_made_once_and_its_key_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let read = || fs::read(folder.path().join("self-signed-cert.pem")).expect("a certificate");

        assert!(config(&server(Tls::SelfSigned, folder.path())).expect("made").is_some());
        let first = read();
        assert!(config(&server(Tls::SelfSigned, folder.path())).expect("loaded").is_some());
        assert_eq!(read(), first);
        let mode =
            fs::metadata(folder.path().join("self-signed-key.pem")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn missing_files_are_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let refused =
            |server: &ServerConfig| format!("{:#}", config(server).map(|_| ()).expect_err("refused"));

        assert!(refused(&server(Tls::Files, folder.path())).contains("--cert"));
        let named = ServerConfig {
            cert: "/no/cert.pem".into(),
            key: "/no/key.pem".into(),
            ..server(Tls::Files, folder.path())
        };
        assert!(refused(&named).contains("/no/cert.pem"));
    }
}
