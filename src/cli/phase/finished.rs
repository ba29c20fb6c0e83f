//! `live-classroom demo --phase --finished`: a phase that is over, with hours, essays, people who completed it and people
//! who did not, and certificates. Everything is made by the use cases of the office and judged by the books, as of days
//! that are past.

use anyhow::Context;
use live_classroom::account::role::Scope;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::policy::Policy;
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::office;
use live_classroom::office::certificates::{Certifier, Refused};
use live_classroom::office::essays::reviewing::{self, Sees};
use live_classroom::office::essays::{best, sharing, writing};
use live_classroom::programme::course::Nature;
use live_classroom::programme::phase::NewPhase;
use live_classroom::programme::requirement::{AskedEssay, AskedFor, EssayKind};
use live_classroom::programme::unit::UNITS;
use live_classroom::protocol::{
    ClassLesson, EssayMarks, EssayState, EssayVerdict, NamedEssayReviewer, NewCourse, NewLessons, NewQuota,
    OfCourse, ReviewEssay, SaveEssay,
};
use live_classroom::server::Server;
use live_classroom::store::Store;
use live_classroom::time::{LocalDate, ServerInstant};

use super::{BY, DAY_MS, Guest, MINUTE_MS, PROGRAMME, enrol, phase};

/// Its id in the programme of the demo.
pub(super) const PHASE: &str = "demo-3";
const PEOPLE: u32 = 120;
/// Number of the first made-up person of this phase: above those of the two other phases, whatever their size.
const FIRST: u32 = 20_000;
/// What is recognised; the lessons come to 1,000 ch.
const HOURS_CH: u64 = 900;
const TITLES: [&str; 5] = ["专业建设", "课程思政", "模块化教学", "课堂革命", "教学评价"];
/// Days on which a lesson was held, before today.
const DAYS_AGO: [u64; 5] = [28, 25, 22, 18, 15];
/// 19:00 of a day in Shanghai.
const EVENING_MS: u64 = 19 * 60 * MINUTE_MS;
const MINUTES: u32 = 90;
/// From the end of a lesson to its first result, and to its final one.
const JUDGED_AFTER_MS: u64 = 20 * MINUTE_MS;
const FINAL_AFTER_MS: u64 = 9 * DAY_MS;
/// The first words of an essay that is returned.
const OUTLINE: &str = "【提纲】";

/// What becomes of a person, by their number: of every twelve, three do not complete the phase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Completes,
    /// Comes 12 minutes late to the first lesson and completes all the same.
    Late,
    /// Misses two lessons.
    Misses,
    /// Has the essay returned, and does not write it again.
    Returned,
    /// Hands no essay in.
    Silent,
}

impl Fate {
    fn of(person: usize) -> Fate {
        match person % 12 {
            5 => Fate::Misses,
            7 => Fate::Returned,
            8 => Fate::Silent,
            10 => Fate::Late,
            _ => Fate::Completes,
        }
    }

    /// Where the person is in a lesson, in minutes of it; `None` = absent.
    fn attends(self, lesson: usize) -> Option<u64> {
        match (self, lesson) {
            (Fate::Misses, 1 | 3) => None,
            (Fate::Late, 0) => Some(12),
            _ => Some(0),
        }
    }
}

/// The people who are invited as something.
fn invited<'a>(guests: &'a [Guest], role: &'a str) -> impl Iterator<Item = &'a str> {
    guests.iter().filter(move |guest| guest.what.contains(role)).map(|guest| guest.person.as_str())
}

/// Makes the phase.
pub(super) async fn make(server: &Server, guests: &[Guest], now_ms: u64) -> anyhow::Result<()> {
    let store = &server.store;
    let trainees: Vec<&str> = invited(guests, "trainee").collect();
    let instructor = invited(guests, "instructor").next().context("an instructor")?;
    let admin = invited(guests, "training administrator").next().context("a training administrator")?;
    let new = phase(3, "已结束的专题", now_ms, (-40, -36), (-30, -12));
    let new = NewPhase { hours_ch: HOURS_CH, ..new };
    let phase = office::phases::make(store, BY, PROGRAMME, &new).await?;
    let quota = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats: 5 });
    let quotas: Vec<NewQuota> = quota.collect();
    office::quotas::set(store, BY, &phase.id, &quotas, now_ms).await?;
    let due = LocalDate::of(ServerInstant::of_fact(now_ms - 12 * DAY_MS)).to_string();
    let essay = AskedEssay { kind: EssayKind::Either, least: 1000, due };
    let asked = AskedFor { essay: Some(essay), ..AskedFor::default() };
    office::requirements::set(store, admin, &phase.id, &asked, now_ms - 35 * DAY_MS).await?;
    let people = enrol(store, &phase.id, FIRST..FIRST + PEOPLE, &trainees, now_ms - 38 * DAY_MS).await?;
    lessons(server, &phase.id, instructor, &people, now_ms).await?;
    essays(store, &phase.id, &[admin, instructor], &people, now_ms).await?;
    server.books.conclude(now_ms).await?;
    certificates(&server.certifier, &phase.id, admin, now_ms).await
}

