//! What a room tells the recorder: who sends, and what happened, once it is stored.

use std::time::Instant;

use crate::attendance::fact::{Fact, What};
use crate::classroom::Room;
use crate::live::recorder::RoomRecorder;
use crate::protocol::ClassState;
use crate::recording::manifest::Event;

/// Tells the recorder of facts that are on disk. What switches recording on or off happened when the
/// media side was told (`switched_at`), not when the fact was synced: nothing said meanwhile may
/// seem to be off the record and is not.
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

/// What the replay shows of a fact.
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
