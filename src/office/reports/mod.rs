//! Reports about a phase: [`attainments`] what people came to, read once for all of them · [`completion`] 结业情况表 (R4),
//! [`summary`] 分省汇总 (R5) · [`sheets`] class sheets (R6) · [`statement`] five years of one person (R8) · [`overview`] the
//! summary of a phase · [`pack`] all of it for a unit, with the [`rules`] · [`kept`] files
//! that are made in the background and never change. Each names the entry of the ledger up to which it was made; equal books make equal files.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify};

use crate::account::role::Scope;
use crate::files::reports::ReportFiles;
use crate::office::books::Books;
use crate::office::{Answer, phases};
use crate::programme::attainment::Source;
use crate::programme::phase::Phase;
use crate::protocol::ReportSource;
use crate::sheet::{self, Kind, Table};
use crate::store::Store;
use crate::store::attainments::Wanted;

mod attainments;
mod completion;
mod kept;
mod load;
mod overview;
mod pack;
mod rules;
mod sheets;
mod statement;
mod summary;

pub use kept::{Asked, NotAsked};
pub use load::load_table;
pub use statement::paper;

/// Whose results a report is about; what is absent fits all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Code of the unit.
    pub unit: Option<String>,
    /// Id of the class.
    pub class: Option<String>,
    /// Some(None) = not decided yet.
    pub passed: Option<Option<bool>>,
    /// Part of a name or of a school.
    pub text: Option<String>,
    /// Only who is behind the timetable at this instant, or can no longer reach the hours; None = everybody.
    pub behind_at_ms: Option<u64>,
}

/// Longest text that is looked for.
const TEXT_CHARS_MAX: usize = 50;

impl Filter {
    /// The store's filter: people of the phase within `scope`.
    fn wanted<'a>(&'a self, phase: &'a Phase, scope: &'a Scope) -> Wanted<'a> {
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let cut = |text: &'a str| match text.char_indices().nth(TEXT_CHARS_MAX) {
            Some((end, _)) => &text[..end],
            None => text,
        };
        Wanted {
            phase: &phase.id,
            scope,
            unit: self.unit.as_deref(),
            class: self.class.as_deref(),
            passed: self.passed,
            text: text.map(cut),
            ids: None,
        }
    }

    /// Whether only some people of the phase are meant: some units or classes.
    fn is_narrow(&self, scope: &Scope) -> bool {
        !scope.everything || self.unit.is_some() || self.class.is_some()
    }
}

/// Makes reports. Cheap to clone.
#[derive(Clone)]
pub struct Reporter {
    books: Books,
    files: ReportFiles,
    /// Held while a kept report is made: one at a time.
    alone: Arc<Mutex<()>>,
    asked: Arc<Notify>,
}

impl Reporter {
    pub fn new(books: Books, files: ReportFiles) -> Reporter {
        Reporter { books, files, alone: Arc::default(), asked: Arc::default() }
    }

    fn store(&self) -> &Store {
        self.books.store()
    }

    async fn phase(&self, phase: &str) -> Answer<Phase> {
        phases::find(self.store(), phase).await
    }

    /// Reads and writes a report where that keeps nobody waiting, and not many at once.
    async fn at_desk<T: Send + 'static>(
        &self,
        work: impl Future<Output = Answer<T>> + Send + 'static,
    ) -> Answer<T> {
        let place = self.store().place_at_desk().await;
        let handle = Handle::current();
        place.work(move || handle.block_on(work)).await?
    }
}

fn written(table: &Table, kind: Kind) -> Answer<Vec<u8>> {
    Ok(sheet::write(table, kind).map_err(anyhow::Error::from)?)
}

impl From<Source> for ReportSource {
    fn from(source: Source) -> ReportSource {
        ReportSource { seq: source.seq, at_ms: source.at_ms }
    }
}