/// Lessons of all classes, held and judged.
async fn lessons(
    server: &Server,
    phase: &str,
    instructor: &str,
    people: &[String],
    now_ms: u64,
) -> anyhow::Result<()> {
    let store = &server.store;
    let planned_ms = now_ms - 32 * DAY_MS;
    for (at, (title, days)) in TITLES.into_iter().zip(DAYS_AGO).enumerate() {
        let course = NewCourse {
            title: title.into(),
            kind: None,
            nature: Nature::Practice,
            cap_ch: None,
            module: String::new(),
        };
        let day = LocalDate::of(ServerInstant::of_fact(now_ms - days * DAY_MS));
        let lessons = NewLessons {
            course: OfCourse::New(course),
            title: title.into(),
            classes: vec![],
            planned_start_ms: LocalDate::window(day, day).from.ms() + EVENING_MS,
            minutes: MINUTES,
            until_ms: None,
            credit_ch: 200,
            instructors: vec![instructor.to_owned()],
            source: None,
        };
        let made =
            office::lessons::make(store, BY, &Scope::all(), phase, &lessons, &Policy::default(), planned_ms)
                .await?;
        for (class, lesson) in made.iter().enumerate() {
            let of_class = people.iter().enumerate().skip(class * 100).take(100);
            store.facts().append(held(lesson, at, instructor, of_class)).await?;
            let ended_ms = lesson.planned_start_ms + u64::from(MINUTES) * MINUTE_MS;
            server.books.judge(&lesson.lesson, ended_ms + JUDGED_AFTER_MS, false).await?;
            server.books.judge(&lesson.lesson, ended_ms + FINAL_AFTER_MS, true).await?;
        }
    }
    Ok(())
}

/// What the server would have seen of a lesson, the `at`-th of its class.
fn held<'a>(
    lesson: &ClassLesson,
    at: usize,
    instructor: &str,
    people: impl Iterator<Item = (usize, &'a String)>,
) -> Vec<Fact> {
    let (from_ms, to_ms) =
        (lesson.planned_start_ms, lesson.planned_start_ms + u64::from(MINUTES) * MINUTE_MS);
    let fact = |person: Option<&str>, at_ms, what| Fact {
        lesson: lesson.lesson.clone(),
        person: person.map(str::to_owned),
        at_ms,
        what,
    };
    let joined = |role| What::Joined { device: 1, role, name: String::new() };
    let kinds = vec![SourceKind::Mic, SourceKind::Camera];
    let mut facts = vec![
        fact(Some(instructor), from_ms, joined(Role::Instructor)),
        fact(None, from_ms, What::ClassStarted),
        fact(Some(instructor), to_ms, What::Teaching { device: 1, from_ms, kinds }),
    ];
    for (number, person) in people {
        let Some(late) = Fate::of(number).attends(at) else { continue };
        let came_ms = from_ms + late * MINUTE_MS;
        facts.push(fact(Some(person), came_ms, joined(Role::Trainee)));
        facts.push(fact(Some(person), to_ms, What::Alive { device: 1, from_ms: came_ms }));
        if number % 4 == 0 {
            let what = What::Chat { line: number as u64 + 1, text: "收到，谢谢老师。".into() };
            facts.push(fact(Some(person), came_ms + 20 * MINUTE_MS, what));
        }
    }
    facts.push(fact(None, to_ms, What::ClassEnded { by: None }));
    facts.sort_by_key(|fact| fact.at_ms);
    facts
}

