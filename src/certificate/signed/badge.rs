//! The badge: Open Badges 3.0 as VC-JWT, for wallets and résumés. It holds no name and no document number,
//! but a salted hash of the name: a person who shows the badge can prove to be its owner, and a finder learns
//! nothing.

use data_encoding::HEXLOWER;
use ring::rand::SecureRandom;
use serde_json::{Value, json};

use super::jws::{self, NotSigned, Signer};
use super::keys::PublicKey;
use super::{CREDENTIALS, JWT};
use crate::certificate::content::{Content, Essay};
use crate::certificate::number::{NoNumber, Number};
use crate::certificate::wording;
use crate::chain::sha256;
use crate::time::{ServerInstant, rfc3339};

const BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
const SALT_BYTES: usize = 16;
/// The beginning of hashes in Open Badges.
const HASH: &str = "sha256$";

/// The content of a badge besides that of its certificate.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The site, e.g. `https://class.example.org`.
    pub site: &'a str,
    /// Address of the status list.
    pub list: &'a str,
    /// Index of its bit there.
    pub index: usize,
    /// See [`salt`].
    pub salt: &'a str,
}

/// The reason why a badge is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoBadge {
    #[error("{0}")]
    Signed(#[from] NotSigned),
    #[error("this is signed, but is no badge of a certificate of this program")]
    Form,
    #[error("the badge is damaged: {0}")]
    Number(#[from] NoNumber),
    #[error("parts of the badge contradict each other")]
    Contradiction,
    #[error("the badge is not valid yet")]
    Early,
}

/// The content of a badge.
#[derive(Debug, Clone, PartialEq)]
pub struct Badge {
    pub number: Number,
    /// The DID of the issuer.
    pub issuer: String,
    pub issuer_name: String,
    /// Programme and phase.
    pub achievement: String,
    /// 学时, as printed.
    pub hours: f64,
    pub valid_from: ServerInstant,
    /// Address of the status list, and the bit there.
    pub list: String,
    pub index: usize,
    salt: String,
    name_hash: String,
}

/// A salt for one badge, to be kept with it. `None` = the machine gives no random bytes.
pub fn salt(random: &dyn SecureRandom) -> Option<String> {
    let mut bytes = [0; SALT_BYTES];
    random.fill(&mut bytes).ok()?;
    Some(HEXLOWER.encode(&bytes))
}

fn name_hash(name: &str, salt: &str) -> String {
    format!("{HASH}{}", sha256(format!("{name}{salt}").as_bytes()))
}

/// Signs the badge of a certificate. The same content and place give the same text.
pub fn sign(signer: Signer, content: &Content, place: Place) -> String {
    let id = format!("{}/{}", content.pages, content.number);
    let valid_from = content.issued_on.start();
    jws::sign(
        signer,
        JWT,
        &json!({
            "@context": [CREDENTIALS, BADGES],
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": format!("{}（{}）", wording::TITLE, content.number),
            "issuer": {
                "id": signer.did,
                "type": ["Profile"],
                "name": content.issuers.join("、"),
                "url": place.site,
            },
            "validFrom": rfc3339::written(valid_from),
            "credentialSubject": subject(content, place),
            "evidence": [{
                "id": content.address(),
                "type": ["Evidence"],
                "name": "在线查验 Check online",
            }],
            "credentialStatus": {
                "id": format!("{}#{}", place.list, place.index),
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": place.index.to_string(),
                "statusListCredential": place.list,
            },
            "iss": signer.did,
            "jti": id,
            "nbf": valid_from.ms() / 1000,
        }),
    )
}

fn subject(content: &Content, place: Place) -> Value {
    json!({
        "type": ["AchievementSubject"],
        "identifier": [{
            "type": "IdentityObject",
            "hashed": true,
            "identityHash": name_hash(&content.name, place.salt),
            "identityType": "name",
            "salt": place.salt,
        }],
        "licenseNumber": content.number,
        "activityStartDate": rfc3339::written(content.first_day.start()),
        "activityEndDate": rfc3339::written(content.last_day.end()),
        "creditsEarned": credits(content),
        "achievement": achievement(content, place),
    })
}

/// The hours as printed, so that both agree.
fn credits(content: &Content) -> f64 {
    (content.hours_ch / 10) as f64 / 10.0
}

/// The achievement of a phase: equal for everybody who completed it.
fn achievement(content: &Content, place: Place) -> Value {
    let number = content.number;
    let (essay, essay_english) = match content.essay {
        Essay::None => ("", ""),
        Essay::Accepted | Essay::Excellent => {
            ("，学习心得经评审合格", ", and an essay accepted by reviewers")
        }
    };
    let (hours, minutes) = (wording::hours(content.hours_ch), content.hour_minutes);
    json!({
        "id": format!("{}/achievements/{:03}-{:02}", place.site, number.programme(), number.phase()),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "inLanguage": "zh-CN",
        "name": format!("{} {}", content.programme, content.phase),
        "description": format!("{} {}：结业证书 Certificate of completion", content.programme, content.phase),
        "criteria": {
            "narrative": format!(
                "认定{hours}学时（每学时{minutes}分钟）{essay}。\
                 {hours} credit hours of {minutes} minutes each{essay_english}.",
            ),
        },
        "creditsAvailable": credits(content),
    })
}

/// Reads a badge signed by one of the keys. The status list says whether it was withdrawn since.
pub fn open(text: &str, keys: &[PublicKey], now: ServerInstant) -> Result<Badge, NoBadge> {
    let value = jws::open(text, JWT, keys)?;
    let badge = read(&value).ok_or(NoBadge::Form)??;
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    let is_same = text("/iss") == Some(&badge.issuer)
        && text("/jti") == text("/id")
        && value.get("nbf").and_then(Value::as_u64) == Some(badge.valid_from.ms() / 1000)
        && text("/id").is_some_and(|id| id.ends_with(&format!("/{}", badge.number)));
    if !is_same {
        return Err(NoBadge::Contradiction);
    }
    if badge.valid_from > now { Err(NoBadge::Early) } else { Ok(badge) }
}

/// `None` = something is missing.
fn read(value: &Value) -> Option<Result<Badge, NoNumber>> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    let lists = |path: &str, wanted: &str| {
        value.pointer(path).and_then(Value::as_array).is_some_and(|list| list.iter().any(|one| one == wanted))
    };
    let is_badge = lists("/@context", BADGES)
        && lists("/type", "OpenBadgeCredential")
        && text("/credentialStatus/type") == Some("BitstringStatusListEntry")
        && text("/credentialStatus/statusPurpose") == Some("revocation")
        && text("/credentialSubject/identifier/0/identityType") == Some("name");
    if !is_badge {
        return None;
    }
    let number = match text("/credentialSubject/licenseNumber")?.parse() {
        Ok(number) => number,
        Err(error) => return Some(Err(error)),
    };
    // Without the thousandths.
    let valid_from = rfc3339::read(&text("/validFrom")?.replace(".000Z", "Z"))?;
    Some(Ok(Badge {
        number,
        issuer: text("/issuer/id")?.into(),
        issuer_name: text("/issuer/name")?.into(),
        achievement: text("/credentialSubject/achievement/name")?.into(),
        hours: value.pointer("/credentialSubject/creditsEarned")?.as_f64()?,
        valid_from,
        list: text("/credentialStatus/statusListCredential")?.into(),
        index: text("/credentialStatus/statusListIndex")?.parse().ok()?,
        salt: text("/credentialSubject/identifier/0/salt")?.into(),
        name_hash: text("/credentialSubject/identifier/0/identityHash")?.into(),
    }))
}

impl Badge {
    /// Whether it is the badge of a person with this name.
    pub fn is_of(&self, name: &str) -> bool {
        name_hash(name, &self.salt) == self.name_hash
    }
}

#[cfg(test)]
mod tests;
