//! Tables as files, in and out. A file comes as the body, whatever its declared type.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Asked;
use super::office::ListQuery;
use crate::account::role::Action;
use crate::account::role::Scope;
use crate::office::registrations::LinesOf;
use crate::office::{self, Keep};
use crate::protocol::Imported;
use crate::sheet::Kind;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::Session;
use crate::web::error::Refused;
use crate::web::rate::Act;

/// The query of a file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct FileQuery {
    format: Format,
    /// The reason why full numbers are needed; empty = masked.
    reason: String,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Csv,
    Gb18030,
    #[default]
    Xlsx,
}

impl FileQuery {
    pub(in crate::web) fn kind(&self) -> Kind {
        match self.format {
            Format::Csv => Kind::Csv,
            Format::Gb18030 => Kind::Gb18030,
            Format::Xlsx => Kind::Xlsx,
        }
    }

    /// The lines asked for. Full numbers need a reason, and a role that may see them.
    fn asked<'a>(
        &'a self,
        web: &Web,
        session: &'a Session,
        scope: &'a mut Scope,
    ) -> Result<LinesOf<'a>, Refused> {
        let reason = Some(self.reason.trim()).filter(|reason| !reason.is_empty());
        if reason.is_some() {
            *scope = session.over_others(Action::Reveal)?;
            // The request is written into the audit log.
            web.allow(Act::Change, &session.person.person_id)?;
        }
        Ok(LinesOf { by: &session.person.person_id, scope, reason })
    }
}

/// The query of an import.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ImportQuery {
    /// Only report what would be taken.
    check: bool,
}

impl ImportQuery {
    pub(super) fn keep(&self) -> Keep {
        if self.check { Keep::No } else { Keep::Yes }
    }
}

/// `POST /api/programmes/{programme}/nominations/file`
pub(in crate::web) async fn import_nominations(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Asked(query): Asked<ImportQuery>,
    body: Body,
) -> Result<Json<Imported>, Refused> {
    let scope = session.may(Action::Nominate)?;
    let by = &session.person.person_id;
    let (file, _turn) = web.imports.place(by)?.file(body).await?;
    let imported =
        office::nominations::import(&web.store, by, &scope, &programme, file, query.keep(), now_ms()).await?;
    Ok(Json(imported))
}

/// `POST /api/programmes/{programme}/quotas/file`
pub(in crate::web) async fn import_quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Asked(query): Asked<ImportQuery>,
    body: Body,
) -> Result<Json<Imported>, Refused> {
    session.may(Action::SetQuota)?;
    let by = &session.person.person_id;
    let (file, _turn) = web.imports.place(by)?.file(body).await?;
    Ok(Json(office::quotas::import(&web.store, by, &programme, file, query.keep(), now_ms()).await?))
}

/// `GET /api/programmes/{programme}/quotas/file`
pub(in crate::web) async fn export_quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    session.may(Action::SetQuota)?;
    let file = office::quotas::export(&web.store, &programme, query.kind()).await?;
    Ok(download("quotas", &programme, query.kind(), file))
}

/// `GET /api/programmes/{programme}/contacts/file`
pub(in crate::web) async fn export_contacts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    let scope = session.over_others(Action::SeeRegistrations)?;
    let file = office::units::export_contacts(&web.store, &programme, &scope, query.kind()).await?;
    Ok(download("contacts", &programme, query.kind(), file))
}

/// `GET /api/phases/{phase}/nominations/file`
pub(in crate::web) async fn export_nominations(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    let mut scope = session.may(Action::Nominate)?;
    let asked = query.asked(&web, &session, &mut scope)?;
    let file = office::nominations::export(&web.store, &phase, &asked, query.kind()).await?;
    Ok(download("nominations", &phase, query.kind(), file))
}

/// `GET /api/phases/{phase}/registrations/file`
pub(in crate::web) async fn export_registrations(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
    Asked(list): Asked<ListQuery>,
) -> Result<Response, Refused> {
    let mut scope = session.over_others(Action::SeeRegistrations)?;
    let asked = query.asked(&web, &session, &mut scope)?;
    let file =
        office::registrations::export(&web.store, &phase, &asked, &list.into(), query.kind(), now_ms())
            .await?;
    Ok(download("registrations", &phase, query.kind(), file))
}

/// What a file is.
pub(in crate::web) enum File {
    Table(Kind),
    /// ZIP.
    Archive,
    /// .docx.
    Document,
}

impl From<Kind> for File {
    fn from(kind: Kind) -> File {
        File::Table(kind)
    }
}

/// A file to be saved. Ids of programmes and phases are plain letters.
pub(in crate::web) fn download(what: &str, of: &str, file: impl Into<File>, bytes: Vec<u8>) -> Response {
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let (ending, kind) = match file.into() {
        File::Table(Kind::Csv) => ("csv", "text/csv; charset=utf-8"),
        File::Table(Kind::Gb18030) => ("csv", "text/csv; charset=gb18030"),
        File::Table(Kind::Xlsx) => ("xlsx", XLSX),
        File::Archive => ("zip", "application/zip"),
        File::Document => ("docx", DOCX),
    };
    let plain: String = of.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let disposition = format!("attachment; filename=\"{what}-{plain}.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).expect("plain letters")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, bytes).into_response()
}
