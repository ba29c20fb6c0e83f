//! `front_bench`: the front door under load, on disk and over HTTP: registrations submitted, approved by many
//! administrators at once, lists of 30,000 people, a table of 10,000 rows, and facts of a class beside all of
//! it. It prints the measurements as a table and as JSON; it asserts nothing but that no seat is given twice.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use futures_util::future::try_join_all;
use live_classroom::account::role::Role as AccountRole;
use live_classroom::account::role::Scope;
use live_classroom::config::Config;
use live_classroom::office::accounts::NewAccount;
use live_classroom::office::{self, Keep, OfficeRefusal};
use live_classroom::programme::notice;
use live_classroom::programme::phase::{Days, NewPhase};
use live_classroom::programme::unit::UNITS;
use live_classroom::protocol::{Decide, Decision, NewProgramme, NewQuota, SaveRegistration};
use live_classroom::server::Server;
use live_classroom::sheet::{self, Kind, Table};
use live_classroom::store::Store;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};
use loadtest::http::{SignedIn, accepted, client};
use loadtest::office::{account, form, grant};
use reqwest::header::COOKIE;
use serde_json::{Value, json};

mod facts;

const PHASE: &str = "bench-1";
const ADMINS: usize = 64;
const DECIDED_AT_ONCE: usize = 50;
const PAGES: usize = 400;
const ROWS: u32 = 10_000;

/// Measures the front door.
#[derive(Parser)]
struct Args {
    /// Registrations that are submitted and approved.
    #[arg(long, default_value_t = 10_000)]
    registrations: u32,
    /// People in the lists at the end.
    #[arg(long, default_value_t = 30_000)]
    people: u32,
    /// Folder for the data; default: beside the program. It is removed at the end.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        println!("This is a debug build: run with --release for figures that mean something.");
    }
    let args = Args::parse();
    let beside = std::env::current_exe()?.with_file_name(format!("front_bench-{}", std::process::id()));
    let data = args.data.clone().unwrap_or(beside);
    let mut config = Config::default();
    config.server.listen = "127.0.0.1:0".into();
    config.server.data = data.clone();
    config.media.port = 0;
    let server = Server::start(config).await?;
    let measured = measure(&args, &server).await;
    server.stop().await;
    std::fs::remove_dir_all(&data)?;
    println!("{}", serde_json::to_string(&json!({ "front_bench": measured? }))?);
    Ok(())
}

async fn measure(args: &Args, server: &Server) -> anyhow::Result<Value> {
    let store = &server.store;
    let admin = account(store, &server.url, "bench", &[grant(AccountRole::TrainingAdmin, None)]).await?;
    make(store, args).await?;
    let mut all = Vec::new();
    let people = people(store, args.people).await?;
    let (first, rest) = people.split_at(args.registrations.min(args.people) as usize);
    let (ids, submitted) = submit(store, first, 0).await?;
    all.push(line("registrations submitted, 64 at once", submitted));
    all.push(line("… approved by 64 administrators, 50 at once", approve(store, ids).await?));
    let (others, more) = submit(store, rest, first.len() as u32).await?;
    all.push(line("the others submitted", more));
    all.push(line("classes formed", forming(store).await?));
    for (what, path) in [
        ("list: first page", "registrations?x=1".to_owned()),
        ("list: page in the middle", format!("registrations?after={}", args.people / 2)),
        ("list: one unit, submitted", "registrations?unit=33&state=submitted".to_owned()),
        ("list: waiting list", "registrations?state=waitlisted".to_owned()),
        ("list: part of a name", "registrations?text=王伟".to_owned()),
        ("list: a name that nobody has", "registrations?text=欧阳".to_owned()),
        ("list: not nominated", "registrations?nominated=no&after=100".to_owned()),
        ("counts of all", "registrations/counts?x=1".to_owned()),
        ("counts of a text", "registrations/counts?text=学院".to_owned()),
        ("quotas", "quotas?x=1".to_owned()),
    ] {
        all.push(line(what, pages(&admin, &format!("phases/{PHASE}/{path}")).await?));
    }
    for (what, path) in [
        ("accounts: first page", "accounts?x=1"),
        ("accounts: part of a name", "accounts?text=王伟"),
        ("accounts: a name that nobody has", "accounts?text=欧阳"),
        ("accounts: a mobile", "accounts?text=13800000777"),
        ("accounts: one unit's administrators", "accounts?role=unit_admin"),
    ] {
        all.push(line(what, pages(&admin, path).await?));
    }
    all.extend(tables(store).await?);
    for (what, path) in [
        ("nominations: first page", format!("phases/{PHASE}/nominations?x=1")),
        ("nominations: part of a name", format!("phases/{PHASE}/nominations?text=王伟")),
        ("nominations: a name that nobody has", format!("phases/{PHASE}/nominations?text=欧阳")),
    ] {
        all.push(line(what, pages(&admin, &path).await?));
    }
    let auditor = account(store, &server.url, "auditor", &[grant(AccountRole::Auditor, None)]).await?;
    for (what, path) in [
        ("audit log: last page", "audit?x=1"),
        ("audit log: done to somebody", "audit?target=王伟芳"),
        ("audit log: done to nobody", "audit?target=欧阳修"),
        ("audit log: done by somebody", "audit?actor=王伟芳"),
        ("audit log: a rare act", "audit?act=class."),
    ] {
        all.push(line(what, pages(&auditor, path).await?));
    }
    all.extend(facts::beside_the_office(store, others).await?);
    Ok(Value::Array(all))
}

