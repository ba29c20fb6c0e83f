//! The reason why the place of the instructor's picture is dark.

use super::*;
use crate::classroom::message::PictureState::{self, Closed, Lost, NotYet, Shown};
use SourceKind::{Camera, Mic};

/// The state in the view of a trainee.
fn seen(class: &Class, trainee: ConnectionId) -> PictureState {
    let state = class.clients[&trainee].state.as_ref().unwrap();
    state.participants.iter().find(|line| line.role == Role::Instructor).unwrap().picture
}

fn says(class: &mut Class, teacher: ConnectionId, kinds: &[SourceKind]) {
    class.ask(teacher, Command::Sending { kinds: kinds.to_vec() }).unwrap();
}

#[test]
fn not_opened_closed_and_lost_are_told_apart() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    let leg = class.leg(teacher);
    says(&mut class, teacher, &[Mic]);
    class.arrives(leg, &[Mic]);
    assert_eq!(seen(&class, ann), NotYet);

    says(&mut class, teacher, &[Mic, Camera]);
    assert_eq!(seen(&class, ann), NotYet, "no packet has come");
    class.arrives(leg, &[Mic, Camera]);
    assert_eq!(seen(&class, ann), Shown);

    says(&mut class, teacher, &[Mic]);
    assert_eq!(seen(&class, ann), Closed, "said before the packets stop");
    class.arrives(leg, &[Mic]);
    assert_eq!(seen(&class, ann), Closed);

    says(&mut class, teacher, &[Mic, Camera]);
    class.arrives(leg, &[Mic, Camera]);
    class.arrives(leg, &[]);
    assert_eq!(seen(&class, ann), Lost, "the packets stopped without a word");
    class.arrives(leg, &[Mic, Camera]);
    assert_eq!(seen(&class, ann), Shown);
}

#[test]
fn a_tab_that_is_gone_is_lost_at_once_and_one_that_leaves_is_closed() {
    for leaves in [false, true] {
        let mut class = Class::new();
        let (teacher, ann) = (class.instructor(), class.trainee("ann"));
        let leg = class.leg(teacher);
        says(&mut class, teacher, &[Mic, Camera]);
        class.arrives(leg, &[Mic, Camera]);
        if leaves {
            class.ask(teacher, Command::Leave).unwrap();
            assert_eq!(seen(&class, ann), Closed);
            continue;
        }
        let effects = class.room.disconnected(class.now, teacher);
        class.take(effects);
        class.arrives(leg, &[]);
        assert_eq!(seen(&class, ann), Lost);
        class.pass(120);
        assert_eq!(seen(&class, ann), Lost, "and stays so when the window to come back is over");
        let teacher = class.instructor();
        assert_eq!(seen(&class, ann), Lost, "the page is back and has said nothing");
        class.leg(teacher);
        says(&mut class, teacher, &[]);
        assert_eq!(seen(&class, ann), Closed);
    }
}
