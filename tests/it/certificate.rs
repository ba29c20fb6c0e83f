//! Certificates from the command line: a sample, and whether a file is genuine.

use std::path::Path;
use std::process::{Command, Output};

use live_classroom::certificate::content::{Content, Essay, VERSION};
use live_classroom::certificate::signed::jws::Signer;
use live_classroom::certificate::signed::keys::{PublicKey, did_document, key_set};
use live_classroom::certificate::signed::proof::prove;
use live_classroom::config::CertificatesConfig;
use live_classroom::server;
use live_classroom::time::LocalDate;
use ring::signature::Ed25519KeyPair;

const DID: &str = "did:web:class.example.org";
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shared/badge.json");

fn certificate(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_live-classroom");
    Command::new(program).arg("certificate").args(arguments).output().expect("the program runs")
}

/// The standard output of a run that must succeed.
fn says(arguments: &[&str]) -> String {
    let output = certificate(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Checks that a run fails, with a sentence that has all `parts`.
fn refuses(arguments: &[&str], parts: &[&str]) {
    let output = certificate(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    let missing = parts.iter().find(|part| !said.contains(**part));
    assert!(missing.is_none() && !said.contains("panicked"), "{arguments:?} said {said:?}, not {missing:?}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn a_sample_is_printed_with_the_fonts_of_this_machine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("sample.pdf");
    let said = says(&["sample", "--out", text(&out), "--name", "㛃𬭚", "--name", "𣲘"]);
    assert!(said.contains("fonts: ") && said.contains("sample-2.pdf: 𣲘"), "{said}");
    for file in ["sample.pdf", "sample-2.pdf"] {
        let pdf = std::fs::read(folder.path().join(file)).expect(file);
        assert!(pdf.starts_with(b"%PDF-1.7") && pdf.len() < 120_000, "{file}: {} bytes", pdf.len());
    }
    // The last name has a character of none of the fonts that are looked for; the others are printed all the
    // same.
    let out = folder.path().join("other.pdf");
    refuses(
        &["sample", "--out", text(&out), "--name", "张三", "--name", "བཀྲ་ཤིས"],
        &["no font has", "certificates.fonts"],
    );
    assert!(out.exists() && !folder.path().join("other-2.pdf").exists());
    refuses(&["sample", "--out", "/nowhere/sample.pdf"], &["/nowhere/sample.pdf"]);
    refuses(&["sample", "--out", text(&out), "--name", "张\u{202e}三"], &["name"]);
    let config = folder.path().join("class.toml");
    std::fs::write(&config, "[certificates]\nfonts = [\"/nowhere/font.otf\"]\n").expect("a file");
    refuses(&["sample", "--out", text(&out), "--config", text(&config)], &["/nowhere/font.otf"]);
    std::fs::write(&config, format!("[certificates]\nseal = {SHARED:?}\n")).expect("a file");
    refuses(&["sample", "--out", text(&out), "--config", text(&config)], &["badge.json", "seal"]);
}

fn content() -> Content {
    let day = |text| LocalDate::parse(text).expect("a day");
    Content {
        version: VERSION,
        number: "ZP202000101330001236".parse().expect("a number"),
        name: "欧阳䶮".into(),
        document_end: None,
        unit: "浙江省".into(),
        school: String::new(),
        programme: "示例教师培训".into(),
        phase: "第一期".into(),
        first_day: day("2020-11-17"),
        last_day: day("2020-11-27"),
        hours_ch: 1000,
        hour_minutes: 45,
        essay: Essay::None,
        issuers: vec!["示例省教育厅".into()],
        seal: None,
        issued_on: day("2020-12-01"),
        pages: "https://class.example.org/v".into(),
        key: "YQV7DXJGXNSJA".into(),
    }
}

#[test]
fn a_certificate_is_checked_offline_by_the_published_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    let press = server::press(&CertificatesConfig::default()).expect("fonts").press;
    let pdf = press.print(&content()).expect("a PDF");
    let proven = prove(Signer { pair: &pair, did: DID }, &pdf, &content()).expect("a PDF with its proof");
    let key = PublicKey::of(&pair);
    let good = file("good.pdf", &proven);
    let did = file("did.json", did_document(DID, &[key]).to_string().as_bytes());
    let set = file("jwks.json", key_set(DID, &[key]).to_string().as_bytes());
    for key in [text(&did), text(&set), &key.jwk("a").to_string(), &key.to_string()] {
        let said = says(&["check", text(&good), "--key", key]);
        assert!(said.starts_with("genuine: ZP202000101330001236"), "{said}");
    }
    let mut forged = proven.clone();
    forged[pdf.len() / 2] ^= 1;
    refuses(
        &["check", text(&file("forged.pdf", &forged)), "--key", text(&did)],
        &["not shown to be genuine", "changed"],
    );
    refuses(&["check", text(&file("bare.pdf", &pdf)), "--key", text(&did)], &["no proof"]);
    refuses(&["check", text(&good), "--key", &"ab".repeat(32)], &["not by this key"]);
    refuses(&["check", text(&good), "--key", "certificate"], &["64 hex digits"]);
    refuses(
        &["check", text(&file("text", b"\xff\xfe")), "--key", text(&did)],
        &["neither a PDF nor a badge"],
    );
    refuses(&["check", "/nowhere.pdf", "--key", text(&did)], &["/nowhere.pdf"]);
}

#[test]
fn readers_of_pdf_see_nothing_of_the_proof() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    let press = server::press(&CertificatesConfig::default()).expect("fonts").press;
    let pdf = press.print(&content()).expect("a PDF");
    let proven = prove(Signer { pair: &pair, did: DID }, &pdf, &content()).expect("a PDF with its proof");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = |bytes: &[u8]| {
        let path = folder.path().join("certificate.pdf");
        std::fs::write(&path, bytes).expect("a file");
        Command::new("pdftotext").arg(&path).arg("-").output()
    };
    let Ok(with) = read(&proven) else {
        println!("skipped: pdftotext is not installed; see scripts/setup");
        return;
    };
    let without = read(&pdf).expect("pdftotext");
    assert!(with.status.success() && with.stderr.is_empty(), "{}", String::from_utf8_lossy(&with.stderr));
    assert_eq!(with.stdout, without.stdout);
}

#[test]
fn a_badge_is_checked_offline_with_name_and_status_list() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let shared: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(SHARED).expect("a file of the repository"))
            .expect("JSON");
    let file = |part: &str| {
        let path = folder.path().join(part);
        let text = shared[part].as_str().map_or_else(|| shared[part].to_string(), String::from);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let (badge, keys, list) = (file("badge"), file("keys"), file("list"));
    let said = says(&["check", text(&badge), "--key", text(&keys), "--name", "欧阳䶮"]);
    assert!(said.starts_with("genuine: badge of 欧阳䶮 for ZP202000101330001236"), "{said}");
    assert!(said.contains("10.0 学时") && said.contains("2020-12-01"), "{said}");
    let check = |more: [&str; 2], parts: &[&str]| {
        refuses(&["check", text(&badge), "--key", text(&keys), more[0], more[1]], parts);
    };
    check(["--name", "张三"], &["somebody else"]);
    check(["--status-list", text(&list)], &["withdrawn"]);
    check(["--status-list", text(&badge)], &["no status list"]);
    refuses(&["check", text(&badge), "--key", &"00".repeat(32)], &["not by this key"]);
    refuses(&["check", text(&list), "--key", text(&keys)], &["no badge"]);
}
