//! Certificates over real HTTP: from judged hours and an accepted essay to the paper, its page and its
//! revocation; and a power cut in the middle of a list.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use live_classroom::account::role::Role as AccountRole;
use live_classroom::attendance::event::Plan;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::policy::Policy;
use live_classroom::chain::sha256;
use live_classroom::config::{CertificatesConfig, Config, HoursConfig};
use live_classroom::files::certificates::CertificateFiles;
use live_classroom::files::recordings::Recordings;
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::office::books::{Books, Times};
use live_classroom::office::certificates::{Certifier, Settings};
use live_classroom::protocol::{CertificateState, CheckedCertificate, MyCertificate};
use live_classroom::store::Store;
use live_classroom::time::ServerInstant;
use live_classroom::time::clock::now_ms;
use live_classroom::{office, server};
use loadtest::process::ServerProcess;
use loadtest::setup;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::harness::{SOON, TestServer, until_some};
use crate::office::class_of_tests;
use crate::people::{Person, ask, database, grant, refusal, run};

const SITE: &str = "https://class.example.org";
const ISSUER: &str = "示例省教育厅";
const LESSON: &str = "p-1-001-k1-1";
/// The start of the lesson: 2020-11-17, 19:00 in Shanghai.
const BEGINS_MS: u64 = 1_605_610_800_000;
const MINUTE_MS: u64 = 60_000;

fn certificates(config: &mut Config) {
    config.certificates.site = SITE.into();
    config.certificates.issuers = vec![ISSUER.into()];
}

/// Lets these people of a class attend its only lesson, which is worth all hours of the phase and is made
/// final.
async fn attended(store: &Store, books: &Books, data: &Path, people: &[String]) {
    let begins = ServerInstant::of_fact(BEGINS_MS);
    let ends_ms = BEGINS_MS + 90 * MINUTE_MS;
    let plan = Plan {
        lesson: LESSON.into(),
        content: LESSON.into(),
        credit_ch: 200,
        planned_start: begins,
        planned_end: ServerInstant::of_fact(ends_ms),
    };
    office::timetable::make(store, "第一课", &plan).await.expect("a new lesson");
    let mut database = database(data).await;
    let statements = [
        "UPDATE phases SET hours_ch = 200".to_owned(),
        format!("UPDATE lessons SET class = 'p-1-001' WHERE id = '{LESSON}'"),
    ];
    run(&mut database, &statements).await;
    let mut facts = vec![
        (None, BEGINS_MS, What::Joined { device: 1, role: Role::Instructor, name: "王老师".into() }),
        (None, BEGINS_MS, What::ClassStarted),
        (None, ends_ms, What::Teaching { device: 1, from_ms: BEGINS_MS, kinds: vec![SourceKind::Mic] }),
        (None, ends_ms, What::ClassEnded { by: None }),
    ];
    let teacher = store.people().add("王老师", Role::Instructor).await.expect("somebody");
    facts[0].0 = Some(teacher.clone());
    facts[2].0 = Some(teacher);
    for (at, person) in people.iter().enumerate() {
        registered(&mut database, store, person, at + 1).await;
        let joined = What::Joined { device: 7, role: Role::Trainee, name: "学员".into() };
        facts.push((Some(person.clone()), BEGINS_MS, joined));
        facts.push((Some(person.clone()), ends_ms, What::Alive { device: 7, from_ms: BEGINS_MS }));
    }
    let fact = |(person, at_ms, what)| Fact { lesson: LESSON.into(), person, at_ms, what };
    store.facts().append(facts.into_iter().map(fact).collect()).await.expect("stored");
    let judged_ms = ends_ms + 20 * MINUTE_MS;
    books.judge(LESSON, judged_ms, false).await.expect("judged");
    books.judge(LESSON, judged_ms + 1, true).await.expect("final");
}

