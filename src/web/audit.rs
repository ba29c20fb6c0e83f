//! The audit log, for its readers. No route writes to it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Web;
use super::auth::Session;
use super::error::Refused;
use crate::account::role::Action;
use crate::protocol::{AuditLine, AuditPage};
use crate::sheet::{self, Cell, Kind, Table};
use crate::store::audit::Filter;
use crate::time::{ServerInstant, local_time};

/// Most events of one file; earlier ones are fetched with `before`.
const FILE_MAX: usize = 100_000;

/// The query of the log.
#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<u64>,
    actor: Option<String>,
    act: Option<String>,
    target: Option<String>,
}

impl From<Asked> for Filter {
    fn from(asked: Asked) -> Filter {
        let Asked { before, actor, act, target } = asked;
        Filter { before, actor, act, target }
    }
}

/// `GET /api/audit`
pub(super) async fn page(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Json<AuditPage>, Refused> {
    session.may(Action::ReadAudit)?;
    Ok(Json(web.store.audit().page(&asked.into()).await.map_err(Refused::store)?))
}

/// `GET /api/audit/events.csv`
pub(super) async fn file(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    session.may(Action::ReadAudit)?;
    let mut filter: Filter = asked.into();
    let headings =
        ["序号", "时间", "操作人", "操作人编号", "操作", "对象", "对象编号", "结果", "详情", "校验值"];
    let mut table = Table::new("审计", &headings);
    loop {
        let page = web.store.audit().page(&filter).await.map_err(Refused::store)?;
        table.rows.extend(page.events.into_iter().map(row));
        filter.before = page.next;
        if page.next.is_none() || table.rows.len() > FILE_MAX {
            break;
        }
    }
    let file = sheet::write(&table, Kind::Csv).map_err(|error| Refused::store(error.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, file).into_response())
}

fn row(line: AuditLine) -> Vec<Cell> {
    let text = Cell::Text;
    vec![
        Cell::number(line.seq),
        text(local_time(ServerInstant::of_fact(line.at_ms))),
        text(line.actor_name),
        text(line.actor),
        text(line.act),
        text(line.target_name.unwrap_or_default()),
        text(line.target),
        text(if line.done { "完成" } else { "拒绝" }.into()),
        text(line.detail),
        text(line.hash),
    ]
}
