use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use super::*;
use crate::certificate::signed::keys::{did_document, key_set};
use crate::certificate::signed::status_list::StatusList;
use crate::certificate::testing::content;

const PLACE: Place = Place {
    site: "https://class.example.org",
    list: "https://class.example.org/status/1",
    index: 94_567,
    salt: "00112233445566778899aabbccddeeff",
};
/// After the day of issue.
const NOW: ServerInstant = ServerInstant::MAX;

fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed")
}

fn signer(pair: &Ed25519KeyPair) -> Signer<'_> {
    Signer { pair, did: "did:web:class.example.org" }
}

/// The signed payload, as JSON.
fn payload(text: &str) -> Value {
    let pair = pair();
    jws::open(text, JWT, &[PublicKey::of(&pair)]).expect("signed")
}

#[test]
fn a_badge_says_what_the_certificate_says_and_no_name() {
    let pair = pair();
    let text = sign(signer(&pair), &content(), PLACE);
    assert_eq!(text, sign(signer(&pair), &content(), PLACE));
    let badge = open(&text, &[PublicKey::of(&pair)], NOW).expect("a badge");
    assert_eq!((badge.number, badge.hours, badge.index), (content().number, 10.0, 94_567));
    assert_eq!(badge.achievement, "全国职业院校教师教学创新团队建设在线培训示范班 第一期 教学创新团队建设");
    assert_eq!(badge.issuer_name, "示例省教育厅、示例职业教育教师培训中心");
    assert!(badge.is_of("欧阳䶮") && !badge.is_of("欧阳") && !badge.is_of(""));
    let value = payload(&text).to_string();
    assert!(!value.contains("欧阳䶮") && !value.contains("002X"), "{value}");
}

#[test]
fn a_badge_has_what_the_standard_asks_for() {
    let pair = pair();
    let value = payload(&sign(signer(&pair), &content(), PLACE));
    assert_eq!(value["@context"], json!([CREDENTIALS, BADGES]), "in this order");
    assert_eq!(value["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!((&value["iss"], &value["jti"]), (&value["issuer"]["id"], &value["id"]));
    assert_eq!(value["validFrom"], "2020-11-30T16:00:00.000Z");
    assert_eq!(value["nbf"], 1_606_752_000);
    assert_eq!(value.get("vc"), None, "the payload is the credential itself");
    let subject = &value["credentialSubject"];
    assert_eq!(subject["type"], json!(["AchievementSubject"]));
    for key in ["id", "type", "name", "description", "criteria"] {
        assert!(!subject["achievement"][key].is_null(), "{key}");
    }
    // printf '欧阳䶮00112233445566778899aabbccddeeff' | sha256sum
    assert_eq!(
        subject["identifier"][0]["identityHash"],
        "sha256$0b89af750ca162194beceae92dd6b1a2d54f425ec1c2e996ad2b61230f4c1ad7"
    );
    assert_eq!(subject["activityEndDate"], "2020-11-27T16:00:00.000Z");
    assert_eq!(value["credentialStatus"]["id"], "https://class.example.org/status/1#94567");
}

#[test]
fn other_keys_changed_parts_and_early_badges_are_refused() {
    let pair = pair();
    let keys = [PublicKey::of(&pair)];
    let text = sign(signer(&pair), &content(), PLACE);
    let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).expect("a seed");
    assert_eq!(open(&text, &[PublicKey::of(&other)], NOW), Err(NoBadge::Signed(NotSigned::Signature)));
    let early = ServerInstant::of_fact(content().issued_on.start().ms() - 1);
    assert_eq!(open(&text, &keys, early), Err(NoBadge::Early));
    // Signed by the right key, and wrong inside.
    let with = |change: fn(&mut Value)| {
        let mut value = payload(&text);
        change(&mut value);
        open(&jws::sign(signer(&pair), JWT, &value), &keys, NOW)
    };
    assert!(with(|_| {}).is_ok());
    assert_eq!(with(|value| value["iss"] = json!("did:web:other.example")), Err(NoBadge::Contradiction));
    assert_eq!(with(|value| value["nbf"] = json!(1)), Err(NoBadge::Contradiction));
    assert_eq!(with(|value| value["jti"] = json!("x")), Err(NoBadge::Contradiction));
    assert_eq!(with(|value| value["type"] = json!(["VerifiableCredential"])), Err(NoBadge::Form));
    assert_eq!(with(|value| value["credentialStatus"] = Value::Null), Err(NoBadge::Form));
    assert_eq!(with(|value| *value = json!([])), Err(NoBadge::Form));
    let number =
        |value: &mut Value| value["credentialSubject"]["licenseNumber"] = json!("ZP202000101330001237");
    assert_eq!(with(number), Err(NoBadge::Number(NoNumber::Check)));
}

#[test]
fn every_salt_is_another() {
    let random = SystemRandom::new();
    let salts = [salt(&random), salt(&random)].map(|salt| salt.expect("random bytes"));
    assert!(salts[0] != salts[1] && salts.iter().all(|salt| salt.len() == 2 * SALT_BYTES));
}

/// The badge verified by another library; see `web-client/src/badge.test.mjs`.
#[test]
fn the_badge_that_others_verify_is_ours() {
    let pair = pair();
    let text = sign(signer(&pair), &content(), PLACE);
    let mut list = StatusList::default();
    list.set(PLACE.index).expect("within the list");
    let shared = json!({
        "keys": key_set(signer(&pair).did, &[PublicKey::of(&pair)]),
        "did": did_document(signer(&pair).did, &[PublicKey::of(&pair)]),
        "badge": text,
        "list": list.sign(signer(&pair), PLACE.list, content().issued_on.start()),
        "name": content().name,
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shared/badge.json");
    if std::env::var_os("UPDATE").is_some() {
        let text = serde_json::to_string_pretty(&shared).expect("JSON") + "\n";
        std::fs::write(path, text).expect("a file of the repository");
    }
    let kept: Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap_or_default()).unwrap_or_default();
    for part in ["keys", "did", "badge", "name"] {
        assert_eq!(kept[part], shared[part], "run: UPDATE=1 cargo test --lib badge");
    }
    // Another version of flate2 may pack the same bits differently.
    let kept = kept["list"].as_str().unwrap_or_default();
    assert_eq!(StatusList::open(kept, signer(&pair).did, &[PublicKey::of(&pair)]), Ok(list));
}
