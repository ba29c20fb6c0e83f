//! Every route of the server on one page, with the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use axum::{Router, middleware};
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tower_http::timeout::TimeoutLayer;

use super::account::{self, second_factor};
use super::programmes::{
    catalogue, classes, concerns, files, mine, office, quiz_bank, quizzes, reports, surveys,
};
use super::{
    Web, accounts, assets, audit, certificates, class_end, conclusions, essays, guard, home, hours, metrics,
    network_check, open, operator, ready, replay, session, signal, statements, timetable, whip,
};
use crate::{essay, sheet};

/// The whole web side. Serve it with the peer's address as connect info.
pub fn routes(web: Arc<Web>) -> Router {
    let worth_compressing = SizeAbove::new(guard::WORTH_COMPRESSING_BYTES).and(guard::is_text);
    let http_timeout = Duration::from_secs(web.limits.http_timeout_s.into());
    let base_path = web.base_path().to_owned();
    let all = signed_in(&web)
        .merge(encoders_and_players(web.limits.sdp_bytes))
        .merge(media())
        .merge(monitors())
        .merge(pages())
        .fallback(assets::file)
        .method_not_allowed_fallback(guard::method_not_allowed)
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, http_timeout))
        .layer(CompressionLayer::new().compress_when(worth_compressing))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(middleware::from_fn(guard::one_host))
        .layer(middleware::from_fn(guard::short_head))
        .layer(middleware::from_fn(guard::spare_places))
        .layer(middleware::map_response_with_state(web.clone(), guard::security_headers))
        .with_state(web);
    if base_path.is_empty() {
        return all;
    }
    let stripped = MapRequestLayer::new(move |request| below(&base_path, request)).layer(all);
    Router::new().fallback_service(stripped)
}

type Routes = Router<Arc<Web>>;

/// Routes behind a cookie, only for pages of our own origin.
fn signed_in(web: &Arc<Web>) -> Routes {
    sessions()
        .merge(accounts())
        .merge(timetable())
        .merge(hours())
        .merge(programmes())
        .merge(registrations())
        .merge(classes())
        .merge(reviews())
        .merge(questionnaires())
        .merge(about_phases())
        .merge(certificates())
        .merge(open_catalogue())
        .layer(DefaultBodyLimit::max(web.limits.http_body_bytes))
        .merge(tables())
        .merge(texts())
        .merge(documents())
        .merge(uploads())
        .layer(middleware::from_fn_with_state(web.clone(), guard::own_origin))
}

/// Links, the class, the wall, the replay.
fn sessions() -> Routes {
    Router::new()
        .route("/api/sign-in", post(session::sign_in))
        .route("/api/me", get(session::me))
        .route("/api/sign-out", post(session::sign_out))
        .route("/api/operator/load", get(operator::load))
        .route("/api/operator/load/file", get(operator::load_file))
        .route("/api/operator/rooms/{lesson}", post(operator::act))
        .route("/api/lessons/{lesson}/end", get(class_end::show))
        .route("/api/lessons/{lesson}/end/take-back", post(class_end::take_back))
        .route("/api/replay/{lesson}", get(replay::show))
        .route("/api/replay/{lesson}/watched", post(replay::watched))
        .route("/api/replay/{lesson}/course", put(replay::publish).delete(replay::withdraw))
        .route("/api/replay/{lesson}/ticket", post(replay::ticket::make))
        .route("/api/replay/{lesson}/download", get(replay::download::state).post(replay::download::request))
        .route("/signal/{lesson}", get(signal::signal))
}

/// Signing in with an account, and the accounts of others.
fn accounts() -> Routes {
    Router::new()
        .route("/api/account", get(account::show))
        .route("/api/account/sign-in", post(account::sign_in))
        .route("/api/account/new", post(account::make))
        .route("/api/account/invitation", post(account::accept))
        .route("/api/account/invitation/look", post(account::look))
        .route("/api/account/password", post(account::change_password))
        .route("/api/account/phone", post(account::change_phone))
        .route("/api/account/sign-out-everywhere", post(account::sign_out_everywhere))
        .route("/api/account/totp", post(second_factor::start))
        .route("/api/account/totp/confirm", post(second_factor::confirm))
        .route("/api/accounts", get(accounts::list).post(accounts::make))
        .route("/api/accounts/{person}/invitation", post(accounts::invite))
        .route("/api/accounts/{person}/roles", put(accounts::set_roles))
        .route("/api/accounts/{person}/state", put(accounts::set_state))
        .route("/api/accounts/{person}/phone", put(accounts::set_phone))
        .route("/api/accounts/{person}/reveal", post(accounts::reveal))
        .route("/api/audit", get(audit::page))
        .route("/api/audit/events.csv", get(audit::file))
}

