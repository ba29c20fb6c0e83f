//! Rights in a room: a table for commands, one for their targets, one for publishing.

use super::kinds::Kinds;
use super::roster::Access;
use crate::classroom::message::{Command, Participant};
use crate::lesson::{Role, SourceKind};
use crate::sfu::subscriber::ParticipantId;

/// Whether a role may give a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    Always,
    Never,
    /// Only with oneself as the target.
    Oneself,
}

/// The table. A command allowed for the role may still not fit the moment.
#[rustfmt::skip]
fn may(role: Role, command: &Command) -> May {
    use May::{Always as Yes, Never as No, Oneself};
    let (instructor, trainee, operator) = match command {
        //                             instructor trainee operator
        Command::StartClass          => (Yes,     No,      Yes),
        Command::PauseClass          => (Yes,     No,      Yes),
        Command::EndClass            => (Yes,     No,      Yes),
        Command::Chat { .. }         => (Yes,     Yes,     Yes),
        Command::ChatRemove { .. }   => (Yes,     No,      Yes),
        Command::ChatMute { .. }     => (Yes,     No,      Yes),
        Command::Hand { .. }         => (No,      Yes,     No),
        Command::LowerHand { .. }    => (Yes,     No,      Yes),
        Command::BringOnStage { .. } => (Yes,     No,      Yes),
        Command::TakeOffStage { .. } => (Yes,     Oneself, Yes),
        Command::Sending { .. }      => (Yes,     Yes,     No),
        Command::Mute { .. }         => (Yes,     No,      Yes),
        Command::Unmute { .. }       => (Yes,     No,      Yes),
        Command::MuteAll             => (Yes,     No,      Yes),
        Command::Remove { .. }       => (Yes,     No,      Yes),
        Command::Readmit { .. }      => (Yes,     No,      Yes),
        Command::OffRecord { .. }    => (Yes,     No,      Yes),
        Command::AnswerCheck { .. }  => (No,      Yes,     No),
        Command::CallRoll            => (Yes,     No,      Yes),
        Command::VoidCheck { .. }    => (Yes,     No,      Yes),
        Command::OpenPoll { .. }     => (Yes,     No,      Yes),
        Command::AnswerPoll { .. }   => (No,      Yes,     No),
        Command::ClosePoll { .. }    => (Yes,     No,      Yes),
        Command::ShowPoll { .. }     => (Yes,     No,      Yes),
        Command::Want { .. }         => (Yes,     Yes,     Yes),
        Command::Tiles { .. }        => (Yes,     Yes,     Yes),
        Command::Leave               => (Yes,     Yes,     Yes),
    };
    match role {
        Role::Instructor => instructor,
        Role::Trainee => trainee,
        Role::Operator => operator,
    }
}

/// Whether the role may give this command at all.
pub(super) fn allowed(role: Role, me: ParticipantId, command: &Command) -> bool {
    match may(role, command) {
        May::Always => true,
        May::Never => false,
        May::Oneself => target(command) == Some(me),
    }
}

/// Whether `actor` may do this to `target`: all staff moderate trainees; staff silence instructors, but only
/// an operator removes them; nobody moderates operators.
pub(super) fn may_target(actor: Role, target: Role, command: &Command) -> bool {
    match command {
        Command::Mute { .. } | Command::Unmute { .. } => target != Role::Operator,
        Command::Remove { .. } | Command::Readmit { .. } => match target {
            Role::Trainee => true,
            Role::Instructor => actor == Role::Operator,
            Role::Operator => false,
        },
        _ => target == Role::Trainee,
    }
}

/// The person a command is about.
pub(super) fn target(command: &Command) -> Option<ParticipantId> {
    match command {
        Command::ChatMute { participant, .. }
        | Command::LowerHand { participant }
        | Command::BringOnStage { participant, .. }
        | Command::TakeOffStage { participant }
        | Command::Mute { participant }
        | Command::Unmute { participant }
        | Command::Remove { participant }
        | Command::Readmit { participant } => Some(*participant),
        _ => None,
    }
}

/// The kinds a person's device may publish now, before any muting.
pub(super) fn publishable(person: &Participant, access: &Access) -> Kinds {
    let voice_and_face = Kinds::NONE.with(SourceKind::Mic).with(SourceKind::Camera);
    match (person.role, access) {
        (_, Access::Whep | Access::Hls { .. }) | (Role::Operator, _) => Kinds::NONE,
        (Role::Instructor, Access::Socket { .. }) => voice_and_face.with(SourceKind::Screen),
        (Role::Instructor, Access::Whip) => voice_and_face,
        (Role::Trainee, Access::Whip) => Kinds::NONE,
        (Role::Trainee, Access::Socket { .. }) if !person.on_stage => Kinds::NONE,
        (Role::Trainee, Access::Socket { .. }) if person.camera_allowed => voice_and_face,
        (Role::Trainee, Access::Socket { .. }) => Kinds::NONE.with(SourceKind::Mic),
    }
}
