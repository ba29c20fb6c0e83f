//! Questions to everybody, the answers of trainees, and who may know them.

use super::lesson::{Lesson, moment};
use super::*;
use crate::attendance::fact::NewPoll;
use crate::classroom::message::{
    POLL_OPTION_CHARS_MAX, POLL_QUESTION_CHARS_MAX, Poll, PollAnswer, PollResult, PollRound,
};

fn ask(question: &str, options: &[&str]) -> NewPoll {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    NewPoll { question: question.into(), options, multiple: false, right: vec![] }
}

pub(super) fn yes_or_no() -> NewPoll {
    ask("", &["是", "否"])
}

fn abc() -> NewPoll {
    ask("哪一个？", &["A", "B", "C"])
}

fn open(poll: NewPoll) -> Command {
    Command::OpenPoll { poll }
}

fn answer(poll: u32, choices: &[u8]) -> Command {
    Command::AnswerPoll { poll, choices: choices.to_vec() }
}

fn close(poll: u32) -> Command {
    Command::ClosePoll { poll }
}

fn show(poll: u32, on: bool) -> Command {
    Command::ShowPoll { poll, on }
}

fn state(class: &Class, connection: ConnectionId) -> &RoomState {
    class.clients[&connection].state.as_ref().unwrap()
}

fn poll(class: &Class, connection: ConnectionId) -> Option<Poll> {
    state(class, connection).poll.clone()
}

fn result(class: &Class, connection: ConnectionId) -> Option<PollResult> {
    poll(class, connection).and_then(|poll| poll.result)
}

/// The own answer to the poll on the screen.
fn mine(class: &Class, connection: ConnectionId) -> Option<Vec<u8>> {
    let state = state(class, connection);
    let poll = state.poll.as_ref()?.poll;
    let mine = |answer: &&PollAnswer| answer.poll == poll;
    state.poll_answers.iter().find(mine).map(|answer| answer.choices.clone())
}

/// The voters of each option, by participant number.
fn votes(round: &PollRound) -> Vec<Vec<u32>> {
    round.votes.iter().map(|option| option.iter().map(|id| id.0).collect()).collect()
}

#[test]
fn a_poll_is_asked_answered_closed_and_shown() {
    let mut class = Class::new();
    let (teacher, ann, bob) = (class.instructor(), class.trainee("ann"), class.trainee("bob"));
    let quiz = NewPoll { right: vec![1], ..abc() };
    class.ask(teacher, open(quiz.clone())).unwrap();
    let seen = poll(&class, ann).expect("everybody sees it");
    assert_eq!((seen.poll, seen.question.as_str(), seen.options.len()), (1, "哪一个？", 3));
    assert_eq!((seen.multiple, seen.result), (false, None), "the right answer is not told before");

    class.ask(ann, answer(1, &[0])).unwrap();
    class.ask(ann, answer(1, &[1])).expect("a mind can change");
    class.ask(bob, answer(1, &[2])).unwrap();
    assert_eq!((mine(&class, ann), mine(&class, bob)), (Some(vec![1]), Some(vec![2])));
    assert_eq!(mine(&class, teacher), None);
    class.pass(1);
    assert_eq!(votes(&state(&class, teacher).polls[0]), [vec![], vec![2], vec![3]]);
    assert!(state(&class, ann).polls.is_empty(), "who chose what is for staff alone");

    class.ask(teacher, close(1)).unwrap();
    assert_eq!([ann, teacher].map(|one| poll(&class, one)), [None, None]);
    assert_eq!(class.ask(bob, answer(1, &[1])), Err(Refusal::TooLate));
    class.ask(teacher, show(1, true)).unwrap();
    let told = PollResult { answered: 2, counts: vec![0, 1, 1], right: vec![1] };
    assert_eq!((result(&class, bob), mine(&class, bob)), (Some(told), Some(vec![2])));
    class.ask(teacher, show(1, false)).unwrap();
    assert_eq!((poll(&class, bob), mine(&class, bob)), (None, None));

    let by = || "id of 王老师".to_owned();
    let answered = |name: &str, choice| (id_of(name), What::PollAnswered { poll: 1, choices: vec![choice] });
    let facts = class.facts().split_off(3);
    assert_eq!(
        facts,
        [
            (None, What::PollOpened { poll: 1, by: by(), ask: quiz }),
            answered("ann", 0),
            answered("ann", 1),
            answered("bob", 2),
            (None, What::PollClosed { poll: 1, by: by() }),
            (None, What::PollShown { poll: 1, by: by(), on: true }),
            (None, What::PollShown { poll: 1, by: by(), on: false }),
        ]
    );
}

