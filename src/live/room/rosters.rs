//! Rooms and the rosters and timetables of their classes, which the office changes while lessons run.

use futures_util::future::join_all;

use super::task::Input;
use super::{Entitled, RoomHandle, Rooms};
use crate::classroom::Displaced;

impl Rooms {
    /// Closes sockets and legs of trainees who are off the roster of the class, and of staff who no longer teach
    /// the lesson or watch over it, in every running class. People who come later are checked against the store.
    pub async fn recheck_rosters(&self) {
        let rooms: Vec<(String, RoomHandle)> =
            self.shared.running.iter().map(|room| (room.key().clone(), room.clone())).collect();
        join_all(rooms.iter().map(|(lesson, room)| self.recheck_roster(lesson, room))).await;
    }

    async fn recheck_roster(&self, lesson: &str, room: &RoomHandle) {
        if let Some(here) = room.ask(Input::Entitled).await {
            self.recheck(lesson, room, here).await;
        }
    }

    /// Does the same for the people `here` of one room. If the store does not answer, nobody is sent away.
    pub async fn recheck(&self, lesson: &str, room: &RoomHandle, here: Entitled) {
        match self.displaced(lesson, here).await {
            Ok(displaced) if displaced.is_empty() => {}
            Ok(displaced) => room.tell(Input::Displaced(displaced)).await,
            Err(error) => tracing::error!(lesson, "cannot tell who has no place in class: {error:#}"),
        }
    }

    async fn displaced(&self, lesson: &str, here: Entitled) -> anyhow::Result<Displaced> {
        let timetable = self.shared.store.timetable();
        let mut displaced = Displaced::default();
        if !here.trainees.is_empty() {
            displaced.trainees = timetable.off_roster(lesson, &here.trainees).await?;
        }
        if !here.staff.is_empty() {
            let sessions: Vec<&str> = here.staff.iter().map(|(session, _)| session.as_str()).collect();
            let ties = timetable.ties(lesson, &sessions).await?;
            let has_ended =
                |(session, role): &(String, _)| ties.get(session).is_some_and(|tie| !tie.keeps(*role));
            displaced.staff = here.staff.into_iter().filter(has_ended).map(|(session, _)| session).collect();
        }
        Ok(displaced)
    }
}
