//! For monitoring systems and people with a shell: `/healthz` (the process answers) and `/readyz` (facts can
//! be stored, or a sentence with the trouble and the remedy).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Web;
use crate::protocol::StorageTrouble;

/// `GET /healthz`
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`
pub(super) async fn readyz(State(web): State<Arc<Web>>) -> (StatusCode, &'static str) {
    match web.store.trouble() {
        Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, sentence(trouble)),
        None if web.store.is_checked() => (StatusCode::OK, "ready\n"),
        None => (StatusCode::OK, "ready; the database is still being looked through for damage\n"),
    }
}

/// The trouble and the remedy, in Chinese and in English.
fn sentence(trouble: StorageTrouble) -> &'static str {
    match trouble {
        StorageTrouble::Full => {
            "未就绪：磁盘已满，课堂记录暂时写不进去。请释放空间，释放后会自动补写，不用重启。\n\
             not ready: the disk is full, facts cannot be stored; free some space: what waits is then stored without \
             a restart\n"
        }
        StorageTrouble::ReadOnly => {
            "未就绪：磁盘变成了只读，课堂记录暂时写不进去。请查看系统日志并重新挂载为可写，之后会自动补写。\n\
             not ready: the disk has become read-only, facts cannot be stored; read the system's log and mount it \
             writable again: what waits is then stored\n"
        }
        StorageTrouble::Failing => {
            "未就绪：磁盘读写出错，课堂记录暂时写不进去。请检查磁盘和系统日志；磁盘恢复后会自动补写。\n\
             not ready: the disk reports errors, facts cannot be stored; check the disk and the system's log: what \
             waits is stored when it works again\n"
        }
        StorageTrouble::Busy => {
            "未就绪：另一个程序一直锁着数据库，课堂记录暂时写不进去。请结束那个程序。\n\
             not ready: another program keeps the database locked, facts cannot be stored; end that program\n"
        }
        StorageTrouble::Damaged => {
            "未就绪：数据库文件已损坏。请尽快停机，用备份恢复；先保留损坏的文件。\n\
             not ready: the database is damaged; stop the server soon and put back a backup, and keep the damaged \
             file\n"
        }
        StorageTrouble::Gone => {
            "未就绪：数据库文件在服务器运行时被删除、移走或替换，课堂记录暂时写不进去。请把原来的文件（不是副本）放回原处，\
             放回后会自动补写；找不到原来的文件时，请停机并用备份恢复。\n\
             not ready: the database's file was deleted, moved or replaced while the server runs, facts cannot be \
             stored; put the same file (no copy) back where it was: what waits is then stored; if it is lost, stop \
             the server and put back a backup\n"
        }
        StorageTrouble::Unreachable => {
            "未就绪：数据库服务器（PostgreSQL）没有响应，课堂记录暂时写不进去。请检查它和到它的网络；恢复后会自动补写。\n\
             not ready: the database server (PostgreSQL) does not answer, facts cannot be stored; check it and the \
             network to it: what waits is stored when it answers again\n"
        }
    }
}
