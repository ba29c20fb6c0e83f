//! Signed texts: compact JWS (RFC 7515) by Ed25519 (RFC 8037). No other algorithm is accepted.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::Ed25519KeyPair;
use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::{PublicKey, key_name};

/// Longest text that is read; a badge has some 3 kB, a status list some 150.
const BYTES_MAX: usize = 1 << 20;
const ALGORITHM: &str = "EdDSA";

/// A signing key and its name. The same content gives the same signature.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub pair: &'a Ed25519KeyPair,
    /// The name under which the key is published.
    pub did: &'a str,
}

/// The reason why a signed text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("this is no signed text (compact JWS)")]
    Form,
    #[error("it is signed by another algorithm than EdDSA, or asks for more than this program knows")]
    Algorithm,
    #[error("it is signed for another purpose")]
    Purpose,
    #[error("the signature is not by this key, or something was changed after signing")]
    Signature,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    typ: Option<String>,
    /// Extensions that must be understood.
    crit: Option<Value>,
}

/// Signs a text. `purpose` is in its head, so that a text signed for one purpose cannot be used for another.
pub fn sign(signer: Signer, purpose: &str, payload: &Value) -> String {
    let kid = key_name(signer.did, &PublicKey::of(signer.pair));
    let head = json!({ "alg": ALGORITHM, "kid": kid, "typ": purpose }).to_string();
    let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let message = format!("{}.{}", encode(&head), encode(&payload.to_string()));
    let signature = BASE64URL_NOPAD.encode(signer.pair.sign(message.as_bytes()).as_ref());
    format!("{message}.{signature}")
}

/// The payload of a text signed by one of the keys for the purpose.
pub fn open(text: &str, purpose: &str, keys: &[PublicKey]) -> Result<Value, NotSigned> {
    let (head, payload) = verified(text, keys)?;
    let head: Head = serde_json::from_slice(&head).map_err(|_| NotSigned::Form)?;
    if head.alg != ALGORITHM || head.crit.is_some() {
        return Err(NotSigned::Algorithm);
    }
    if head.typ.as_deref() != Some(purpose) {
        return Err(NotSigned::Purpose);
    }
    serde_json::from_slice(&payload).map_err(|_| NotSigned::Form)
}

/// Head and payload, as bytes.
fn verified(text: &str, keys: &[PublicKey]) -> Result<(Vec<u8>, Vec<u8>), NotSigned> {
    let text = text.trim();
    if text.len() > BYTES_MAX {
        return Err(NotSigned::Form);
    }
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| NotSigned::Form);
    let (message, signature) = text.rsplit_once('.').ok_or(NotSigned::Form)?;
    let (head, payload) = message.split_once('.').ok_or(NotSigned::Form)?;
    let (head, payload, signature) = (decode(head)?, decode(payload)?, decode(signature)?);
    let is_signed = keys.iter().any(|key| key.verifies(message.as_bytes(), &signature));
    if is_signed { Ok((head, payload)) } else { Err(NotSigned::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::signed::keys::published;

    /// The private key of RFC 8037, appendix A.1.
    fn pair() -> Ed25519KeyPair {
        let seed = BASE64URL_NOPAD.decode(b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64");
        Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed")
    }

    fn signer(pair: &Ed25519KeyPair) -> Signer<'_> {
        Signer { pair, did: "did:web:class.example.org" }
    }

    #[test]
    fn the_example_of_the_standard_is_verified() {
        // RFC 8037, appendix A.4; its head names no purpose, its payload is no JSON.
        let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let keys =
            published("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").expect("a key");
        let (head, payload) = verified(text, &keys).expect("signed");
        assert_eq!((head, payload), (br#"{"alg":"EdDSA"}"#.to_vec(), b"Example of Ed25519 signing".to_vec()));
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = BASE64URL_NOPAD.encode(pair().sign(message.as_bytes()).as_ref());
        assert_eq!(format!("{message}.{signature}"), text);
    }

    #[test]
    fn what_was_signed_comes_back_and_nothing_else() {
        let pair = pair();
        let keys = [PublicKey::of(&pair)];
        let payload = json!({ "name": "张三" });
        let text = sign(signer(&pair), "JWT", &payload);
        assert_eq!(text, sign(signer(&pair), "JWT", &payload));
        assert_eq!(open(&format!(" {text}\n"), "JWT", &keys), Ok(payload));
        assert_eq!(open(&text, "other", &keys), Err(NotSigned::Purpose));
        let other = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
        assert_eq!(open(&text, "JWT", &[PublicKey::of(&other)]), Err(NotSigned::Signature));
        assert_eq!(open(&text, "JWT", &[]), Err(NotSigned::Signature));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(open(&changed, "JWT", &keys).is_err(), "byte {at}");
        }
        for wrong in ["", ".", "..", "a.b", "a.b.c.d", "证.书.", &"a".repeat(BYTES_MAX + 1)] {
            assert!(open(wrong, "JWT", &keys).is_err());
        }
    }

    #[test]
    fn no_other_algorithm_is_believed() {
        let pair = pair();
        let keys = [PublicKey::of(&pair)];
        let with_head = |head: &str| {
            let message =
                format!("{}.{}", BASE64URL_NOPAD.encode(head.as_bytes()), BASE64URL_NOPAD.encode(b"{}"));
            let signature = BASE64URL_NOPAD.encode(pair.sign(message.as_bytes()).as_ref());
            open(&format!("{message}.{signature}"), "JWT", &keys)
        };
        assert_eq!(with_head(r#"{"alg":"none","typ":"JWT"}"#), Err(NotSigned::Algorithm));
        assert_eq!(with_head(r#"{"alg":"HS256","typ":"JWT"}"#), Err(NotSigned::Algorithm));
        assert_eq!(with_head(r#"{"alg":"EdDSA","typ":"JWT","crit":["b64"]}"#), Err(NotSigned::Algorithm));
        assert_eq!(with_head(r#"{"alg":"EdDSA"}"#), Err(NotSigned::Purpose));
        assert_eq!(with_head(r#"{"typ":"JWT"}"#), Err(NotSigned::Form));
        assert_eq!(with_head(r#"{"alg":"EdDSA","typ":"JWT"}"#), Ok(json!({})));
    }
}
