//! 结业情况表 (R4): page by page, and as a file.

use super::attainments::Documents;
use super::{Filter, Reporter, written};
use crate::account::role::Scope;
use crate::office::{Answer, units};
use crate::programme::attainment::{Attainment, table};
use crate::programme::phase::Phase;
use crate::protocol::{AttainmentCounts, AttainmentLine, AttainmentPage};
use crate::sheet::Kind;
use crate::store::attainments::{Snapshot, Wanted};

const PAGE: u32 = 100;
const PAGE_MAX: u32 = 200;

impl Reporter {
    /// One page of what people of a phase came to; `skipped` are on the pages before.
    pub async fn attainments(
        &self,
        phase: &str,
        scope: &Scope,
        filter: &Filter,
        skipped: u32,
        limit: Option<u32>,
        now_ms: u64,
    ) -> Answer<AttainmentPage> {
        let phase = self.phase(phase).await?;
        let page = (skipped, limit.unwrap_or(PAGE).clamp(1, PAGE_MAX));
        let (reporter, scope, filter) = (self.clone(), scope.clone(), filter.clone());
        let is_long = filter.behind_at_ms.is_some();
        let work = async move { reporter.page(&phase, &scope, &filter, page, now_ms).await };
        if is_long { self.at_desk(work).await } else { work.await }
    }

    async fn page(
        &self,
        phase: &Phase,
        scope: &Scope,
        filter: &Filter,
        (skipped, limit): (u32, u32),
        now_ms: u64,
    ) -> Answer<AttainmentPage> {
        let looked = self.books.looked(phase.clone()).await?;
        let wanted = filter.wanted(phase, scope);
        let mut snapshot = self.store().snapshot().await?;
        let (only_behind, mut counts) = (filter.behind_at_ms.is_some(), AttainmentCounts::default());
        let mut behind = Vec::new();
        // The pace needs all ledger entries of each person. For a unit or a class these are few; for a whole phase
        // they are read only if the request asks for people who are behind.
        if only_behind || filter.is_narrow(scope) {
            let open = Wanted { passed: Some(None), ..wanted.clone() };
            let reading = self.reading(&looked, Documents::LeftOut).at(now_ms).only_behind();
            behind.extend(reading.read(&mut snapshot, &open, None).await?.iter().map(|one| one.registration));
            counts.behind = Some(behind.len() as u64);
        }
        let reading = self.reading(&looked, Documents::Masked).at(now_ms);
        let one_more = limit as usize + 1;
        let mut rows = if only_behind {
            let ids: Vec<u64> = behind.into_iter().skip(skipped as usize).take(one_more).collect();
            reading.read(&mut snapshot, &Wanted { ids: Some(&ids), ..wanted.clone() }, None).await?
        } else {
            reading.read(&mut snapshot, &wanted, Some((skipped, limit + 1))).await?
        };
        let is_more = rows.len() == one_more;
        rows.truncate(limit as usize);
        // Counts of all results: the filter by result does not apply, so that each tab shows its number.
        for (state, people) in snapshot.states(&Wanted { passed: None, ..wanted }).await? {
            counts.add(state, people);
        }
        Ok(AttainmentPage {
            rows: rows.into_iter().map(line).collect(),
            next: is_more.then_some(skipped.saturating_add(limit)),
            counts,
            source: snapshot.source().await?.into(),
        })
    }

    /// All of them as a file.
    pub async fn attainments_file(
        &self,
        phase: &str,
        scope: &Scope,
        filter: &Filter,
        kind: Kind,
    ) -> Answer<Vec<u8>> {
        let phase = self.phase(phase).await?;
        let (reporter, scope, filter) = (self.clone(), scope.clone(), filter.clone());
        let work = async move {
            let mut snapshot = reporter.store().snapshot().await?;
            Ok(reporter.completion(&mut snapshot, &phase, &scope, &filter, kind).await?.0)
        };
        self.at_desk(work).await
    }

    /// Everybody who is wanted, with masked documents.
    pub(super) async fn people(
        &self,
        snapshot: &mut Snapshot,
        phase: &Phase,
        scope: &Scope,
        filter: &Filter,
    ) -> Answer<Vec<Attainment>> {
        let looked = self.books.looked(phase.clone()).await?;
        let reading = self.reading(&looked, Documents::Masked);
        let reading = match filter.behind_at_ms {
            Some(now_ms) => reading.at(now_ms).only_behind(),
            None => reading,
        };
        let wanted = filter.wanted(phase, scope);
        // A person who has completed or failed has no pace.
        let passed = filter.behind_at_ms.map_or(wanted.passed, |_| Some(None));
        Ok(reading.read(snapshot, &Wanted { passed, ..wanted }, None).await?)
    }

    /// The file, and the people in it.
    pub(super) async fn completion(
        &self,
        snapshot: &mut Snapshot,
        phase: &Phase,
        scope: &Scope,
        filter: &Filter,
        kind: Kind,
    ) -> Answer<(Vec<u8>, Vec<Attainment>)> {
        let names = units::of_programme(self.store(), &phase.programme).await?;
        let rows = self.people(snapshot, phase, scope, filter).await?;
        let source = snapshot.source().await?;
        let table = table(&rows, phase.number, |code| names.name(code), source);
        Ok((written(&table, kind)?, rows))
    }
}

fn line(one: Attainment) -> AttainmentLine {
    let (passed, hours) = (one.passed(), one.hours);
    let (certificate, issued_on) =
        one.certificate.map_or((None, None), |one| (Some(one.number), Some(one.issued_on)));
    AttainmentLine {
        id: one.registration,
        name: one.name,
        document: one.document,
        unit: one.unit,
        school: one.school,
        class: one.class,
        live_ch: hours.live_ch,
        async_ch: hours.async_ch,
        makeup_ch: hours.makeup_ch,
        adjusted_ch: hours.adjusted_ch,
        recognised_ch: hours.recognised_ch,
        pace: one.pace,
        essay: one.essay,
        passed,
        certificate,
        issued_on,
    }
}
