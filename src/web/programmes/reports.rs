//! Reports about a phase, each over what somebody's roles reach.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Asked;
use super::files::{File, FileQuery, download};
use crate::account::role::Action;
use crate::office;
use crate::office::reports::{Filter, NotAsked};
use crate::programme::kept_report::{ReportFormat, ReportKind};
use crate::protocol::{
    AskReports, AttainmentPage, KeptReports, MyHours, PhaseOverview, ReportsAsked, UnitSummary,
};
use crate::sheet::Kind;
use crate::store::reports::Report;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::rate::Act;

/// Which results are asked for; an empty value is none.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct AttainmentQuery {
    unit: String,
    class: String,
    passed: Option<Passed>,
    behind: bool,
    text: String,
    after: u32,
    limit: Option<u32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Passed {
    Yes,
    No,
    Open,
}

impl From<&AttainmentQuery> for Filter {
    fn from(query: &AttainmentQuery) -> Filter {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let passed = |passed| match passed {
            Passed::Yes => Some(true),
            Passed::No => Some(false),
            Passed::Open => None,
        };
        Filter {
            unit: some(&query.unit),
            class: some(&query.class),
            passed: query.passed.map(passed),
            text: some(&query.text),
            behind_at_ms: query.behind.then(now_ms),
        }
    }
}

/// `GET /api/phases/{phase}/attainments`
pub(in crate::web) async fn attainments(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<AttainmentQuery>,
) -> Result<Json<AttainmentPage>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let filter = Filter::from(&query);
    Ok(Json(web.reporter.attainments(&phase, &scope, &filter, query.after, query.limit, now_ms()).await?))
}

/// `GET /api/phases/{phase}/attainments/file`
pub(in crate::web) async fn attainments_file(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<AttainmentQuery>,
    Asked(file): Asked<FileQuery>,
) -> Result<Response, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let bytes = web.reporter.attainments_file(&phase, &scope, &Filter::from(&query), file.kind()).await?;
    let name = if query.behind { "behind" } else { "completion" };
    Ok(download(name, &phase, file.kind(), bytes))
}

/// `GET /api/phases/{phase}/attainments/{id}`: the account of the person of a registration, in the phase.
pub(in crate::web) async fn hours_of_one(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, id)): Path<(String, u64)>,
) -> Result<Json<MyHours>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    Ok(Json(web.reporter.hours_of(&phase, id, &scope, now_ms()).await?))
}

/// `GET /api/phases/{phase}/summary`
pub(in crate::web) async fn summary(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<UnitSummary>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    Ok(Json(web.reporter.summary(&phase, &scope).await?))
}

/// `GET /api/phases/{phase}/overview`
pub(in crate::web) async fn overview(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<PhaseOverview>, Refused> {
    sees_all(&session)?;
    Ok(Json(web.reporter.overview(&phase).await?))
}

/// `GET /api/phases/{phase}/overview/file`
pub(in crate::web) async fn overview_file(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Response, Refused> {
    sees_all(&session)?;
    let file = web.reporter.overview_file(&phase).await?;
    Ok(download("overview", &phase, File::Document, file))
}

/// Checks that the person sees the reports of all units: the summary is about everybody, and has answers of the
/// survey.
fn sees_all(session: &Session) -> Result<(), Refused> {
    if session.may(Action::SeeReports)?.everything {
        return Ok(());
    }
    Err(Refused::not_allowed("Only who sees the reports of all units sees this."))
}

/// `GET /api/phases/{phase}/summary/file`
pub(in crate::web) async fn summary_file(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let file = web.reporter.summary_file(&phase, &scope, query.kind()).await?;
    Ok(download("summary", &phase, query.kind(), file))
}

/// Kept reports before this one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct KeptQuery {
    before: Option<u64>,
}

/// `GET /api/phases/{phase}/reports`
pub(in crate::web) async fn kept(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<KeptQuery>,
) -> Result<Json<KeptReports>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    Ok(Json(web.reporter.kept(&phase, &scope, query.before).await?))
}

/// `POST /api/phases/{phase}/reports`
pub(in crate::web) async fn ask(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(asked): Body<AskReports>,
) -> Result<Json<ReportsAsked>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let by = &session.person.person_id;
    // What is refused is written down, too.
    web.allow(Act::Change, by)?;
    let AskReports { kind, format, unit, each } = asked;
    let asked = office::reports::Asked { kind, format, unit, each };
    let files = web.reporter.ask(by, &phase, &scope, &asked, now_ms()).await?;
    Ok(Json(ReportsAsked { files: u32::try_from(files).unwrap_or(u32::MAX) }))
}

/// `GET /api/reports/{id}/file`
pub(in crate::web) async fn kept_file(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
) -> Result<Response, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let by = &session.person.person_id;
    let (report, bytes) = web.reporter.kept_file(by, &scope, id).await?;
    Ok(kept_download(&report, bytes))
}

/// Named so that two files of one report are told apart.
fn kept_download(report: &Report, bytes: Vec<u8>) -> Response {
    let what = match report.of.kind {
        ReportKind::Completion => "completion",
        ReportKind::Summary => "summary",
        ReportKind::Sheets => "sheets",
        ReportKind::Pack => "pack",
    };
    let kind = match report.of.format {
        ReportFormat::Xlsx => File::Table(Kind::Xlsx),
        ReportFormat::Csv => File::Table(Kind::Csv),
        ReportFormat::Gb18030 => File::Table(Kind::Gb18030),
        ReportFormat::Zip => File::Archive,
    };
    let unit = report.of.unit.as_deref().unwrap_or("all");
    download(what, &format!("{}-{unit}-{}", report.of.phase, report.id), kind, bytes)
}

impl From<NotAsked> for Refused {
    fn from(refused: NotAsked) -> Refused {
        let (code, message) = match refused {
            NotAsked::Office(refusal) => return refusal.into(),
            NotAsked::NotAllowed => {
                return Refused::not_allowed("Reports about other units are not for your role.");
            }
            NotAsked::Waits => ("report_waits", "The same report is being made already."),
            NotAsked::Busy => ("reports_busy", "Too many reports are being made; ask again in some minutes."),
            NotAsked::Nobody => ("nobody", "No unit has people or seats in this phase."),
            NotAsked::NoFile => ("no_file", "This report was not made."),
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}
