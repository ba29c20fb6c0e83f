//! The trainee's side of a self-test: begin a try, answer, hand in, and read the right answers once no try is left.
//! The arrival of a request counts.

use super::super::{OfficeRefusal, surveys};
use super::ending::{end, question};
use super::{Answer, QuizRefusal, tries};
use crate::chain::hex;
use crate::programme::quiz::paper::{Banked, Drawn, draw, right_options, take};
use crate::programme::quiz::{Ask, Question, Rule, way};
use crate::protocol::{
    MyQuiz, QuizAbout, QuizAsked, QuizGoal, QuizPaper, QuizReview, QuizReviewed, QuizSaved, QuizTry,
    SaveQuizAnswer,
};
use crate::store::quizzes::papers::{self, Given, NewPaper, Paper};
use crate::store::{Lane, Store, Writing, essays, quizzes, random_bytes};
use crate::time::ServerInstant;

/// The self-test of a phase for somebody who studies in it.
pub async fn mine(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<MyQuiz> {
    let standings = store.essays().standings(person).await?;
    let mut standings = standings.into_iter().filter(|one| one.phase == phase);
    let standing = standings.next().filter(|one| surveys::is_asked(one.state));
    let standing = standing.ok_or(OfficeRefusal::NotFound)?;
    let rule = store.quizzes().rule(phase).await?.ok_or(OfficeRefusal::NotFound)?;
    let mut papers = store.quizzes().papers(phase, person).await?;
    if papers.iter().any(|paper| is_overdue(paper, now_ms)) {
        settle(store, person, phase, now_ms).await?;
        papers = store.quizzes().papers(phase, person).await?;
    }
    let is_required = store.requirements(phase).await?.is_some_and(|asked| asked.quiz);
    let running = match papers.iter().find(|paper| paper.ended.is_none()) {
        Some(paper) => Some(shown(store, paper).await?),
        None => None,
    };
    let tries = tries(&papers);
    Ok(MyQuiz {
        phase: standing.phase,
        title: standing.title,
        now_ms,
        about: about(&rule, is_required),
        tries_left: tries.left(&rule),
        passed: tries.passed,
        reveals: tries.reveals(&rule),
        tries: papers.iter().filter_map(shown_try).collect(),
        running,
    })
}

/// The self-test among what a phase asks for; `None` = it has none.
pub async fn goal(
    store: &Store,
    person: &str,
    phase: &str,
    is_required: bool,
    now_ms: u64,
) -> anyhow::Result<Option<QuizGoal>> {
    let Some(rule) = store.quizzes().rule(phase).await? else { return Ok(None) };
    let papers = store.quizzes().papers(phase, person).await?;
    // A try whose time is over is used up, even before it is marked.
    let over = papers.iter().filter(|paper| is_overdue(paper, now_ms)).count();
    let tries = tries(&papers);
    Ok(Some(QuizGoal {
        about: about(&rule, is_required),
        passed: tries.passed,
        running: papers.iter().any(|paper| is_open(paper, now_ms)),
        tries_left: tries.left(&rule).saturating_sub(u32::try_from(over)?),
        best: (tries.ended > 0).then_some(tries.best),
    }))
}

fn about(rule: &Rule, is_required: bool) -> QuizAbout {
    QuizAbout {
        questions: rule.questions(),
        points: rule.points(),
        pass: rule.pass,
        tries: rule.tries,
        minutes: rule.minutes,
        closes_ms: rule.closes().ms(),
        reveal: rule.reveal,
        required: is_required,
    }
}

fn shown_try(paper: &Paper) -> Option<QuizTry> {
    let ended = paper.ended.as_ref()?;
    Some(QuizTry {
        number: paper.number,
        points: ended.mark.points,
        of: ended.mark.of,
        passed: ended.mark.passed,
        by_time: ended.by_time,
        ended_at_ms: ended.at_ms,
    })
}

/// A paper without anything of what is right.
async fn shown(store: &Store, paper: &Paper) -> Answer<QuizPaper> {
    let bank = store.quizzes().questions(&paper.drawn).await?;
    let given = store.quizzes().answers(paper).await?;
    let both = paper.drawn.iter().zip(&given);
    let questions = both.map(|(drawn, given)| Ok(asked(paper, question(&bank, drawn)?, drawn, given)));
    Ok(QuizPaper {
        number: paper.number,
        begun_at_ms: paper.begun_at_ms,
        closes_ms: paper.closes_ms,
        questions: questions.collect::<anyhow::Result<_>>()?,
    })
}

fn asked(paper: &Paper, question: &Question, drawn: &Drawn, given: &Given) -> QuizAsked {
    let options = question.ask.options();
    let shown = drawn.options.iter().filter_map(|place| options.get(usize::from(*place)).cloned());
    QuizAsked {
        kind: question.ask.kind(),
        points: paper.rule.points_of(question.ask.kind()),
        text: question.text.clone(),
        options: shown.collect(),
        answer: given.answer.clone(),
        times: given.times,
    }
}

fn is_overdue(paper: &Paper, now_ms: u64) -> bool {
    paper.ended.is_none() && !is_open(paper, now_ms)
}

fn is_open(paper: &Paper, now_ms: u64) -> bool {
    paper.ended.is_none()
        && way::is_open(ServerInstant::of_fact(paper.closes_ms), ServerInstant::of_fact(now_ms))
}

/// Marks a person's tries whose time is over.
async fn settle(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<()> {
    let mut writing = store.write(Lane::Office).await?;
    own(&mut writing, store, person, phase, now_ms).await?;
    writing.commit().await?;
    Ok(())
}

/// A person's tries; those whose time is over are marked first.
async fn own(
    writing: &mut Writing,
    store: &Store,
    person: &str,
    phase: &str,
    now_ms: u64,
) -> Answer<Vec<Paper>> {
    let standing = essays::standing(writing, phase, person).await?;
    standing.filter(|one| surveys::is_asked(one.state)).ok_or(OfficeRefusal::NotFound)?;
    let mut papers = papers::of_person(writing, phase, person).await?;
    for paper in papers.iter_mut().filter(|paper| is_overdue(paper, now_ms)) {
        paper.ended = Some(end(writing, store, paper, true, paper.closes_ms).await?);
    }
    Ok(papers)
}

/// Begins a try. One that is running already, on whichever device, goes on.
pub async fn begin(store: &Store, person: &str, phase: &str, number: u32, now_ms: u64) -> Answer<MyQuiz> {
    let mut writing = store.write(Lane::Office).await?;
    let papers = own(&mut writing, store, person, phase, now_ms).await?;
    let running = papers.iter().find(|paper| paper.ended.is_none());
    if running.is_none_or(|paper| paper.number != number) {
        let rule = quizzes::rule(&mut writing, phase).await?.ok_or(OfficeRefusal::NotFound)?;
        let (tries, now) = (tries(&papers), ServerInstant::of_fact(now_ms));
        tries.may_begin(&rule, now)?;
        if running.is_some() || number != tries.ended + 1 {
            return Err(QuizRefusal::OtherTry);
        }
        let bank = quizzes::bank(&mut writing, phase).await?;
        let seed = random_bytes::<16>()?;
        let banked: Vec<Banked> = bank.iter().map(|(id, question)| Banked::of(*id, question)).collect();
        let new = NewPaper {
            phase,
            person,
            number,
            rule: &rule,
            seed: &hex(&seed),
            drawn: &draw(&rule, &banked, &seed)?,
            begun_at_ms: now_ms,
            closes_ms: way::closes(&rule, now).ms(),
        };
        papers::append(&mut writing, &new).await?;
    }
    writing.commit().await?;
    mine(store, person, phase, now_ms).await
}

/// Keeps the answer to one question. The same answer again changes nothing. Another answer names the number of
/// answers before it, so that an answer of another device is not overwritten unseen.
pub async fn answer(
    store: &Store,
    person: &str,
    phase: &str,
    (number, place): (u32, u32),
    new: &SaveQuizAnswer,
    now_ms: u64,
) -> Answer<QuizSaved> {
    let mut writing = store.write(Lane::Office).await?;
    let papers = own(&mut writing, store, person, phase, now_ms).await?;
    let paper = papers.iter().find(|paper| paper.number == number).ok_or(OfficeRefusal::NotFound)?;
    if paper.ended.is_some() {
        // `own` has marked tries whose time is over: keep that.
        writing.commit().await?;
        return Err(QuizRefusal::Ended);
    }
    let at = usize::try_from(place).unwrap_or(usize::MAX);
    let drawn = paper.drawn.get(at).ok_or(OfficeRefusal::NotFound)?;
    let bank = papers::questions(&mut writing, std::slice::from_ref(drawn)).await?;
    let answer = take(&question(&bank, drawn)?.ask, &new.answer)?;
    let given = papers::answers(&mut writing, paper).await?;
    let mut times = given.get(at).map_or(0, |given| given.times);
    if given.get(at).is_some_and(|given| given.answer != answer) {
        if times != new.times {
            return Err(QuizRefusal::Elsewhere);
        }
        if times >= way::CHANGES_MAX {
            return Err(QuizRefusal::Often);
        }
        papers::append_answer(&mut writing, paper.id, place, &answer, now_ms).await?;
        times += 1;
        writing.commit().await?;
    }
    Ok(QuizSaved { times, now_ms, closes_ms: paper.closes_ms })
}

/// Hands a try in. One that has ended stays as it ended.
pub async fn hand_in(store: &Store, person: &str, phase: &str, number: u32, now_ms: u64) -> Answer<MyQuiz> {
    let mut writing = store.write(Lane::Office).await?;
    let papers = own(&mut writing, store, person, phase, now_ms).await?;
    let paper = papers.iter().find(|paper| paper.number == number).ok_or(OfficeRefusal::NotFound)?;
    if paper.ended.is_none() {
        end(&mut writing, store, paper, false, now_ms).await?;
    }
    writing.commit().await?;
    mine(store, person, phase, now_ms).await
}

/// A try with the right answers, once the person has no try left.
pub async fn review(
    store: &Store,
    person: &str,
    phase: &str,
    number: u32,
    now_ms: u64,
) -> Answer<QuizReview> {
    let mine = mine(store, person, phase, now_ms).await?;
    if !mine.reveals {
        return Err(QuizRefusal::NotShown);
    }
    let papers = store.quizzes().papers(phase, person).await?;
    let mut papers = papers.into_iter().filter(|paper| paper.number == number && paper.ended.is_some());
    let paper = papers.next().ok_or(OfficeRefusal::NotFound)?;
    let bank = store.quizzes().questions(&paper.drawn).await?;
    let given = store.quizzes().answers(&paper).await?;
    let right = paper.ended.as_ref().map(|ended| ended.mark.right.as_slice()).unwrap_or_default();
    let mut questions = Vec::new();
    for ((drawn, given), is_right) in paper.drawn.iter().zip(&given).zip(right) {
        let question = question(&bank, drawn)?;
        let (truth, spellings) = match &question.ask {
            Ask::Truth { right } => (Some(*right), Vec::new()),
            Ask::Blank { right } => (None, right.clone()),
            Ask::One { .. } | Ask::Several { .. } => (None, Vec::new()),
        };
        questions.push(QuizReviewed {
            asked: asked(&paper, question, drawn, given),
            is_right: *is_right,
            options: right_options(&question.ask, drawn),
            truth,
            spellings,
            explanation: question.explanation.clone(),
        });
    }
    Ok(QuizReview { number, questions })
}