/// Essays are handed in, accepted or returned.
async fn essays(
    store: &Store,
    phase: &str,
    reviewers: &[&str],
    people: &[String],
    now_ms: u64,
) -> anyhow::Result<()> {
    let written_ms = now_ms - 14 * DAY_MS;
    let named =
        reviewers.iter().map(|person| NamedEssayReviewer { person: (*person).to_owned(), units: vec![] });
    sharing::name(store, BY, phase, &named.collect::<Vec<_>>(), written_ms).await?;
    for (number, person) in people.iter().enumerate() {
        let text = match Fate::of(number) {
            Fate::Silent => continue,
            Fate::Returned => format!("{OUTLINE}{}", prose(number)),
            _ => prose(number),
        };
        writing::hand_in(store, person, phase, &SaveEssay { revision: 0, text }, written_ms).await?;
    }
    for reviewer in reviewers {
        let given = reviewing::list(store, Sees::Own(reviewer), phase).await?.essays;
        for line in given.iter().filter(|line| line.state == EssayState::Submitted) {
            let essay = reviewing::open(store, Sees::Own(reviewer), line.id).await?;
            let is_outline = essay.text.starts_with(OUTLINE);
            let good = if line.id.is_multiple_of(9) { 5 } else { 4 };
            let review = ReviewEssay {
                version: essay.version,
                verdict: if is_outline { EssayVerdict::Return } else { EssayVerdict::Accept },
                marks: EssayMarks {
                    theme: good,
                    order: 4,
                    structure: good,
                    logic: if is_outline { 2 } else { 4 },
                },
                words: if is_outline {
                    "请把提纲写成完整的文章，并结合自己的课例。".into()
                } else {
                    String::new()
                },
            };
            reviewing::review(store, reviewer, line.id, &review, written_ms + DAY_MS).await?;
            if good == 5 && !is_outline {
                honoured(store, phase, reviewer, line.id, written_ms + 2 * DAY_MS).await?;
            }
        }
    }
    Ok(())
}

/// One of the best essays; two of three authors let everybody read theirs.
async fn honoured(store: &Store, phase: &str, reviewer: &str, id: u64, at_ms: u64) -> anyhow::Result<()> {
    best::distinguish(store, Sees::Own(reviewer), id, true, at_ms).await?;
    if !id.is_multiple_of(27)
        && let Some(essay) = store.essays().of_number(id).await?
    {
        best::publish(store, &essay.person, phase, true, at_ms + DAY_MS).await?;
    }
    Ok(())
}

/// An essay of more than 1,000 characters, another one for each person.
fn prose(number: usize) -> String {
    const SUBJECTS: [&str; 7] =
        ["机械制造", "学前教育", "电子商务", "护理", "汽车维修", "计算机应用", "旅游服务与管理"];
    const DEEDS: [&str; 8] = [
        "把一个完整的工作任务拆成若干小模块",
        "请企业师傅走进课堂一起评课",
        "让学生先说出自己的疑问再动手",
        "用短视频记录每一步操作，课后再看",
        "按小组分工，组长轮流担任",
        "在课前发放导学单，课上只讲难点",
        "把证书考核的要求写进平时作业",
        "每周留出一次课和学生一起复盘",
    ];
    const FINDINGS: [&str; 8] = [
        "学生愿意开口了，提问比以前多了一倍",
        "操作的错误明显减少，材料也省了下来",
        "基础较弱的同学不再躲在后面",
        "不同班级的进度差别缩小了",
        "老师备课的时间变长，但讲的话变少",
        "评价从一张试卷变成了一份过程记录",
        "毕业生回校时说这些做法在岗位上用得着",
        "同事们开始互相听课，教研活动有了话题",
    ];
    let pick = |list: &'static [&'static str], at: usize| list[at % list.len()];
    let subject = pick(&SUBJECTS, number);
    let mut text = format!(
        "我教{subject}已经{}年。参加这次培训，收获最大的是把学到的方法用到自己的课上。\n",
        number % 27 + 2
    );
    for part in 0..21 {
        let mixed = number * 31 + part * 17 + number / 7 * part;
        text += &format!(
            "第{}次课，我在{}个学生的班上{}，一共用了{}课时；{}。",
            part + 1,
            20 + mixed % 37,
            pick(&DEEDS, mixed),
            1 + mixed % 5,
            pick(&FINDINGS, mixed / 3 + part),
        );
        if part % 3 == 2 {
            text.push('\n');
        }
    }
    text + "今后我会继续把课堂还给学生，也希望常和各地的同行交流。"
}

/// Certificates of everybody who completed the phase; where none can be issued, the reason is printed.
async fn certificates(certifier: &Certifier, phase: &str, by: &str, now_ms: u64) -> anyhow::Result<()> {
    let desk = certifier.desk(phase, by, now_ms).await?;
    match certifier.release(by, phase, desk.ready, now_ms).await {
        Err(Refused::NotReady(why)) => {
            return crate::cli::print(&format!("没有发放证书 · no certificates were issued: {why}\n"));
        }
        released => released?,
    }
    while certifier.issue_some(now_ms).await? > 0 {}
    Ok(())
}