/// The lesson that is now or next, and the check before it.
fn timetable() -> Routes {
    Router::new()
        .route("/api/home", get(home::home))
        .route("/api/help", get(home::help))
        .route("/api/calendar", post(home::new_calendar).delete(home::forget_calendar))
        .route("/api/instructors", get(timetable::instructors))
        .route("/api/timetable/{class}", get(timetable::of_class))
        .route("/api/timetable/lessons/{lesson}", put(timetable::change))
        .route("/api/timetable/lessons/{lesson}/cancel", post(timetable::cancel))
        .route("/api/announcements", get(timetable::announcements).post(timetable::announce))
        .route("/api/announcements/{id}", delete(timetable::take_back))
        .route("/api/network-check", post(network_check::begin))
        .route("/api/network-check/{check}", post(network_check::end))
        .route("/api/network-checks", get(network_check::lessons))
        .route("/api/network-checks/{lesson}", get(network_check::lesson))
}

/// Credit hours.
fn hours() -> Routes {
    Router::new()
        .route("/api/hours/mine", get(hours::mine))
        .route("/api/phases/{phase}/conclusion", get(conclusions::mine))
        .route("/api/hours/appeals", get(hours::appeals::all).post(hours::appeals::open))
        .route("/api/hours/appeals/{id}", post(hours::appeals::decide))
        .route("/api/hours/corrections", get(hours::appeals::waiting).post(hours::appeals::correct))
        .route("/api/hours/corrections/{id}", post(hours::appeals::approve))
        .route("/api/hours/{lesson}", get(hours::sheet))
        .route("/api/hours/{lesson}/held", get(hours::held::show).post(hours::held::declare))
        .route("/api/hours/declarations", get(hours::held::waiting))
        .route("/api/hours/declarations/{id}", post(hours::held::decide))
        .route("/api/hours/{lesson}/revocations", post(hours::appeals::revoke))
        .route("/api/hours/{lesson}/events.jsonl", get(hours::events))
        .route("/api/hours/{lesson}/sheet.csv", get(hours::csv))
        .route("/api/hours/{lesson}/sheet.xlsx", get(hours::xlsx))
}

/// Programmes, phases, units and their seats.
fn programmes() -> Routes {
    Router::new()
        .route("/api/programmes", get(catalogue::all).post(catalogue::make))
        .route("/api/programmes/{programme}", put(catalogue::change))
        .route("/api/programmes/{programme}/notice", get(mine::notice))
        .route("/api/programmes/{programme}/policy", get(catalogue::list_policies).put(catalogue::set_policy))
        .route("/api/programmes/{programme}/phases", post(catalogue::make_phase))
        .route("/api/programmes/{programme}/units", get(catalogue::units).post(catalogue::make_unit))
        .route("/api/programmes/{programme}/contacts", get(catalogue::contacts).put(catalogue::set_contacts))
        .route("/api/programmes/{programme}/contacts/file", get(files::export_contacts))
        .route("/api/phases/{phase}", put(catalogue::change_phase))
        .route("/api/phases/{phase}/quotas", get(catalogue::quotas).put(catalogue::set_quotas))
}

/// What came of a phase.
fn about_phases() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/attainments", get(reports::attainments))
        .route("/api/phases/{phase}/attainments/{id}", get(reports::hours_of_one))
        .route("/api/phases/{phase}/attainments/file", get(reports::attainments_file))
        .route("/api/phases/{phase}/reports", get(reports::kept).post(reports::ask))
        .route("/api/reports/{id}/file", get(reports::kept_file))
        .route("/api/hours/statement", get(statements::mine))
        .route("/api/hours/statement/file", get(statements::my_file))
        .route("/api/registrations/{id}/statement", get(statements::of_registration))
        .route("/api/registrations/{id}/statement/file", get(statements::file_of_registration))
        .route(
            "/api/programmes/{programme}/conversion",
            get(statements::conversion).put(statements::set_conversion),
        )
        .route("/api/phases/{phase}/overview", get(reports::overview))
        .route("/api/phases/{phase}/overview/file", get(reports::overview_file))
        .route("/api/phases/{phase}/summary", get(reports::summary))
        .route("/api/phases/{phase}/summary/file", get(reports::summary_file))
}

