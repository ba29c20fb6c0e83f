//! The lessons that [`crate::programme::concerns`] checks.

use std::collections::BTreeMap;

use super::super::{Answer, OfficeRefusal, phases, policies};
use crate::account::role::Scope;
use crate::attendance::policy::Policy;
use crate::programme::concerns::Plan;
use crate::programme::phase::Phase;
use crate::protocol::{CheckPlan, PersonName};
use crate::store::Store;
use crate::store::lessons::LessonAhead;
use crate::text::mistake::Wrong;
use crate::time::{LocalDate, ServerInstant, Span};

/// Most lessons that are checked; one server has no more planned ahead.
const LESSONS_MAX: u32 = 20_000;

/// Lessons, and the names of their instructors.
pub struct Planned {
    pub plans: Vec<Plan>,
    pub names: BTreeMap<String, PersonName>,
}

/// Every live lesson of all phases that has not ended by `now_ms`, since people teach in more than one phase.
/// Those of `phase` with a class in `scope` are asked for. `policy` is the server's, for programmes without
/// one.
pub async fn ahead(
    store: &Store,
    phase: &str,
    scope: &Scope,
    policy: &Policy,
    now_ms: u64,
) -> Answer<Planned> {
    let phase = phases::find(store, phase).await?;
    let policy = policies::in_force(store, &phase.programme, policy).await?;
    all_ahead(store, &phase, scope, &policy, now_ms).await
}

async fn all_ahead(
    store: &Store,
    phase: &Phase,
    scope: &Scope,
    policy: &Policy,
    now_ms: u64,
) -> Answer<Planned> {
    let lessons = store.lessons().ahead(now_ms, LESSONS_MAX).await?;
    let mut teaching: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for (lesson, name) in store.lessons().instructors_ahead(now_ms).await? {
        teaching.entry(lesson).or_default().push(name.person.clone());
        names.insert(name.person.clone(), name);
    }
    let plan = |lesson: LessonAhead| Plan {
        title: lesson.title,
        class: lesson.number,
        time: lesson.time,
        credit_ch: lesson.credit_ch,
        worth_ch: policy.steps_ch(lesson.time.length_ms() / 1000),
        instructors: teaching.remove(&lesson.id).unwrap_or_default(),
        is_asked_for: lesson.phase.as_deref() == Some(phase.id.as_str())
            && lesson.class.is_some_and(|class| scope.class(&class)),
        lesson: Some(lesson.id),
    };
    Ok(Planned { plans: lessons.into_iter().map(plan).collect(), names })
}

/// The lessons as they would be once `check` is saved; only the lessons of `check` are asked for.
pub async fn with(
    store: &Store,
    phase: &str,
    scope: &Scope,
    check: &CheckPlan,
    policy: &Policy,
    now_ms: u64,
) -> Answer<Planned> {
    let phase = phases::find(store, phase).await?;
    let policy = policies::in_force(store, &phase.programme, policy).await?;
    let mut planned = all_ahead(store, &phase, scope, &policy, now_ms).await?;
    let before = planned.plans.iter().position(|plan| plan.lesson.is_some() && plan.lesson == check.lesson);
    let before = before.map(|at| planned.plans.swap_remove(at));
    let numbers: Vec<Option<u32>> = match &before {
        Some(plan) => vec![plan.class],
        None => numbers_of(store, &phase.id, scope, &check.classes).await?.into_iter().map(Some).collect(),
    };
    if numbers.is_empty() {
        return Err(OfficeRefusal::field("classes", Wrong::Choice));
    }
    let from = ServerInstant::of_fact(check.planned_start_ms);
    let time = Span { from, to: from.plus_ms(u64::from(check.minutes) * 60_000) };
    refuse_what_cannot_be(&planned, &phase, before.is_none(), &numbers, time)?;
    planned.plans.iter_mut().for_each(|plan| plan.is_asked_for = false);
    planned.plans.extend(numbers.into_iter().map(|class| Plan {
        lesson: check.lesson.clone(),
        title: check.title.clone(),
        class,
        time,
        credit_ch: check.credit_ch.or_else(|| before.as_ref().map(|plan| plan.credit_ch)).unwrap_or(0),
        worth_ch: policy.steps_ch(time.length_ms() / 1000),
        instructors: check.instructors.clone(),
        is_asked_for: true,
    }));
    for person in &check.instructors {
        if let Some((name, _)) = store.people().find(person).await? {
            planned.names.insert(person.clone(), PersonName { person: person.clone(), name });
        }
    }
    Ok(planned)
}

/// Refuses impossible lessons first: their concerns would help nobody.
fn refuse_what_cannot_be(
    planned: &Planned,
    phase: &Phase,
    is_new: bool,
    numbers: &[Option<u32>],
    time: Span<ServerInstant>,
) -> Answer<()> {
    let study = LocalDate::window(phase.study.first, phase.study.last);
    if is_new && (time.from < study.from || time.to > study.to) {
        return Err(OfficeRefusal::field("planned_start_ms", Wrong::Value));
    }
    let clashes = |plan: &Plan| {
        let same_class = plan.is_asked_for && numbers.contains(&plan.class);
        same_class && plan.time.from < time.to && time.from < plan.time.to
    };
    if planned.plans.iter().any(clashes) {
        return Err(OfficeRefusal::field("planned_start_ms", Wrong::Taken));
    }
    Ok(())
}

/// Numbers of the named classes, or of all within reach.
async fn numbers_of(store: &Store, phase: &str, scope: &Scope, named: &[String]) -> Answer<Vec<u32>> {
    let known = store.classes().numbers(phase).await?;
    let meant =
        known.into_iter().filter(|(id, _)| scope.class(id) && (named.is_empty() || named.contains(id)));
    Ok(meant.map(|(_, number)| number).collect())
}
