//! A server with 300 MB of memory: no request of a visitor or an administrator, alone or with others at once,
//! ever ends it.

use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use live_classroom::account::role::Role as AccountRole;
use live_classroom::protocol::Programme;
use live_classroom::store::Store;
use loadtest::http::{SignedIn, client};
use loadtest::office::{account, grant};
use loadtest::process::ServerProcess;
use reqwest::header::{COOKIE, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::asking::{ask, get};
use crate::front_door::new_phase;

/// The limit of the process for its data, kB.
const DATA_KB: u32 = 300 * 1024;
/// Longer than anything takes on a machine that compiles beside the tests.
const PATIENCE: Duration = Duration::from_secs(120);
/// The number of people whose passwords are checked at once.
const SIGN_INS: usize = 16;

/// A table of 997,500 cells, a few thousand below the limit.
fn large_table() -> Vec<u8> {
    let row = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(95));
    let parts = [
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="a" r:id="a"/></sheets></workbook>"#.to_owned()),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/a.xml"/></Relationships>"#.to_owned(),
        ),
        ("xl/worksheets/a.xml", format!("<worksheet><sheetData>{}</sheetData></worksheet>", row.repeat(10_500))),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part begins");
        zip.write_all(text.as_bytes()).expect("it is in memory");
    }
    zip.finish().expect("a ZIP").into_inner()
}

async fn served(data: &Path) -> ServerProcess {
    let tight = format!("ulimit -d {DATA_KB}; exec \"$@\"");
    let program = env!("CARGO_BIN_EXE_live-classroom");
    let data = data.to_str().expect("a text path");
    let arguments = ["-c", &tight, "sh", program, "serve", "--listen", "127.0.0.1:0", "--data", data];
    let arguments = [&arguments[..], &["--media-ip", "127.0.0.1", "--media-port", "0"]].concat();
    ServerProcess::start(Path::new("sh"), &arguments).await.expect("the server starts")
}

async fn sign_in(base_url: &str, login: &str) -> StatusCode {
    let body = json!({ "login": login, "password": "not-the-one-7", "code": null });
    let request = client().post(format!("{base_url}/api/account/sign-in")).header(ORIGIN, base_url);
    request.json(&body).timeout(PATIENCE).send().await.expect("the server answers").status()
}

async fn import(who: &SignedIn, file: Vec<u8>) -> StatusCode {
    let url = format!("{}/api/programmes/td/nominations/file?as={}", who.base_url, who.me.seat);
    let request = client().post(url).header(COOKIE, &who.cookie).header(ORIGIN, &who.base_url);
    request.body(file).timeout(PATIENCE).send().await.expect("the server answers").status()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_beside_the_largest_import_fit_into_300_mb() {
    let data = tempfile::tempdir().expect("a folder");
    let store = Store::open(data.path()).await.expect("a store");
    let server = served(data.path()).await;
    let admin = [grant(AccountRole::TrainingAdmin, None)];
    let admin = account(&store, &server.base_url, "training", &admin).await.expect("an account");
    let programme = json!({ "id": "td", "title": "示范班", "issuers": ["教师工作司"] });
    let made = ask(&admin, Method::POST, "/api/programmes", Some(&programme)).await;
    assert!(made.status().is_success());
    let made = ask(&admin, Method::POST, "/api/programmes/td/phases", Some(&new_phase())).await;
    assert!(made.status().is_success());

    let file = large_table();
    let tries = (0..SIGN_INS).map(|n| {
        let base_url = server.base_url.clone();
        tokio::spawn(async move { sign_in(&base_url, &format!("nobody{n}")).await })
    });
    let tries: Vec<_> = tries.collect();
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(import(&admin, file.clone()).await);
    }
    for one in tries {
        answers.push(one.await.expect("no panic"));
    }
    // A refusal of the request, or of a machine that had no time for it because it does much else.
    let known = [
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::UNAUTHORIZED,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    assert!(answers.iter().all(|status| known.contains(status)), "{answers:?}");
    let programmes: Vec<Programme> = get(&admin, "/api/programmes").await.json().await.expect("programmes");
    assert_eq!(programmes.len(), 1, "the server is there and answers");
}