/// The measurements of one kind of work.
struct Measured {
    took: Duration,
    waits: Vec<Duration>,
}

fn line(what: &str, measured: Measured) -> Value {
    let Measured { took, mut waits } = measured;
    waits.sort_unstable();
    let at = |permille: usize| waits[(waits.len() - 1) * permille / 1000];
    let per_s = waits.len() as f64 / took.as_secs_f64();
    println!(
        "{what:45} {:>6} × in {took:>9.1?} ({per_s:>7.0}/s)  p50 {:>9.1?}  p95 {:>9.1?}  p99 {:>9.1?}  max {:>9.1?}",
        waits.len(),
        at(500),
        at(950),
        at(990),
        at(1000)
    );
    let ms = |wait: Duration| (wait.as_secs_f64() * 1e5).round() / 1e2;
    json!({
        "what": what, "times": waits.len(), "took_ms": ms(took), "p50_ms": ms(at(500)), "p95_ms": ms(at(950)),
        "p99_ms": ms(at(990)), "max_ms": ms(at(1000)),
    })
}

async fn make(store: &Store, args: &Args) -> anyhow::Result<()> {
    let new = NewProgramme { id: "bench".into(), title: "Bench".into(), issuers: vec![] };
    office::programmes::make(store, "cli", &new, now_ms()).await?;
    let day = |days: u64| LocalDate::of(ServerInstant::of_fact(now_ms() + days * 86_400_000)).to_string();
    let phase = NewPhase {
        number: 1,
        title: "Bench".into(),
        hours_ch: 1000,
        plan_seats: args.registrations,
        registration: Days { first: day(0), last: day(2) },
        study: Days { first: day(5), last: day(15) },
        tracks: vec![],
        categories: vec![],
        choose_class: false,
        per_school: None,
    };
    office::phases::make(store, "cli", "bench", &phase).await?;
    // There are fewer seats than people, so that some people of each unit wait.
    let seats = args.registrations * 9 / 10 / UNITS.len() as u32;
    let quotas: Vec<NewQuota> = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats }).collect();
    office::quotas::set(store, "cli", PHASE, &quotas, now_ms()).await?;
    Ok(())
}

/// Makes people with accounts, as those who register have them.
async fn people(store: &Store, number: u32) -> anyhow::Result<Vec<String>> {
    let mut people = Vec::with_capacity(number as usize);
    let grants = [grant(AccountRole::Trainee, None)];
    for n in 0..number {
        let (name, login, phone) = (form(n, "33").name, format!("trainee-{n}"), format!("138{n:08}"));
        let (name, login, phone) = (name.as_str(), login.as_str(), Some(phone.as_str()));
        let new = NewAccount { name, login, phone, password: None, grants: &grants, by: None };
        people.push(office::accounts::make(store, &new).await?);
    }
    Ok(people)
}

/// Submits everybody's registration, 64 at a time.
async fn submit(store: &Store, people: &[String], first: u32) -> anyhow::Result<(Vec<u64>, Measured)> {
    let began = Instant::now();
    let each: Vec<(u32, String)> = (first..).zip(people.iter().cloned()).collect();
    let tasks = each.chunks(each.len().div_ceil(ADMINS).max(1)).map(|part| {
        let (store, part) = (store.clone(), part.to_vec());
        tokio::spawn(async move {
            let mut done = Vec::with_capacity(part.len());
            for (n, person) in part {
                let unit = UNITS[n as usize % UNITS.len()].code;
                let save = SaveRegistration {
                    form: form(n, unit),
                    submit: true,
                    consent: Some(notice::VERSION.into()),
                };
                let began = Instant::now();
                let mine = office::registrations::save(&store, &person, PHASE, &save, now_ms()).await?;
                done.push((mine.id, began.elapsed()));
            }
            anyhow::Ok(done)
        })
    });
    let done: Vec<_> = try_join_all(tasks).await?.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let (ids, waits) = done.into_iter().unzip();
    Ok((ids, Measured { took: began.elapsed(), waits }))
}

