//! The inputs of a room through its handles.

use tokio::sync::oneshot;

use crate::attendance::fact::LeftReason;
use crate::classroom::Displaced;
use crate::live::room::{
    ConnectionId, Entitled, Fetched, HttpLeg, HttpLegRefused, Identity, Joined, SignedOut,
};
use crate::protocol::{ClientMessage, OperatorAction, Refusal, Resume};

pub(super) type Reply<T> = oneshot::Sender<T>;

pub(in crate::live::room) enum Input {
    Join {
        who: Identity,
        session: Option<String>,
        resume: Option<Resume>,
        reply: Reply<Result<Joined, Refusal>>,
    },
    Message {
        connection: ConnectionId,
        message: ClientMessage,
    },
    Alive(ConnectionId),
    Disconnected(ConnectionId),
    HttpLeg {
        who: Identity,
        publish: bool,
        offer: String,
        reply: Reply<Result<HttpLeg, HttpLegRefused>>,
    },
    Leave(ConnectionId),
    /// A person's sign-in or account has ended.
    SignedOut {
        whose: SignedOut,
        reason: LeftReason,
    },
    /// The right of these to be in class has ended.
    Displaced(Displaced),
    Operator {
        by: Identity,
        action: OperatorAction,
        reply: Reply<Result<(), Refusal>>,
    },
    /// A trainee's player fetched a piece of the recording.
    Fetched {
        who: Identity,
        piece: Fetched,
    },
    /// Whether the person is in class now.
    Attends {
        person: String,
        reply: Reply<bool>,
    },
    /// Those in class whose right to be there can end.
    Entitled(Reply<Entitled>),
    Stop,
}