#[test]
fn one_poll_at_a_time_and_earlier_results_can_be_shown_again() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    class.ask(teacher, open(abc())).unwrap();
    class.ask(ann, answer(1, &[0])).unwrap();
    for refused in [open(abc()), show(1, true)] {
        assert_eq!(class.ask(teacher, refused.clone()), Err(Refusal::WrongState), "{refused:?}");
    }
    class.ask(teacher, close(1)).unwrap();
    for refused in [close(1), show(1, false)] {
        assert_eq!(class.ask(teacher, refused.clone()), Err(Refusal::WrongState), "{refused:?}");
    }
    class.ask(teacher, show(1, true)).unwrap();
    // The next question replaces the result; the answer to the last one is not its answer.
    class.ask(teacher, open(yes_or_no())).unwrap();
    assert_eq!((poll(&class, ann).unwrap().poll, mine(&class, ann)), (2, None));
    assert_eq!(class.ask(teacher, show(1, true)), Err(Refusal::WrongState), "not while one is open");
    class.ask(teacher, close(2)).unwrap();
    class.ask(teacher, show(2, true)).unwrap();
    assert_eq!(result(&class, ann).unwrap().answered, 0);
    class.ask(teacher, show(1, true)).unwrap();
    assert_eq!((poll(&class, ann).unwrap().poll, result(&class, ann).unwrap().counts), (1, vec![1, 0, 0]));
    assert_eq!(state(&class, teacher).polls.len(), 2);
    for refused in [close(3), show(3, true), show(0, true)] {
        assert_eq!(class.ask(teacher, refused.clone()), Err(Refusal::NotFound), "{refused:?}");
    }
}

#[test]
fn only_answers_to_the_question_count() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    assert_eq!(class.ask(ann, answer(1, &[0])), Err(Refusal::NotFound));
    class.ask(teacher, open(abc())).unwrap();
    for choices in [&[][..], &[3], &[255], &[0, 1], &[0, 3]] {
        assert_eq!(class.ask(ann, answer(1, choices)), Err(Refusal::Malformed), "{choices:?}");
    }
    assert_eq!(class.ask(ann, answer(2, &[0])), Err(Refusal::NotFound));
    class.ask(ann, answer(1, &[2, 2])).expect("twice the same is once");
    assert_eq!(mine(&class, ann), Some(vec![2]));
    class.ask(teacher, close(1)).unwrap();

    class.ask(teacher, open(NewPoll { multiple: true, ..abc() })).unwrap();
    class.ask(ann, answer(2, &[2, 0])).unwrap();
    assert_eq!(mine(&class, ann), Some(vec![0, 2]), "in order");
    class.ask(teacher, close(2)).unwrap();
    class.ask(teacher, show(2, true)).unwrap();
    let told = PollResult { answered: 1, counts: vec![1, 0, 1], right: vec![] };
    assert_eq!(result(&class, ann), Some(told));
}

#[test]
fn staff_ask_and_trainees_answer() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    let operator = class.join("运维", Role::Operator);
    for command in [open(abc()), close(1), show(1, true)] {
        assert_eq!(class.ask(ann, command.clone()), Err(Refusal::NotAllowed), "{command:?}");
    }
    class.ask(operator, open(abc())).unwrap();
    for staff in [operator, teacher] {
        assert_eq!(class.ask(staff, answer(1, &[0])), Err(Refusal::NotAllowed));
    }
    class.ask(teacher, close(1)).unwrap();
}

#[test]
fn a_question_is_cleaned_or_refused() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    let long = |chars: usize| "课".repeat(chars);
    let right = |right: &[u8], multiple| NewPoll { right: right.to_vec(), multiple, ..abc() };
    let cases = [
        (ask("x", &["A"]), Refusal::Malformed),
        (ask("x", &["A"; 7]), Refusal::Malformed),
        (ask("x", &["A", " \u{200b}"]), Refusal::TextLength),
        (ask("x", &["A", &long(POLL_OPTION_CHARS_MAX + 1)]), Refusal::TextLength),
        (ask(&long(POLL_QUESTION_CHARS_MAX + 1), &["A", "B"]), Refusal::TextLength),
        (right(&[3], false), Refusal::Malformed),
        (right(&[0, 1], false), Refusal::Malformed),
    ];
    for (poll, refusal) in cases {
        assert_eq!(class.ask(teacher, open(poll.clone())), Err(refusal), "{poll:?}");
    }
    class
        .ask(teacher, open(ask(" 一\n行\u{7}\u{202e} ", &["是\u{0}", &long(POLL_OPTION_CHARS_MAX)])))
        .unwrap();
    let seen = poll(&class, ann).unwrap();
    assert_eq!((seen.question.as_str(), seen.options[0].as_str()), ("一 行", "是"));
    class.ask(teacher, close(1)).unwrap();
    class.ask(teacher, open(right(&[2, 0, 2], true))).unwrap();
    assert_eq!(state(&class, teacher).polls[1].ask.right, [0, 2]);
}

#[test]
fn polls_and_answers_have_an_end() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    class.ask(teacher, open(abc())).unwrap();
    for n in 0..20 {
        class.ask(ann, answer(1, &[n % 2])).unwrap();
        class.ask(ann, answer(1, &[n % 2])).expect("the same again is no change");
    }
    assert_eq!(class.ask(ann, answer(1, &[2])), Err(Refusal::TooMany));
    assert_eq!(
        class.facts().iter().filter(|(_, what)| matches!(what, What::PollAnswered { .. })).count(),
        20
    );
    class.ask(teacher, close(1)).unwrap();
    for poll in 2..=50 {
        class.ask(teacher, open(abc())).unwrap();
        class.ask(teacher, close(poll)).unwrap();
    }
    assert_eq!(class.ask(teacher, open(abc())), Err(Refusal::TooMany));
}