/// The surveys and self-tests of phases.
fn questionnaires() -> Routes {
    Router::new()
        .route("/api/surveys/mine", get(surveys::mine))
        .route("/api/phases/{phase}/survey", get(surveys::show).put(surveys::set))
        .route("/api/phases/{phase}/survey/answers", post(surveys::answer))
        .route("/api/phases/{phase}/survey/results", get(surveys::results))
        .route("/api/phases/{phase}/survey/file", get(surveys::export))
        .route("/api/phases/{phase}/quiz", get(quizzes::mine))
        .route("/api/phases/{phase}/quiz/tries/{try}", get(quizzes::review).post(quizzes::begin))
        .route("/api/phases/{phase}/quiz/tries/{try}/answers/{place}", put(quizzes::answer))
        .route("/api/phases/{phase}/quiz/tries/{try}/hand-in", post(quizzes::hand_in))
        .route("/api/phases/{phase}/quiz/bank", get(quiz_bank::show))
        .route("/api/phases/{phase}/quiz/rule", put(quiz_bank::set_rule))
        .route("/api/phases/{phase}/quiz/questions", post(quiz_bank::add))
        .route("/api/phases/{phase}/quiz/questions/{id}", put(quiz_bank::change).delete(quiz_bank::remove))
        .route("/api/phases/{phase}/quiz/results", get(quiz_bank::show_results))
        .route("/api/phases/{phase}/quiz/results/file", get(quiz_bank::export_results))
}

/// Registrations, by trainees and in the office; nominations.
fn registrations() -> Routes {
    Router::new()
        .route("/api/registrations/mine", get(mine::all))
        .route("/api/phases/{phase}/registration", get(mine::show).put(mine::save))
        .route("/api/phases/{phase}/registration/withdraw", post(mine::withdraw))
        .route("/api/phases/{phase}/registration/class", put(mine::choose_class))
        .route("/api/phases/{phase}/registrations", get(office::list))
        .route("/api/phases/{phase}/registrations/counts", get(office::counts))
        .route("/api/phases/{phase}/registrations/decide", post(office::decide))
        .route("/api/phases/{phase}/registrations/compare", post(office::compare))
        .route("/api/phases/{phase}/registrations/file", get(files::export_registrations))
        .route("/api/registrations/{id}", get(office::show).patch(office::correct))
        .route("/api/registrations/{id}/reveal", post(office::reveal))
        .route("/api/phases/{phase}/nominations", get(office::nominations))
        .route("/api/nominations/{id}/remove", post(office::remove_nominee))
        .route("/api/nominations/{id}/replace", post(office::replace_nominee))
        .route("/api/phases/{phase}/nominations/file", get(files::export_nominations))
}

/// Classes, courses and their lessons.
fn classes() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/classes", get(classes::all).post(classes::make))
        .route("/api/phases/{phase}/classes/form", post(classes::form))
        .route("/api/classes/{class}", put(classes::change))
        .route("/api/classes/{class}/lessons", get(classes::lessons))
        .route("/api/phases/{phase}/courses", get(classes::courses).post(classes::make_course))
        .route("/api/phases/{phase}/lessons", post(classes::make_lessons))
        .route("/api/phases/{phase}/studios", get(timetable::studios).post(classes::make_studio))
        .route("/api/phases/{phase}/concerns", get(concerns::all).post(concerns::check))
        .route("/api/phases/{phase}/sources", get(classes::sources))
}

/// Certificates of completion.
fn certificates() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/certificate", get(certificates::mine))
        .route("/api/phases/{phase}/certificate/file", get(certificates::file))
        .route("/api/phases/{phase}/certificate/badge", get(certificates::badge))
        .route("/api/phases/{phase}/certificates", get(certificates::desk).post(certificates::release))
        .route("/api/certificates/{number}", get(certificates::check))
        .route("/api/certificates/{number}/revocation", post(certificates::revoke))
        .route("/api/certificates/{number}/revocation/decide", post(certificates::decide))
        .route("/api/certificates/{number}/reissue", post(certificates::reissue))
}

/// The open catalogue.
fn open_catalogue() -> Routes {
    Router::new()
        .route("/api/open", get(open::search))
        .merge(open::left_out(
            Router::new()
                .route("/api/open/essays", get(open::essays))
                .route("/api/open/essays/{id}", get(open::essay)),
        ))
        .route("/sitemap.xml", get(open::sitemap))
        .route("/robots.txt", get(open::robots))
}

/// Tables, with larger bodies than others.
fn tables() -> Routes {
    Router::new()
        .route("/api/programmes/{programme}/nominations/file", post(files::import_nominations))
        .route(
            "/api/programmes/{programme}/quotas/file",
            get(files::export_quotas).post(files::import_quotas),
        )
        .route("/api/phases/{phase}/quiz/questions/file", get(quiz_bank::export).post(quiz_bank::import))
        .layer(DefaultBodyLimit::max(sheet::FILE_BYTES_MAX))
}

