//! The room's notices to the recorder: senders, and events once they are stored.

use std::time::Instant;

use crate::attendance::fact::{Fact, What};
use crate::classroom::{Room, notice_of};
use crate::lesson::ClassState;
use crate::live::recorder::RoomRecorder;
use crate::recording::manifest::Event;

/// Tells the recorder of facts that are on disk. Switching recording on or off takes effect when the media
/// side is told (`switched_at`), not when the fact is synced: no word spoken meanwhile may seem to be off the
/// record without being so.
pub(super) fn tell(recorder: &RoomRecorder, room: &Room, facts: &[Fact], switched_at: Option<Instant>) {
    for event in facts.iter().filter_map(|fact| event(room, fact)) {
        let ended = event == Event::Class { class: ClassState::Ended };
        let switches = matches!(event, Event::OffRecord { .. } | Event::Class { .. });
        let at = switched_at.filter(|_| switches).unwrap_or_else(Instant::now);
        recorder.event(at, event);
        if ended {
            recorder.end();
        }
    }
}

/// The event of a fact in the replay.
fn event(room: &Room, fact: &Fact) -> Option<Event> {
    let class = |class| Some(Event::Class { class });
    match &fact.what {
        What::ClassStarted | What::ClassResumed => class(ClassState::Live),
        What::ClassPaused => class(ClassState::Paused),
        What::ClassEnded { .. } => class(ClassState::Ended),
        What::ClassReopened { to, .. } => class(*to),
        What::OffRecord { on, .. } => Some(Event::OffRecord { on: *on }),
        What::OnStage { .. } => stage(room, fact, true),
        What::OffStage { .. } => stage(room, fact, false),
        What::Chat { line, text } => {
            let who = room.identity(fact.person.as_deref()?)?;
            Some(Event::Chat {
                line: *line,
                person: who.person,
                name: who.name,
                role: who.role,
                text: text.clone(),
            })
        }
        What::ChatRemoved { line, .. } => Some(Event::ChatRemoved { line: *line }),
        What::OperatorAction { action, .. } => {
            let text = notice_of(action)?.to_owned();
            Some(Event::Notice { text })
        }
        What::PollOpened { poll, ask, .. } => {
            let (question, options) = (ask.question.clone(), ask.options.clone());
            Some(Event::Poll { poll: *poll, question, options })
        }
        _ => None,
    }
}

fn stage(room: &Room, fact: &Fact, on: bool) -> Option<Event> {
    let who = room.identity(fact.person.as_deref()?)?;
    Some(Event::Stage { person: who.person, name: who.name, on })
}
