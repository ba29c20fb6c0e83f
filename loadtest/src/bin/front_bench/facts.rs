//! The time that a fact of a running class waits until it is acknowledged, alone and beside a busy office.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use live_classroom::account::role::Scope;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::office::registrations::{Filter, LinesOf};
use live_classroom::office::{self, Keep};
use live_classroom::sheet::{self, Kind, Table};
use live_classroom::store::Store;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::{Measured, PHASE, ROWS, approve, line, now_ms, row};

/// Running classes; each appends a fact, waits for the answer, and appends the next after a pause.
const CLASSES: usize = 3;
const PAUSE: Duration = Duration::from_millis(20);
/// The time for which the classes are alone.
const ALONE: Duration = Duration::from_secs(5);

/// Half of the imports are lists of people, the others tables of quotas.
const IMPORTS: u32 = 12;
const EXPORTS: usize = 8;

/// Measures facts alone; then while 12 files are imported, 8 exported, and 64 administrators approve `ids`.
pub(super) async fn beside_the_office(store: &Store, ids: Vec<u64>) -> anyhow::Result<Vec<Value>> {
    for class in 0..CLASSES {
        office::timetable::make_usual(store, &lesson(class), "Bench").await?;
    }
    let alone = facts(store, sleep(ALONE)).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let office = async {
        let (imports, exports) = (imports(store, &stop)?, exports(store, &stop));
        let approved = approve(store, ids).await;
        stop.store(true, Ordering::Relaxed);
        let mut times = [0, 0];
        for (times, tasks) in times.iter_mut().zip([imports, exports]) {
            *times = try_join_all(tasks).await?.into_iter().sum::<anyhow::Result<u32>>()?;
        }
        println!("  (beside {} imports, {} exports and the approvals)", times[0], times[1]);
        anyhow::Ok(approved?)
    };
    let mut approved = None;
    let busy = facts(store, async { approved = Some(office.await) }).await?;
    let approved = approved.expect("the office has closed")?;
    Ok(vec![
        line("a fact acknowledged, nothing beside it", alone),
        line("a fact acknowledged, beside a busy office", busy),
        line("… whose 64 administrators approve", approved),
    ])
}

fn lesson(class: usize) -> String {
    format!("bench-{class}")
}

/// Measures the waits of facts until `end`.
async fn facts(store: &Store, end: impl Future<Output = ()>) -> anyhow::Result<Measured> {
    let began = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..CLASSES)
        .map(|class| {
            let (store, stop) = (store.clone(), stop.clone());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let (lesson, person) = (lesson(class), Some("somebody".to_owned()));
                    let what = What::Alive { device: 1, from_ms: now_ms() };
                    let began = Instant::now();
                    store.facts().append(vec![Fact { lesson, person, at_ms: now_ms(), what }]).await?;
                    waits.push(began.elapsed());
                    sleep(PAUSE).await;
                }
                anyhow::Ok(waits)
            })
        })
        .collect();
    end.await;
    stop.store(true, Ordering::Relaxed);
    let waits = try_join_all(tasks).await?.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    Ok(Measured { took: began.elapsed(), waits })
}

/// Starts the imports. Each imports its file, in which every person has another mobile number each time,
/// until it is stopped, but at least once.
fn imports(store: &Store, stop: &Arc<AtomicBool>) -> anyhow::Result<Vec<JoinHandle<anyhow::Result<u32>>>> {
    let heads =
        ["姓名", "性别", "证件类型", "证件号码", "单位全称", "省份", "培训期次", "手机号"].map(str::to_owned);
    let mut tasks = Vec::new();
    for number in 0..IMPORTS {
        let (store, stop) = (store.clone(), stop.clone());
        let mut files = Vec::new();
        for version in 0..2 {
            let mut rows = vec![heads.to_vec()];
            rows.extend((0..ROWS).map(|n| row(n, false)));
            rows[1..].iter_mut().for_each(|row| row[7] = format!("139{:08}", number * 2 + version));
            files.push(sheet::write(&Table::of_texts("bench", &rows), Kind::Xlsx)?);
        }
        tasks.push(tokio::spawn(async move {
            let mut times = 0;
            while times == 0 || !stop.load(Ordering::Relaxed) {
                if number % 2 == 0 {
                    let file = files[times as usize % 2].clone();
                    office::nominations::import(
                        &store,
                        "cli",
                        &Scope::all(),
                        "bench",
                        file,
                        Keep::Yes,
                        now_ms(),
                    )
                    .await?;
                } else {
                    let file = office::quotas::export(&store, "bench", Kind::Xlsx).await?;
                    office::quotas::import(&store, "cli", "bench", file, Keep::Yes, now_ms()).await?;
                }
                times += 1;
            }
            Ok(times)
        }));
    }
    Ok(tasks)
}

/// Starts the exports. Each exports until it is stopped, but at least once.
fn exports(store: &Store, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<anyhow::Result<u32>>> {
    let task = |number| {
        let (store, stop) = (store.clone(), stop.clone());
        tokio::spawn(async move {
            let scope = Scope::all();
            let mut times = 0;
            while times == 0 || !stop.load(Ordering::Relaxed) {
                let asked = LinesOf { by: "cli", scope: &scope, reason: Some("bench") };
                if number % 2 == 0 {
                    office::nominations::export(&store, PHASE, &asked, Kind::Xlsx).await?;
                } else {
                    let filter = Filter::default();
                    office::registrations::export(&store, PHASE, &asked, &filter, Kind::Xlsx, now_ms())
                        .await?;
                }
                times += 1;
            }
            Ok(times)
        })
    };
    (0..EXPORTS).map(task).collect()
}