/// Requirements of phases, and the reviewers' side of essays.
fn reviews() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/requirements", get(essays::requirements).put(essays::set_requirements))
        .route("/api/essays/duties", get(essays::duties))
        .route("/api/phases/{phase}/essay/take-back", post(essays::take_back))
        .route("/api/phases/{phase}/essays", get(essays::list))
        .route("/api/phases/{phase}/essays/reviewers", get(essays::reviewers).put(essays::name_reviewers))
        .route("/api/essays/{id}", get(essays::open))
        .route("/api/essays/{id}/file", get(essays::file))
        .route("/api/essays/{id}/review", post(essays::review))
        .route("/api/essays/{id}/second-opinion", post(essays::second_opinion))
        .route("/api/essays/{id}/distinction", put(essays::distinguish))
        .route("/api/phases/{phase}/essay/consent", put(essays::publish))
}

/// Essays in writing, with longer bodies than others.
fn texts() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/essay", get(essays::show).put(essays::save))
        .route("/api/phases/{phase}/essay/hand-in", post(essays::hand_in))
        .layer(DefaultBodyLimit::max(essays::BODY_BYTES_MAX))
}

/// Essays as files.
fn documents() -> Routes {
    Router::new()
        .route("/api/phases/{phase}/essay/file", post(essays::upload))
        .layer(DefaultBodyLimit::max(essay::file::FILE_BYTES_MAX))
}

fn uploads() -> Routes {
    Router::new()
        .route("/api/network-check/upload", post(network_check::upload))
        .layer(DefaultBodyLimit::max(network_check::UPLOAD_BYTES_MAX))
}

/// Routes with a bearer token: encoders, players, and pages of any origin.
fn encoders_and_players(sdp_bytes: usize) -> Routes {
    Router::new()
        .route("/whip/{lesson}", post(whip::publish).options(whip::options))
        .route("/whip/{lesson}/{resource}", delete(whip::end_publish).options(whip::options))
        .route("/whep/{lesson}", post(whip::view).options(whip::options))
        .route("/whep/{lesson}/{resource}", delete(whip::end_view).options(whip::options))
        .method_not_allowed_fallback(guard::method_not_allowed)
        .layer(middleware::map_response(guard::any_origin))
        .layer(DefaultBodyLimit::max(sdp_bytes))
}

fn media() -> Routes {
    Router::new()
        .route("/media/{recording}/{file}", get(replay::media::file).options(replay::media::options))
        .method_not_allowed_fallback(guard::method_not_allowed)
        .layer(middleware::map_response(guard::any_origin))
}

fn monitors() -> Routes {
    Router::new()
        .route("/metrics", get(metrics::metrics))
        .route("/healthz", get(ready::healthz))
        .route("/readyz", get(ready::readyz))
        // Calendars come without cookies: the address is the secret.
        .route("/calendar/{file}", get(home::calendar))
        // Verifiers of badges, who have no session either.
        .route("/.well-known/did.json", get(certificates::did))
        .route("/did.json", get(certificates::did))
        .route("/certificates/status/{list}", get(certificates::status_list))
}

fn pages() -> Routes {
    Router::new()
        .route("/", get(assets::page))
        .route("/in", get(assets::page))
        .route("/invited", get(assets::page))
        .route("/account", get(assets::page))
        .route("/home", get(assets::page))
        .route("/help", get(assets::page))
        .route("/open", get(assets::page))
        .merge(open::left_out(
            Router::new()
                .route("/open/essays", get(assets::page))
                .route("/open/essays/{id}", get(assets::page)),
        ))
        .route("/enrol", get(assets::page))
        .route("/enrol/{*rest}", get(assets::page))
        .route("/office", get(assets::page))
        .route("/office/{*rest}", get(assets::page))
        .route("/lesson/{*rest}", get(assets::page))
        .route("/replay/{*rest}", get(assets::page))
        .route("/essay/{*rest}", get(assets::page))
        .route("/essays/{*rest}", get(assets::page))
        .route("/survey/{*rest}", get(assets::page))
        .route("/quiz/{*rest}", get(assets::page))
        .route("/hours", get(assets::page))
        .route("/hours/{*rest}", get(assets::page))
        .route("/operator", get(assets::page))
        .route("/v/{number}", get(assets::page))
        .route("/certificate/{*rest}", get(assets::page))
}

/// The request without the path below which a proxy shows this server.
fn below(base_path: &str, mut request: Request) -> Request {
    let uri = request.uri();
    let rest = uri.path().strip_prefix(base_path).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let Some(rest) = rest else { return request };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = if rest.is_empty() { "/" } else { rest };
    if let Ok(uri) = format!("{path}{query}").parse() {
        *request.uri_mut() = uri;
    }
    request
}