#[test]
fn an_open_poll_waits_for_who_comes_back_comes_late_or_reloads() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    class.disconnect(ann);
    class.ask(teacher, open(abc())).unwrap();
    let resume = class.resume(ann);
    let back = class.try_join("ann", Role::Trainee, Some(&resume)).unwrap();
    let told = class.events(back);
    assert!(told.iter().any(|event| matches!(event, RoomEvent::Poll { poll: Some(_) })), "{told:?}");
    class.ask(back, answer(1, &[1])).unwrap();
    // A second device and a reload know the answer, a late comer only the question.
    let phone = class.trainee("ann");
    assert_eq!((poll(&class, phone).unwrap().poll, mine(&class, phone)), (1, Some(vec![1])));
    class.ask(phone, answer(1, &[2])).unwrap();
    let reload = Resume { seq: None, ..class.resume(phone) };
    let reloaded = class.try_join("ann", Role::Trainee, Some(&reload)).unwrap();
    assert_eq!(mine(&class, reloaded), Some(vec![2]));
    let late = class.trainee("late");
    assert_eq!((poll(&class, late).unwrap().poll, mine(&class, late)), (1, None));
}

#[test]
fn polls_outlive_a_restart() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    class.ask(teacher, open(abc())).unwrap();
    class.ask(ann, answer(1, &[1])).unwrap();
    class.ask(teacher, close(1)).unwrap();
    class.ask(teacher, open(yes_or_no())).unwrap();
    class.ask(ann, answer(2, &[0])).unwrap();

    let before = class.facts.clone();
    let mut class = Class::again(&before);
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    assert!(!class.events(teacher).iter().any(|event| matches!(event, RoomEvent::Poll { .. })));
    assert_eq!((poll(&class, ann).unwrap().poll, mine(&class, ann)), (2, Some(vec![0])));
    assert_eq!(state(&class, teacher).polls.len(), 2);
    class.ask(ann, answer(2, &[1])).unwrap();
    class.ask(teacher, close(2)).unwrap();
    class.ask(teacher, show(1, true)).unwrap();
    assert_eq!(result(&class, ann).unwrap().counts, [0, 1, 0]);
    class.ask(teacher, open(abc())).unwrap();
    assert_eq!(poll(&class, ann).unwrap().poll, 3);
}

#[test]
fn nobody_is_promised_an_answer_that_cannot_be_stored() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    class.ask(teacher, open(abc())).unwrap();
    class.room.set_storing(false);
    assert_eq!(class.ask(ann, answer(1, &[0])), Err(Refusal::Unavailable));
    assert_eq!((mine(&class, ann), poll(&class, ann).is_some()), (None, true));
}

#[test]
fn an_answered_poll_proves_attention_in_its_block() {
    let (mut lesson, [ann, _]) = Lesson::begun(["安", "bob"]);
    lesson.ask_staff(open(abc()));
    lesson.class.ask(ann, answer(1, &[0])).unwrap();
    lesson.live_until(1, moment(1) + 200);
    let missed = lesson.told().iter().filter(|told| told.contains("missed b1")).count();
    assert_eq!(missed, 2, "both were asked and said nothing: {:?}", lesson.told());
    assert_eq!((lesson.void_blocks("安"), lesson.void_blocks("bob")), (vec![], vec![1]));
}

#[test]
fn a_result_is_shown_to_those_who_were_asked_and_to_staff() {
    let mut class = Class::new();
    let (teacher, ann, bob) = (class.instructor(), class.trainee("ann"), class.trainee("bob"));
    class.ask(bob, Command::Leave).unwrap();
    class.ask(teacher, open(abc())).unwrap();
    let cai = class.trainee("cai");
    class.ask(teacher, close(1)).unwrap();
    let bob = class.trainee("bob");
    class.ask(teacher, show(1, true)).unwrap();
    let shown = |class: &Class| [teacher, ann, bob, cai].map(|one| result(class, one).is_some());
    assert_eq!(shown(&class), [true, true, false, true], "bob was not here while it was open");
    for (name, role, expected) in
        [("ann", Role::Trainee, true), ("bob", Role::Trainee, false), ("王老师", Role::Instructor, true)]
    {
        let again = class.join(name, role);
        assert_eq!(result(&class, again).is_some(), expected, "a snapshot for {name}");
    }
    // As after a restart.
    let mut again = Class::again(&class.facts);
    for (name, expected) in [("ann", true), ("bob", false), ("cai", true)] {
        let one = again.trainee(name);
        assert_eq!(result(&again, one).is_some(), expected, "{name} after a restart");
    }
    class.ask(teacher, open(yes_or_no())).unwrap();
    assert!(poll(&class, bob).is_some(), "the next question is for everybody");
}