/// Approves everybody by 64 administrators; no seat is given twice.
async fn approve(store: &Store, ids: Vec<u64>) -> anyhow::Result<Measured> {
    let began = Instant::now();
    let tasks = (0..ADMINS).map(|admin| {
        let store = store.clone();
        let own: Vec<u64> = ids.iter().copied().skip(admin).step_by(ADMINS).collect();
        tokio::spawn(async move {
            let mut waits = Vec::new();
            for ids in own.chunks(DECIDED_AT_ONCE) {
                let decide = Decide {
                    ids: ids.to_vec(),
                    decision: Decision::Approve,
                    reason: String::new(),
                    attestation: String::new(),
                };
                let began = Instant::now();
                office::registrations::decide(&store, "cli", &Scope::all(), PHASE, &decide, now_ms()).await?;
                waits.push(began.elapsed());
            }
            anyhow::Ok(waits)
        })
    });
    let waits = try_join_all(tasks).await?.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let measured = Measured { took: began.elapsed(), waits };
    let quotas = office::quotas::all(store, PHASE, &Scope::all()).await?;
    ensure!(quotas.rows.iter().all(|row| row.taken <= row.seats), "a seat was given twice: {quotas:?}");
    let (taken, waiting) = quotas
        .rows
        .iter()
        .fold((0, 0), |(taken, waiting), row| (taken + row.taken, waiting + row.waitlisted));
    println!("  ({taken} seats of {} taken, {waiting} wait; no unit has more than its quota)", quotas.given);
    Ok(measured)
}

async fn forming(store: &Store) -> anyhow::Result<Measured> {
    let began = Instant::now();
    let formed = office::classes::form(store, "cli", PHASE, now_ms()).await?;
    let took = began.elapsed();
    println!("  ({} people placed in {} classes)", formed.placed, formed.new_classes);
    Ok(Measured { took, waits: vec![took] })
}

/// Asks for the same page again and again, four at a time, over HTTP.
async fn pages(admin: &SignedIn, path: &str) -> anyhow::Result<Measured> {
    let http = client();
    let url = format!("{}/api/{path}&as={}", admin.base_url, admin.me.seat);
    let began = Instant::now();
    let tasks = (0..4).map(|_| {
        let (http, url, cookie) = (http.clone(), url.clone(), admin.cookie.clone());
        tokio::spawn(async move {
            let mut waits = Vec::new();
            for _ in 0..PAGES / 4 {
                let began = Instant::now();
                let answer = http.get(&url).header(COOKIE, &cookie).send().await?;
                accepted(answer).await?.bytes().await?;
                waits.push(began.elapsed());
            }
            anyhow::Ok(waits)
        })
    });
    let waits = try_join_all(tasks).await?.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    Ok(Measured { took: began.elapsed(), waits })
}

/// Imports a table of 10,000 people with right and wrong rows, in every format.
async fn tables(store: &Store) -> anyhow::Result<Vec<Value>> {
    let mut all = Vec::new();
    let heads =
        ["姓名", "性别", "证件类型", "证件号码", "单位全称", "省份", "培训期次", "手机号"].map(str::to_owned);
    for (kind, name) in [(Kind::Xlsx, "XLSX"), (Kind::Csv, "CSV"), (Kind::Gb18030, "GB18030")] {
        for is_wrong in [true, false] {
            let mut rows = vec![heads.to_vec()];
            rows.extend((0..ROWS).map(|n| row(n, is_wrong)));
            let file = sheet::write(&Table::of_texts("bench", &rows), kind).context("write a table")?;
            let began = Instant::now();
            let imported =
                office::nominations::import(store, "cli", &Scope::all(), "bench", file, Keep::Yes, now_ms())
                    .await;
            let took = began.elapsed();
            match (imported, is_wrong) {
                (Err(OfficeRefusal::Wrong(wrong)), true) => println!("  ({} mistakes told)", wrong.len()),
                (Ok(imported), false) => println!("  ({imported:?})"),
                (other, _) => anyhow::bail!("not as expected: {other:?}"),
            }
            let what = if is_wrong { "with mistakes" } else { "imported" };
            all.push(line(&format!("{ROWS} rows of {name}, {what}"), Measured { took, waits: vec![took] }));
        }
    }
    Ok(all)
}

fn row(n: u32, is_wrong: bool) -> Vec<String> {
    let form = form(n, "33");
    let sex = if form.document_number.as_bytes()[16] % 2 == 1 { "男" } else { "女" };
    let mobile = if is_wrong { "123".to_owned() } else { form.mobile };
    let unit = UNITS[n as usize % UNITS.len()].name;
    [&form.name, sex, "居民身份证", &form.document_number, &form.school, unit, "第1期", &mobile]
        .map(str::to_owned)
        .to_vec()
}