/// Registers one person of the class.
async fn registered(database: &mut SqliteConnection, store: &Store, person: &str, number: usize) {
    let private = json!({ "number": "11010519491231002X", "mobile": "", "email": "" }).to_string();
    let private = store.vault().seal(&format!("registration p-1 {person}"), &private).expect("sealed");
    sqlx::query(
        "INSERT INTO registrations (id, phase, person, state, unit, name, document, private, school, track, category,
             rest, submission, submitted_at_ms, approval, approved_at_ms, reason, class)
         VALUES ($1, 'p-1', $2, 'active', CASE WHEN $1 % 2 THEN '33' ELSE '11' END, '欧阳䶮', CAST($2 AS BLOB), $3,
             '杭州职业技术学院', '', '', '{}', $1, 0, $1, 0, '', 'p-1-001')",
    )
    .bind(i64::try_from(number).expect("small"))
    .bind(person)
    .bind(private)
    .execute(&mut *database)
    .await
    .expect("a registration");
    let statement =
        format!("INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('{LESSON}', '{person}', 0)");
    run(database, &[statement]).await;
}

/// Lets the phase ask for an essay, with the essays of these people accepted.
async fn wrote(data: &Path, admin: &str, people: &[&str]) {
    let mut database = database(data).await;
    let body = r#"{"format":"1","version":1,"hours_ch":200,"essay":{"kind":"either","least":10,"due":"2020-11-27"}}"#;
    let mut statements = vec![format!(
        "INSERT INTO requirements (phase, body, by, at_ms) VALUES ('p-1', '{body}', '{admin}', 0)"
    )];
    for person in people {
        statements.push(format!(
            "INSERT INTO essays (phase, person, state, revision, text, saved_at_ms)
             VALUES ('p-1', '{person}', 'accepted', 1, '', 0)"
        ));
    }
    run(&mut database, &statements).await;
}

struct Case {
    server: TestServer,
    one: Person,
    other: Person,
    trainee: Person,
}

impl Case {
    async fn completed() -> Case {
        let server = TestServer::start_with(certificates).await;
        class_of_tests(&server).await;
        let admin = [grant(AccountRole::TrainingAdmin)];
        let one = Person::of(&server, "one", &admin).await;
        let other = Person::of(&server, "other", &admin).await;
        let trainee = Person::of(&server, "trainee", &[grant(AccountRole::Trainee)]).await;
        wrote(server.data(), &one.id, &[&trainee.id]).await;
        attended(server.store(), server.books(), server.data(), std::slice::from_ref(&trainee.id)).await;
        server.books().conclude(now_ms()).await.expect("decided");
        Case { server, one, other, trainee }
    }

    /// The same, with the certificate released and issued.
    async fn issued() -> (Case, MyCertificate) {
        let case = Case::completed().await;
        let ended = case.trainee.get("/api/phases/p-1/conclusion").await;
        let is_final = (&json!("completed"), &json!(false));
        assert_eq!((&ended["verdict"], &ended["provisional"]), is_final, "{ended}");
        let desk = case.one.get("/api/phases/p-1/certificates").await;
        let nothing_wrong = (&json!(1), &Value::Null, &json!([]));
        assert_eq!((&desk["ready"], &desk["trouble"], &desk["unprintable"]), nothing_wrong);
        let release = async |seen: u32| {
            case.one.ask("POST", "/api/phases/p-1/certificates", Some(json!({ "seen": seen }))).await
        };
        assert_eq!(refusal(release(2).await).await, (409, "changed".into()));
        assert_eq!(release(1).await.status(), 200);
        let mine = until_some(SOON * 6, "the certificate is issued", async || {
            let response = case.trainee.ask("GET", "/api/phases/p-1/certificate", None).await;
            response.json::<MyCertificate>().await.ok()
        })
        .await;
        (case, mine)
    }

