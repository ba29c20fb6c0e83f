//! One-click sign-in links: `https://host/in#SECRET`. The part after `#` never leaves the browser with a
//! request, so it is in no log and no proxy; the page posts it once, then it is used up.

use anyhow::{Context, bail};
use live_classroom::config::Config;
use live_classroom::lesson::{ClassState, Role};
use live_classroom::office;
use live_classroom::server;
use live_classroom::store::{Lesson, NewSecret, SecretKind, Store};
use serde::Serialize;

/// Number of trainees who get a link by default.
pub(super) const TRAINEES: u32 = 3;

const DEMO: &str = "demo";
const DEMO_TITLE: &str = "演示课 · Demo lesson";

/// A person and their link.
#[derive(Serialize)]
pub(super) struct Link {
    role: Role,
    name: String,
    url: String,
}

/// `live-classroom links`
pub(super) async fn run(
    config: &Config,
    store: &Store,
    lesson: Option<String>,
    trainees: u32,
    json: bool,
) -> anyhow::Result<()> {
    let lesson = match lesson {
        Some(lesson) => lesson,
        None => demo_lesson(store).await?,
    };
    match store.lessons().find(&lesson).await? {
        None => bail!("there is no lesson {lesson:?}; `live-classroom lesson` makes one"),
        Some(known) if known.state == ClassState::Ended => bail!(ended(store, &known).await?),
        Some(_) => {}
    }
    let base = base(config);
    let links = make(config, store, &lesson, trainees, &base).await?;
    show(config, &lesson, &base, &links, json)
}

/// `live-classroom links --person ID`: a person comes back, to appeal for example.
pub(super) async fn again(
    config: &Config,
    store: &Store,
    person: &str,
    lesson: Option<String>,
    json: bool,
) -> anyhow::Result<()> {
    let Some((name, role)) = store.people().find(person).await? else {
        bail!(
            "there is nobody with the id {person:?}; class sheets and audit files name people by their ids"
        );
    };
    let lessons = store.lessons().of_person(person).await?;
    let lesson = match (role, lesson) {
        (Role::Operator, _) => None,
        (_, Some(lesson)) if lessons.contains(&lesson) => Some(lesson),
        (_, Some(lesson)) => bail!("{name} ({person}) does not belong to the lesson {lesson:?}"),
        (_, None) => match lessons.into_iter().next() {
            None => bail!("{name} ({person}) belongs to no lesson"),
            lesson => lesson,
        },
    };
    let base = base(config);
    let shown = lesson.clone().unwrap_or_else(|| "—".into());
    let links = [link(config, store, person, name, role, lesson, &base).await?];
    show(config, &shown, &base, &links, json)
}

fn show(config: &Config, lesson: &str, base: &str, links: &[Link], json: bool) -> anyhow::Result<()> {
    if json {
        return super::print(&format!("{}\n", serde_json::to_string_pretty(links)?));
    }
    super::print(&block(config, lesson, base, links))
}

/// The people who may want to come back to a lesson that has ended, and how.
async fn ended(store: &Store, lesson: &Lesson) -> anyhow::Result<String> {
    let id = &lesson.id;
    let mut text =
        format!("the lesson {id:?} has ended; its people come back with `links --lesson {id} --person ID`");
    for one in store.class_lists().of_lesson(id, &lesson.plan.content).await? {
        text += &format!("\n  {}  {}", one.who.id, one.who.name);
    }
    Ok(text)
}

/// The demo lesson that has not ended yet; made if necessary. (`demo`, after its end `demo-2`, …)
pub(super) async fn demo_lesson(store: &Store) -> anyhow::Result<String> {
    for number in 1..=u32::MAX {
        let id = if number == 1 { DEMO.to_string() } else { format!("{DEMO}-{number}") };
        match store.lessons().find(&id).await? {
            Some(lesson) if lesson.state == ClassState::Ended => {}
            Some(_) => return Ok(id),
            None => {
                office::timetable::make_usual(store, &id, DEMO_TITLE)
                    .await
                    .context("cannot make the demo lesson")?;
                return Ok(id);
            }
        }
    }
    bail!("there are too many demo lessons")
}

/// Makes an instructor, trainees and an operator, and a link for each.
pub(super) async fn make(
    config: &Config,
    store: &Store,
    lesson: &str,
    trainees: u32,
    base: &str,
) -> anyhow::Result<Vec<Link>> {
    let mut people = vec![(Role::Instructor, "王老师".to_string())];
    people.extend((1..=trainees).map(|number| (Role::Trainee, format!("学员{number}"))));
    people.push((Role::Operator, "运维".to_string()));

    let mut links = Vec::with_capacity(people.len());
    for (role, name) in people {
        let person = store.people().add(&name, role).await?;
        let lesson = (role != Role::Operator).then(|| lesson.to_string());
        links.push(link(config, store, &person, name, role, lesson, base).await?);
    }
    Ok(links)
}

async fn link(
    config: &Config,
    store: &Store,
    person: &str,
    name: String,
    role: Role,
    lesson: Option<String>,
    base: &str,
) -> anyhow::Result<Link> {
    let link = NewSecret {
        kind: SecretKind::Link,
        person: Some(person.to_owned()),
        role,
        lesson,
        expires_at_ms: super::in_hours_ms(config.limits.link_ttl_h),
    };
    let secret = office::links::make(store, link).await?;
    Ok(Link { role, name, url: format!("{base}/in#{secret}") })
}

/// The address of the links, with the path of a proxy: of the running server, else of where it would listen.
pub(super) fn base(config: &Config) -> String {
    let running = server::running_at(&config.server.data);
    running.unwrap_or_else(|| match config.server.listen.parse() {
        Ok(addr) => server::url(addr, config.server.tls) + config.server.base_path.trim_end_matches('/'),
        Err(_) => format!("http://{}", config.server.listen),
    })
}

/// The links in readable form.
pub(super) fn block(config: &Config, lesson: &str, base: &str, links: &[Link]) -> String {
    let hours = config.limits.link_ttl_h;
    let rule = "─".repeat(72);
    let mut text = format!(
        "\n{rule}\n 课堂 {lesson}：点击链接即可登录（每条只能用一次，{hours} 小时内有效）\n \
         Lesson {lesson}: click to sign in (each link works once, within {hours} hours)\n\n"
    );
    for link in links {
        let role = match link.role {
            Role::Instructor => "讲师 instructor",
            Role::Trainee => "学员 trainee   ",
            Role::Operator => "运维 operator  ",
        };
        text += &format!(" {role}  {}\n", link.url);
    }
    text += &format!("\n 新链接 · fresh links:  {}\n", command(config));
    if base.contains("//localhost:") && !config.server.listen.starts_with("127.") {
        text += &phones(base);
    }
    text + &rule + "\n"
}

/// The command that prints links.
pub(super) fn command(config: &Config) -> String {
    format!("{} links --data {}", super::program(), config.server.data.display())
}

/// Other devices cannot use "localhost".
fn phones(base: &str) -> String {
    let Some(ip) = server::machine_ips().into_iter().find(|ip| !ip.is_loopback()) else {
        return String::new();
    };
    let ip = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
    let there = base.replace("localhost", &ip);
    let mut text = format!(" 手机等其他设备 · on other devices:  {there}/in#…\n");
    if base.starts_with("http:") {
        text += " 其他设备使用摄像头和麦克风需要 HTTPS · cameras there need --tls self-signed\n";
    }
    text
}
