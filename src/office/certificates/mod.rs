//! Certificates of completion: [`issuing`] release and issue, [`showing`] to owners and strangers, [`ending`]
//! revoked by two people, superseded by a corrected name.

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::{Mutex, Notify, OnceCell};

use crate::attendance::policy::Policy;
use crate::certificate::content::{Content, Essay, VERSION};
use crate::certificate::number::{Number, unit_part};
use crate::certificate::person::document_end;
use crate::certificate::print::{Paper, Press};
use crate::certificate::signed::jws::Signer;
use crate::certificate::signed::keys::{PublicKey, did};
use crate::certificate::signed::proof::prove;
use crate::certificate::{state, verification, wording};
use crate::chain::sha256;
use crate::files::certificates::CertificateFiles;
use crate::programme::phase::Phase;
use crate::store::Store;
use crate::store::certificates::orders::Graduate;
use crate::text::mistake::Mistake;
use crate::time::LocalDate;

pub mod ending;
pub mod issuing;
pub mod showing;

/// The path below the site where numbers are looked up.
const PAGES: &str = "/v";
const SECONDS_OF_MINUTE: u64 = 60;

/// The reason why a request about certificates is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not found, or not for this person.
    #[error("there is no such certificate here")]
    NotFound,
    /// Something is missing on this machine or in the settings; the text says what.
    #[error("{0}")]
    NotReady(String),
    /// The list of ready people has changed since it was seen.
    #[error("the list has changed since it was looked at")]
    Changed,
    #[error("nobody is ready for a certificate")]
    Nobody,
    #[error(transparent)]
    State(#[from] state::Refused),
    #[error("nobody decides about the own certificate")]
    Own,
    #[error("somebody has asked for this already")]
    AskedAlready,
    #[error("nobody has asked for this")]
    NotAsked,
    #[error("the name on it is the name of the registration")]
    SameName,
    #[error("it cannot be printed: {0}")]
    Unprintable(Unprintable),
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Store(error)
    }
}

pub type Answer<T> = Result<T, Refused>;

/// The reason why a person gets no certificate, kept beside the order: a word and, after a colon, its object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// Hours or essay have changed since the list was released.
    #[error("not_completed")]
    NotCompleted,
    /// The unit's code has no place in a number, or all numbers are used up.
    #[error("number")]
    Number,
    /// The characters that no font has.
    #[error("characters:{0}")]
    Characters(String),
    /// The field that is too long, or cannot be printed.
    #[error("field:{0}")]
    Field(String),
    #[error("pdf:{0}")]
    Pdf(String),
}

/// Reads fonts and seal from the disk; called once, at the first use.
pub type MakePress = Box<dyn Fn() -> anyhow::Result<Press> + Send + Sync>;

/// Settings for issuing certificates.
pub struct Settings {
    /// Public address of the pages; empty = no certificates are issued.
    pub site: String,
    /// The signing organisations; empty = those of the programme.
    pub issuers: Vec<String>,
    /// Policy of programmes without one.
    pub policy: Arc<Policy>,
    pub press: MakePress,
}

/// Issues certificates with this server's settings. Cheap to clone.
#[derive(Clone)]
pub struct Certifier(Arc<Inner>);

struct Inner {
    store: Store,
    files: CertificateFiles,
    settings: Settings,
    press: OnceCell<Press>,
    /// The present key first, then lost and renewed ones.
    keys: OnceCell<Vec<PublicKey>>,
    /// Held while numbers are given: one task at a time.
    alone: Mutex<()>,
    released: Notify,
}

/// The content shared by all certificates of a phase.
#[derive(Clone)]
struct Form {
    phase: Phase,
    programme: String,
    programme_number: u16,
    issuers: Vec<String>,
    hour_minutes: u32,
    issued_on: LocalDate,
    seal: Option<String>,
    pages: String,
}

