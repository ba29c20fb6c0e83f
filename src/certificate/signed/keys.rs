//! The public keys with which others verify certificates, and their published forms: JWK (RFC 8037), a set of
//! them, and the document of a `did:web`.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::chain::hex;

/// Longest published text that is read.
pub const PUBLISHED_BYTES_MAX: usize = 65_536;
const KEY_BYTES: usize = 32;

/// An Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_BYTES]);

/// The reason why a text is no published key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    #[error("a key is 64 hex digits, or a JWK, JWKS or did.json as the server publishes it")]
    Form,
    #[error("this holds a private key: never give it to anybody")]
    Private,
}

impl PublicKey {
    pub fn of(pair: &Ed25519KeyPair) -> PublicKey {
        let mut key = [0; KEY_BYTES];
        key.iter_mut().zip(pair.public_key().as_ref()).for_each(|(to, from)| *to = *from);
        PublicKey(key)
    }

    /// `None` = the bytes do not have the length of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<PublicKey> {
        bytes.try_into().ok().map(PublicKey)
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }

    fn x(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Its name, derived from the key itself (RFC 7638).
    pub fn thumbprint(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x());
        BASE64URL_NOPAD.encode(digest(&SHA256, members.as_bytes()).as_ref())
    }

    /// `name`: the name in the head of signatures, by which verifiers find the key.
    pub fn jwk(&self, name: &str) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.x(), "kid": name, "alg": "EdDSA", "use": "sig" })
    }

    /// Reads a public key; a private one is refused, with that reason.
    fn from_jwk(jwk: &Value) -> Result<PublicKey, NoKey> {
        if jwk.get("d").is_some() {
            return Err(NoKey::Private);
        }
        let is = |name: &str, value: &str| jwk.get(name).and_then(Value::as_str) == Some(value);
        let x = jwk.get("x").and_then(Value::as_str).filter(|_| is("kty", "OKP") && is("crv", "Ed25519"));
        let bytes = x.and_then(|x| BASE64URL_NOPAD.decode(x.as_bytes()).ok());
        bytes.and_then(|bytes| PublicKey::from_bytes(&bytes)).ok_or(NoKey::Form)
    }
}

/// 64 hex digits, for people who copy it.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", hex(&self.0))
    }
}

/// The set of keys: the present one, and earlier ones with certificates still in use.
pub fn key_set(did: &str, keys: &[PublicKey]) -> Value {
    let jwks: Vec<Value> = keys.iter().map(|key| key.jwk(&key_name(did, key))).collect();
    json!({ "keys": jwks })
}

/// Reads published keys in any form: hex, JWK, JWKS or the document of a DID.
pub fn published(text: &str) -> Result<Vec<PublicKey>, NoKey> {
    let text = text.trim();
    if text.len() > PUBLISHED_BYTES_MAX {
        return Err(NoKey::Form);
    }
    if let Ok(bytes) = HEXLOWER_PERMISSIVE.decode(text.as_bytes()) {
        return PublicKey::from_bytes(&bytes).map(|key| vec![key]).ok_or(NoKey::Form);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| NoKey::Form)?;
    let jwks: Vec<&Value> = if let Some(keys) = value.get("keys").and_then(Value::as_array) {
        keys.iter().collect()
    } else if let Some(methods) = value.get("verificationMethod").and_then(Value::as_array) {
        methods.iter().filter_map(|method| method.get("publicKeyJwk")).collect()
    } else {
        vec![&value]
    };
    let keys: Vec<PublicKey> = jwks.into_iter().map(PublicKey::from_jwk).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(NoKey::Form) } else { Ok(keys) }
}

/// The `did:web` of a site: `https://class.example.org:8443/zp` → `did:web:class.example.org%3A8443:zp`.
/// `None` = it is no https address; `http://localhost` is taken, too, to try everything out.
pub fn did(site: &str) -> Option<String> {
    let local = site.strip_prefix("http://").filter(|rest| is_localhost(rest));
    let site = site.strip_prefix("https://").or(local)?.trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '/');
    let (host, path) = site.split_once('/').unwrap_or((site, ""));
    if host.is_empty() || !site.chars().all(is_plain) || path.contains(':') || path.contains("//") {
        return None;
    }
    let parts = std::iter::once(host.replace(':', "%3A")).chain(path.split('/').map(String::from));
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    Some(format!("did:web:{}", parts.join(":")))
}

fn is_localhost(site: &str) -> bool {
    site.strip_prefix("localhost").is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

/// The name of a key of a DID in the head of a signature.
pub fn key_name(did: &str, key: &PublicKey) -> String {
    format!("{did}#{}", key.thumbprint())
}

/// The document of a DID: at `/.well-known/did.json`, or at `/{path}/did.json` of a DID with a path.
pub fn did_document(did: &str, keys: &[PublicKey]) -> Value {
    let method = |key: &PublicKey| {
        let name = key_name(did, key);
        json!({ "id": name, "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk(&name) })
    };
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": keys.iter().map(method).collect::<Vec<_>>(),
        "assertionMethod": keys.iter().map(|key| key_name(did, key)).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    const DID: &str = "did:web:class.example.org";

    fn key() -> PublicKey {
        PublicKey::from_jwk(&json!({ "kty": "OKP", "crv": "Ed25519", "x": X })).expect("a key")
    }

    #[test]
    fn a_key_has_the_name_of_the_standard() {
        assert_eq!(key().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn every_published_form_is_read() {
        let hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let forms = [
            hex.to_owned(),
            format!("{}\n", hex.to_uppercase()),
            key().to_string(),
            key().jwk("key-1").to_string(),
            key_set(DID, &[key()]).to_string(),
            did_document(DID, &[key()]).to_string(),
        ];
        for form in forms {
            assert_eq!(published(&form), Ok(vec![key()]), "{form}");
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": X, "d": "nWGxne" }).to_string();
        assert_eq!(published(&private), Err(NoKey::Private));
        assert_eq!(published(&format!(r#"{{"keys":[{private}]}}"#)), Err(NoKey::Private));
        let long = "a".repeat(PUBLISHED_BYTES_MAX + 2);
        for text in
            ["", "{}", "[]", "d75a", r#"{"keys":[]}"#, r#"{"kty":"RSA","n":"x"}"#, "null", "证书", &long]
        {
            assert_eq!(published(text), Err(NoKey::Form), "{}", text.len());
        }
    }

    #[test]
    fn a_site_has_a_did() {
        for (site, expected) in [
            ("https://class.example.org", Some("did:web:class.example.org")),
            ("https://class.example.org:8443/zp/", Some("did:web:class.example.org%3A8443:zp")),
            ("http://class.example.org", None),
            ("http://localhost:8080", Some("did:web:localhost%3A8080")),
            ("http://localhost.example.org", None),
            ("https://", None),
            ("https://a.example/x:y", None),
            ("https://a.example/ä", None),
        ] {
            assert_eq!(did(site).as_deref(), expected, "{site}");
        }
    }
}
