//! A headless participant: signs in, joins a lesson over the WebSocket, mirrors the room from the
//! snapshot and the deltas, sends commands, and holds at most one [`Connection`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use live_classroom::protocol::{
    Bye, ClientMessage, Command, PROTOCOL_VERSION, ParticipantId, Refusal, Resume, RoomEvent, RoomState,
    ServerMessage,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use crate::clock::Window;
use crate::connection::{Connection, Outlet, PeerMedia, Slot};
use crate::http::{self, SignedIn};
use crate::media::Shape;
use crate::meter::Received;
pub use crate::mirror::Welcome;
use crate::mirror::{Answer, Seen, Socket, read};
use crate::sending::Sending;

/// The time that an answer of the server may take before the peer gives up.
pub const ANSWER_TIME: Duration = Duration::from_secs(10);

/// One device of a signed-in person.
pub struct Peer {
    who: SignedIn,
    window: Arc<Window>,
    link: Option<Link>,
    seen: Arc<Seen>,
    connection: Option<Connection>,
    next_id: AtomicU32,
}

/// An open socket.
struct Link {
    sink: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    reader: JoinHandle<()>,
}

/// The reason why [`Peer::join`] failed.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The server refused with this reason.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The WebSocket was not opened: status and body.
    #[error("the socket was refused with {0}")]
    Http(u16),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl Peer {
    /// Redeems a one-click link's secret.
    pub async fn sign_in(base_url: &str, secret: &str) -> anyhow::Result<Peer> {
        Ok(Peer::of(http::sign_in(base_url, secret).await?))
    }

    /// Another device of a person who is signed in.
    pub fn of(who: SignedIn) -> Peer {
        Peer {
            who,
            window: Arc::default(),
            link: None,
            seen: Arc::default(),
            connection: None,
            next_id: AtomicU32::new(1),
        }
    }

    /// Counts only packets sent inside `window`; call it before [`Peer::offer`].
    pub fn measure_in(&mut self, window: Arc<Window>) {
        self.window = window;
    }

    pub fn who(&self) -> &SignedIn {
        &self.who
    }

    /// Opens the socket to `lesson` and waits for the whole state of the room.
    pub async fn join(&mut self, lesson: &str) -> Result<(), JoinError> {
        self.open(lesson, None).await
    }

    /// Opens the socket again, as the same device that continues where it stopped.
    pub async fn resume(&mut self) -> Result<(), JoinError> {
        let (resume, lesson) = self.resume_point()?;
        self.open(&lesson, Some(resume)).await
    }

    /// Opens the socket again as a reloaded page does: the same device, its state and media gone.
    pub async fn reload(&mut self) -> Result<(), JoinError> {
        let (resume, lesson) = self.resume_point()?;
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
        self.open(&lesson, Some(Resume { seq: None, ..resume })).await
    }

    /// Another tab that knows the same device secret, as a duplicated tab does.
    pub fn copy_of_device(&self) -> Peer {
        let mut copy = Peer::of(self.who.clone());
        copy.steal_device(self);
        copy
    }

    /// Takes over what `other` would resume with.
    pub fn steal_device(&mut self, other: &Peer) {
        self.drop_socket();
        let stolen = Seen::default();
        {
            let (theirs, mut own) = (other.seen.lock(), stolen.lock());
            own.welcome.clone_from(&theirs.welcome);
            own.room.clone_from(&theirs.room);
            own.seq = theirs.seq;
        }
        self.seen = Arc::new(stolen);
    }

    fn resume_point(&self) -> anyhow::Result<(Resume, String)> {
        let inner = self.seen.lock();
        let welcome = inner.welcome.as_ref().context("never joined")?;
        let lesson = inner.room.as_ref().context("never joined")?.lesson.clone();
        let resume =
            Resume { token: welcome.token.clone(), epoch: welcome.epoch.clone(), seq: Some(inner.seq) };
        Ok((resume, lesson))
    }

    async fn open(&mut self, lesson: &str, resume: Option<Resume>) -> Result<(), JoinError> {
        self.drop_socket();
        let fresh = Seen::default();
        if resume.as_ref().is_some_and(|resume| resume.seq.is_some()) {
            // The mirror goes on from what it knows.
            let mut old = self.seen.lock();
            let mut inner = fresh.lock();
            inner.room = old.room.take();
            inner.seq = old.seq;
        }
        self.seen = Arc::new(fresh);
        let socket = open_socket(&self.who, lesson).await?;
        let (sink, stream) = socket.split();
        let reader = tokio::spawn(read(stream, Arc::clone(&self.seen)));
        self.link = Some(Link { sink: tokio::sync::Mutex::new(sink), reader });
        self.send(&ClientMessage::Hello { version: PROTOCOL_VERSION, resume }).await?;
        self.greeted().await
    }

    /// Waits for `welcome` and the state, or the refusal instead of them.
    async fn greeted(&self) -> Result<(), JoinError> {
        let outcome = self
            .seen
            .until(ANSWER_TIME, |inner| {
                let refused = inner.unread.iter().find_map(|message| match message {
                    ServerMessage::Refused { id: None, reason } => Some(*reason),
                    _ => None,
                });
                match (refused, &inner.welcome, &inner.room) {
                    (Some(reason), ..) => Some(Err(JoinError::Refused(reason))),
                    (None, Some(_), Some(_)) => Some(Ok(())),
                    _ if inner.closed => Some(Err(anyhow::anyhow!("closed before welcome").into())),
                    _ => None,
                }
            })
            .await;
        outcome.context("no welcome").map_err(JoinError::Other)?
    }

    /// Drops the socket without a word, as a lost network does. Media goes on.
    pub fn drop_socket(&mut self) {
        if let Some(link) = self.link.take() {
            link.reader.abort();
        }
    }

    /// Leaves the socket open without ever reading it again.
    pub fn stop_reading(&self) {
        if let Some(link) = &self.link {
            link.reader.abort();
        }
    }

    /// Sends a command and waits for its acknowledgement.
    pub async fn command(&self, command: Command) -> Result<(), Refusal> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        match self.ask(id, &ClientMessage::Command { id, command }).await {
            Ok(Answer::Ack) => Ok(()),
            Ok(Answer::Refused(reason)) => Err(reason),
            Ok(Answer::Sdp(_)) => panic!("an SDP answer to command {id}"),
            Err(error) => panic!("no answer to command {id}: {error:#}"),
        }
    }

    /// Makes the device's peer connection: one offer, one answer.
    pub async fn offer(&mut self, media: PeerMedia) -> anyhow::Result<()> {
        self.offer_changed(media, |sdp| sdp).await
    }

    /// Like [`Peer::offer`], but lies to the server: `change` is applied to the offer first.
    pub async fn offer_changed(
        &mut self,
        media: PeerMedia,
        change: impl FnOnce(String) -> String,
    ) -> anyhow::Result<()> {
        self.negotiate(media, change, |answer| answer).await
    }

    /// Like [`Peer::offer`], but media takes a detour that `change` writes into the answer.
    pub async fn offer_via(
        &mut self,
        media: PeerMedia,
        change: impl FnOnce(String) -> String,
    ) -> anyhow::Result<()> {
        self.negotiate(media, |offer| offer, change).await
    }

    async fn negotiate(
        &mut self,
        media: PeerMedia,
        change_offer: impl FnOnce(String) -> String,
        change_answer: impl FnOnce(String) -> String,
    ) -> anyhow::Result<()> {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
        let (connection, sdp) = Connection::offer(&media, &self.window).await?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        match self.ask(id, &ClientMessage::Offer { id, sdp: change_offer(sdp) }).await? {
            Answer::Sdp(sdp) => connection.answer(change_answer(sdp)).await?,
            Answer::Refused(reason) => bail!("the offer was refused: {reason:?}"),
            Answer::Ack => bail!("the offer was acknowledged, not answered"),
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// The peer connection; panics when there was no [`Peer::offer`].
    pub fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("the test offers before it uses media")
    }

    /// Starts sending sound; stream ids follow the participant's id.
    pub fn publish_audio(&self) -> anyhow::Result<Sending> {
        self.connection().publish_audio(self.stream_base() + 1, &self.window)
    }

    /// Starts sending a picture in these layers, smallest first.
    pub fn publish_video(&self, outlet: Outlet, shapes: &[Shape]) -> anyhow::Result<Sending> {
        let base = self.stream_base() + if outlet == Outlet::Screen { 20 } else { 10 };
        self.connection().publish_video(outlet, base, shapes, &self.window)
    }

    /// Stream ids of a device: a random part, so that two devices of one person differ.
    fn stream_base(&self) -> u32 {
        crate::offer::random_u32() & 0x7fff_ff00
    }

    /// The packets that a slot received so far.
    pub fn received(&self, slot: Slot) -> Received {
        self.connection().received(slot)
    }

    /// The id of this participant in the room.
    pub fn id(&self) -> ParticipantId {
        self.welcome().you
    }

    /// The latest `welcome`; panics before the first.
    pub fn welcome(&self) -> Welcome {
        self.seen.lock().welcome.clone().expect("joined before")
    }

    /// The room as this participant sees it now; panics before the join.
    pub fn room(&self) -> RoomState {
        self.seen.lock().room.clone().expect("joined before")
    }

    /// The number of the last snapshot or delta.
    pub fn seq(&self) -> u64 {
        self.seen.lock().seq
    }

    /// The reason for which the server ended the connection; `None` = it did not.
    pub fn bye(&self) -> Option<Bye> {
        self.seen.lock().bye
    }

    /// Whether the server has closed the socket.
    pub fn closed(&self) -> bool {
        self.seen.lock().closed
    }

    /// Waits until the room `looks` as wanted, and returns it.
    pub async fn until_room(
        &self,
        what: &str,
        within: Duration,
        looks: impl Fn(&RoomState) -> bool,
    ) -> anyhow::Result<RoomState> {
        let found = self.seen.until(within, |inner| inner.room.as_ref().filter(|room| looks(room)).cloned());
        match found.await {
            Some(room) => Ok(room),
            None => {
                bail!("not seen within {within:?}: {what}; the room: {:#?}", self.seen.lock().room)
            }
        }
    }

    /// Waits for the end of the connection and returns the reason.
    pub async fn until_bye(&self, within: Duration) -> anyhow::Result<Bye> {
        let bye = self.seen.until(within, |inner| inner.bye);
        bye.await.with_context(|| format!("no bye within {within:?}"))
    }

    /// Takes the next event that fits, past or future; the events before it are forgotten.
    pub async fn next_event(
        &self,
        fits: impl Fn(&RoomEvent) -> bool,
        within: Duration,
    ) -> anyhow::Result<RoomEvent> {
        let found = self.seen.until(within, |inner| {
            let at = inner
                .unread
                .iter()
                .position(|message| matches!(message, ServerMessage::Delta { event, .. } if fits(event)))?;
            match inner.unread.drain(..=at).next_back() {
                Some(ServerMessage::Delta { event, .. }) => Some(event),
                _ => None,
            }
        });
        found.await.with_context(|| format!("no such event within {within:?}"))
    }

    /// Sends text as it is, for hostile input.
    pub async fn send_raw(&self, message: Message) -> anyhow::Result<()> {
        let link = self.link.as_ref().context("no socket")?;
        link.sink.lock().await.send(message).await.context("write to the socket")
    }

    /// Sends an offer that is not one of ours; returns the answer or the refusal.
    pub async fn offer_sdp(&self, sdp: String) -> Result<String, Refusal> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        match self.ask(id, &ClientMessage::Offer { id, sdp }).await {
            Ok(Answer::Sdp(sdp)) => Ok(sdp),
            Ok(Answer::Refused(reason)) => Err(reason),
            Ok(Answer::Ack) => panic!("offer {id} was acknowledged, not answered"),
            Err(error) => panic!("no answer to offer {id}: {error:#}"),
        }
    }

    /// The messages not yet taken, without taking them.
    pub fn unread(&self) -> Vec<ServerMessage> {
        self.seen.lock().unread.clone()
    }

    async fn send(&self, message: &ClientMessage) -> anyhow::Result<()> {
        let text = serde_json::to_string(message).expect("messages are plain data");
        self.send_raw(Message::text(text)).await
    }

    async fn ask(&self, id: u32, message: &ClientMessage) -> anyhow::Result<Answer> {
        let (answer, answered) = oneshot::channel();
        self.seen.lock().answers.insert(id, answer);
        self.send(message).await?;
        let answered = tokio::time::timeout(ANSWER_TIME, answered).await;
        answered.context("no answer in time")?.context("the connection ended instead of an answer")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.drop_socket();
    }
}

/// Opens `/signal/{lesson}?as={seat}` with the session's cookie.
async fn open_socket(who: &SignedIn, lesson: &str) -> Result<Socket, JoinError> {
    let seat = &who.me.seat;
    let base = who.base_url.replacen("http", "ws", 1);
    let url = format!("{base}/signal/{lesson}?as={seat}");
    let mut request = url.into_client_request().context("the address of the socket")?;
    let header = |value: &str| value.parse().context("a header value");
    request.headers_mut().insert("cookie", header(&who.cookie)?);
    request.headers_mut().insert("origin", header(&who.base_url)?);
    match tokio_tungstenite::connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(WsError::Http(response)) => Err(JoinError::Http(response.status().as_u16())),
        Err(error) => Err(anyhow::Error::new(error).context("open the socket").into()),
    }
}