    /// The page, as anyone who has the address sees it.
    async fn page(&self, path: &str) -> (u16, Option<CheckedCertificate>) {
        let response = ask(self.server.url(), None, "GET", path, None).await;
        let status = response.status().as_u16();
        (status, response.json().await.ok())
    }

    async fn file(&self) -> Vec<u8> {
        let response = self.trainee.ask("GET", "/api/phases/p-1/certificate/file", None).await;
        assert_eq!(response.status(), 200);
        response.bytes().await.expect("a file").to_vec()
    }

    async fn text(&self, path: &str) -> String {
        let response = self.trainee.ask("GET", path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    }
}

/// The request that the page at the address in the QR code makes.
fn api_of(mine: &MyCertificate) -> String {
    let path = mine.address.strip_prefix(&format!("{SITE}/v/")).expect("the address of the QR code");
    format!("/api/certificates/{path}")
}

/// The output of the program about a file, and whether the file is genuine.
fn checked(folder: &Path, file: &str, bytes: &[u8], more: &[&str]) -> (bool, String) {
    let path = folder.join(file);
    std::fs::write(&path, bytes).expect("a file");
    let mut program = Command::new(env!("CARGO_BIN_EXE_live-classroom"));
    program.arg("certificate").arg("check").arg(&path).arg("--key").arg(folder.join("did.json"));
    let output = program.args(more).output().expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// The words of a PDF without blanks; `None` = poppler is not installed, which is printed.
fn words(pdf: &Path) -> Option<String> {
    match Command::new("pdftotext").arg(pdf).arg("-").output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            Some(text.chars().filter(|c| !c.is_whitespace()).collect())
        }
        Err(error) => {
            println!("skipped: pdftotext is not installed ({error}); see scripts/setup");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_hours_and_essay_to_a_certificate_that_everybody_can_check() {
    let (case, mine) = Case::issued().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let file = case.file().await;
    assert_eq!(
        (sha256(&file), case.file().await),
        (mine.pdf.clone(), file.clone()),
        "the same bytes each time"
    );
    std::fs::write(folder.join("did.json"), case.text("/.well-known/did.json").await).expect("a file");
    let (is_genuine, said) = checked(folder, "certificate.pdf", &file, &[]);
    assert!(is_genuine && said.contains(&mine.number), "{said}");
    if let Some(words) = words(&folder.join("certificate.pdf")) {
        for word in
            ["欧阳䶮", "002X", "浙江省", "杭州职业技术学院", "2.0学时", "学习心得", ISSUER, &mine.number]
        {
            assert!(words.contains(word), "{word} in {words}");
        }
        assert!(!words.contains("11010519491231002X"), "never the whole number");
    }
    let path = api_of(&mine);
    let (status, page) = case.page(&path).await;
    let page = page.expect("a page");
    assert_eq!((status, page.state, page.name.as_str()), (200, CertificateState::Valid, "欧**"));
    assert_eq!((page.pdf, page.hours_ch), (sha256(&file), 200));
    let (number, key) = path.split_once("?k=").expect("a key");
    let guessed = number.replace("000001", "000002");
    for wrong in [number.to_owned(), format!("{number}?k=AAAAAAAAAAAAA"), format!("{guessed}?k={key}")] {
        assert_eq!(case.page(&wrong).await.0, 404, "{wrong}");
    }
    until_some(SOON, "whoever guesses is held up", async || {
        (case.page(&guessed).await.0 == 429).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_says_so_on_its_page_and_in_the_list_of_badges() {
    let (case, mine) = Case::issued().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let file = case.file().await;
    std::fs::write(folder.join("did.json"), case.text("/.well-known/did.json").await).expect("a file");
    let badge = case.text("/api/phases/p-1/certificate/badge").await;
    let is_good = async || {
        std::fs::write(folder.join("list"), case.text("/certificates/status/1").await).expect("a file");
        let list = folder.join("list").display().to_string();
        checked(folder, "badge", badge.as_bytes(), &["--status-list", &list])
    };
    let (is_genuine, said) = is_good().await;
    assert!(is_genuine, "{said}");

    let at = |rest: &str| format!("/api/certificates/{}/revocation{rest}", mine.number);
    let asked = case.one.ask("POST", &at(""), Some(json!({ "reason": "代学" }))).await;
    assert_eq!(asked.status(), 204);
    let yes = || Some(json!({ "approve": true }));
    let alone = case.one.ask("POST", &at("/decide"), yes()).await;
    assert_eq!(refusal(alone).await, (409, "one_person".into()));
    assert_eq!(case.other.ask("POST", &at("/decide"), yes()).await.status(), 204);
    let page = case.page(&api_of(&mine)).await.1.expect("a page");
    let known = (CertificateState::Revoked, sha256(&file));
    assert_eq!((page.state, page.pdf), known, "the old file is recognised");
    let (is_genuine, said) = is_good().await;
    assert!(!is_genuine, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_in_the_middle_of_a_list_leaves_no_gap_and_doubles_nothing() {
    const PEOPLE: usize = 50;
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        people.push(server.store().people().add("学员", Role::Trainee).await.expect("somebody"));
    }
    let by = server.store().people().add("管理员", Role::Operator).await.expect("somebody");
    let data = server.stop().await;
    let store = setup::store(data.path()).await.expect("a store");
    let policy = Arc::new(Policy::default());
    let recordings = Recordings::new(data.path(), 0);
    let books = Books::new(store.clone(), recordings, policy.clone(), Times::of(&HoursConfig::default()));
    attended(&store, &books, data.path(), &people).await;
    books.conclude(now_ms()).await.expect("decided");
    let press = || Ok(server::press(&CertificatesConfig::default())?.press);
    let issuers = vec![ISSUER.into()];
    let settings = Settings { site: SITE.into(), issuers, policy, press: Box::new(press) };
    let certifier = Certifier::new(store.clone(), CertificateFiles::new(data.path()), settings);
    certifier.release(&by, "p-1", PEOPLE as u32, now_ms()).await.expect("released");
    drop((certifier, books, store));

    let config = data.path().join("class.toml");
    let settings = format!("[certificates]\nsite = \"{SITE}\"\nissuers = [\"{ISSUER}\"]\n");
    std::fs::write(&config, settings).expect("a file");
    let mut reader = database(data.path()).await;
    let issued = async |reader: &mut SqliteConnection| -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM certificates").fetch_one(reader).await;
        count.expect("it can be read")
    };
    let process = serve(data.path(), &config).await;
    let before = until_some(SOON * 12, "some are issued", async || {
        let count = issued(&mut reader).await;
        (count > 0).then_some(count)
    })
    .await;
    process.kill().await.expect("it is ours");
    assert!(before < PEOPLE as i64, "it was in the middle: {before}");
    let process = serve(data.path(), &config).await;
    until_some(SOON * 12, "all are issued", async || {
        (issued(&mut reader).await == PEOPLE as i64).then_some(())
    })
    .await;
    process.kill().await.expect("it is ours");
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT count(*), max(serial), count(DISTINCT registration) FROM certificates GROUP BY series ORDER BY series",
    )
    .fetch_all(&mut reader)
    .await
    .expect("it can be read");
    let half = PEOPLE as i64 / 2;
    assert_eq!(rows, [(half, half, half), (half, half, half)], "two units");
}

/// A server in a process of its own with this configuration.
async fn serve(data: &Path, config: &Path) -> ServerProcess {
    let program = Path::new(env!("CARGO_BIN_EXE_live-classroom"));
    let (data, config) = (data.to_str().expect("a text path"), config.to_str().expect("a text path"));
    let arguments = [
        "serve",
        "--config",
        config,
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--media-ip",
        "127.0.0.1",
        "--media-port",
        "0",
    ];
    ServerProcess::start(program, &arguments).await.expect("the server starts")
}