impl Certifier {
    pub fn new(store: Store, files: CertificateFiles, settings: Settings) -> Certifier {
        let (press, keys) = (OnceCell::new(), OnceCell::new());
        let (alone, released) = (Mutex::default(), Notify::new());
        Certifier(Arc::new(Inner { store, files, settings, press, keys, alone, released }))
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    /// The site without a slash at its end.
    fn site(&self) -> &str {
        self.0.settings.site.trim().trim_end_matches('/')
    }

    /// The name under which the server signs.
    fn did(&self) -> Answer<String> {
        let site = self.site();
        if site.is_empty() {
            return Err(Refused::NotReady("certificates.site is not set".into()));
        }
        let why = || format!("certificates.site = {site:?} is no address such as https://class.example.org");
        did(site).ok_or_else(|| Refused::NotReady(why()))
    }

    fn signer<'a>(&'a self, did: &'a str) -> Signer<'a> {
        Signer { pair: self.store().keys().certificates(), did }
    }

    /// Fonts and seal, read at the first use.
    async fn press(&self) -> Answer<Press> {
        let inner = self.0.clone();
        let read = async move {
            let made = tokio::task::spawn_blocking(move || (inner.settings.press)()).await;
            made.context("reading fonts ended badly")?
        };
        let press = self.0.press.get_or_try_init(|| read).await;
        press.cloned().map_err(|error: anyhow::Error| Refused::NotReady(format!("{error:#}")))
    }

    /// Prints a plain paper with the fonts of certificates.
    pub async fn paper(&self, paper: Paper) -> Answer<Vec<u8>> {
        let press = self.press().await?;
        let print = move || press.paper(&paper);
        let printed = tokio::task::spawn_blocking(print).await.context("printing ended badly")?;
        printed.map_err(|why| Refused::Unprintable(Unprintable::Pdf(why.to_string())))
    }

    /// The public keys, which change only while the server is stopped.
    async fn keys(&self) -> anyhow::Result<&[PublicKey]> {
        let read = async || {
            let keys = self.store().certificate_keys().await?;
            anyhow::Ok(keys.iter().filter_map(|key| PublicKey::from_bytes(key)).collect())
        };
        self.0.keys.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// The content shared by all certificates of a phase that are issued on one day.
    async fn form(
        &self,
        phase: &str,
        programme_number: u16,
        issued_on: LocalDate,
        press: &Press,
    ) -> Answer<Form> {
        let store = self.store();
        let phase = store.phases().find(phase).await?.ok_or(Refused::NotFound)?;
        let mut programmes = store.programmes().all().await?.into_iter();
        let programme = programmes.find(|one| one.id == phase.programme).ok_or(Refused::NotFound)?;
        let policy = store.policies().in_force(&phase.programme).await?;
        let period = policy.as_ref().unwrap_or(&self.0.settings.policy).period;
        let own = &self.0.settings.issuers;
        let issuers = if own.is_empty() { programme.issuers } else { own.clone() };
        if issuers.is_empty() {
            let why = "nobody signs: set certificates.issuers, or the issuers of the programme";
            return Err(Refused::NotReady(why.into()));
        }
        Ok(Form {
            programme: programme.title,
            programme_number,
            issuers,
            hour_minutes: u32::try_from(period / SECONDS_OF_MINUTE).unwrap_or(u32::MAX),
            issued_on,
            seal: press.seal.as_ref().map(|seal| seal.digest().to_owned()),
            pages: format!("{}{PAGES}", self.site()),
            phase,
        })
    }

    /// The content of a person's certificate with a serial number.
    fn content(&self, form: &Form, graduate: &Graduate, serial: u32) -> Result<Content, Unprintable> {
        let number = form.number(&graduate.unit, serial).ok_or(Unprintable::Number)?;
        let content = Content {
            version: VERSION,
            number,
            name: graduate.name.clone(),
            document_end: document_end(&graduate.document),
            unit: graduate.unit_name.clone(),
            school: graduate.school.clone(),
            programme: form.programme.clone(),
            phase: phase_title(&form.phase),
            first_day: form.phase.study.first,
            last_day: form.phase.study.last,
            hours_ch: graduate.concluded.known.hours_ch,
            hour_minutes: form.hour_minutes,
            essay: if graduate.concluded.asked.essay_closes_ms.is_some() {
                Essay::Accepted
            } else {
                Essay::None
            },
            issuers: form.issuers.clone(),
            seal: form.seal.clone(),
            issued_on: form.issued_on,
            pages: form.pages.clone(),
            key: verification::key_of(self.store().keys().verification(), number),
        };
        printable(content)
    }

    /// Prints, signs and stores the file of a certificate; returns its hash. Takes a while.
    fn print(
        &self,
        press: &Press,
        did: &str,
        content: &Content,
    ) -> anyhow::Result<Result<String, Unprintable>> {
        let pdf = match press.print(content) {
            Ok(pdf) => pdf,
            Err(why) => return Ok(Err(Unprintable::Pdf(why.to_string()))),
        };
        let file = prove(self.signer(did), &pdf, content).context("a certificate that takes no proof")?;
        self.0.files.write(&content.number.to_string(), &file).context("cannot write a certificate")?;
        Ok(Ok(sha256(&file)))
    }
}

impl Form {
    /// `None` = a part has no place in a number.
    fn number(&self, unit: &str, serial: u32) -> Option<Number> {
        let year = self.issued_on.to_string().get(..4)?.parse().ok()?;
        let phase = u8::try_from(self.phase.number).ok()?;
        Number::new(year, self.programme_number, phase, unit_part(unit)?, serial)
    }
}

/// Checks that a content can be printed; the error is the first obstacle.
fn printable(content: Content) -> Result<Content, Unprintable> {
    match content.mistakes().first() {
        Some(Mistake { field, wrong, .. }) => Err(Unprintable::Field(format!("{field} {wrong}"))),
        None => Ok(content),
    }
}

/// Checks that the fonts have all characters, before anything is printed.
fn lettered(press: &Press, content: Content) -> Result<Content, Unprintable> {
    let missing: String = press.missing(&content).into_iter().collect();
    if missing.is_empty() { Ok(content) } else { Err(Unprintable::Characters(missing)) }
}

/// 第一期 and its title; a title that has it already stays.
fn phase_title(phase: &Phase) -> String {
    let ordinal = format!("第{}期", wording::chinese_count(phase.number));
    if phase.title.starts_with('第') { phase.title.clone() } else { format!("{ordinal} {}", phase.title) }
}
