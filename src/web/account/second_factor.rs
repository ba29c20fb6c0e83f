//! Enrolling an authenticator (RFC 6238) and its recovery codes.

use std::sync::Arc;

use anyhow::anyhow;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use qrcodegen::{QrCode as Code, QrCodeEcc};

use crate::account::totp;
use crate::office;
use crate::office::accounts::SecondFactor;
use crate::protocol::{ConfirmTotp, QrCode, RecoveryCodes, StartTotp, TotpSetup};
use crate::store::random_bytes;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Exact, OwnAccount};
use crate::web::error::Refused;
use crate::web::rate::Act;
use crate::web::visitor::Visitor;

/// Recovery codes of one account.
const RECOVERY_CODES: usize = 10;
/// Random bytes of each: as good as a random password.
const RECOVERY_BYTES: usize = 10;
/// Light modules around a code (ISO/IEC 18004).
const QUIET: u32 = 4;

/// `POST /api/account/totp`
pub(in crate::web) async fn start(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    own: OwnAccount,
    Exact(body): Exact<StartTotp>,
) -> Result<Json<TotpSetup>, Refused> {
    let (account, tried) = web.prove_password(&visitor, &own.person, body.password).await?;
    let factor = web.check_code(&visitor, &tried, &account, body.code.as_deref()).await?;
    if factor != SecondFactor::None
        && !office::accounts::use_second_factor(&web.store, &own.person, &factor)
            .await
            .map_err(Refused::store)?
    {
        return Err(web.refuse_code(&visitor, &tried).await?);
    }
    let secret = random_bytes::<{ totp::SECRET_BYTES }>().map_err(Refused::store)?;
    office::accounts::begin_totp(&web.store, &own.person, &secret).await.map_err(Refused::store)?;
    let url = totp::url(&secret, &web.support.platform, &account.login);
    let letters: Vec<char> = totp::base32(&secret).chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    Ok(Json(TotpSetup { qr: qr(&url)?, url, secret: groups.join(" ") }))
}

/// `POST /api/account/totp/confirm`
pub(in crate::web) async fn confirm(
    State(web): State<Arc<Web>>,
    own: OwnAccount,
    Body(body): Body<ConfirmTotp>,
) -> Result<Json<RecoveryCodes>, Refused> {
    web.allow(Act::Prove, &own.person)?;
    let account = web.store.accounts().of(&own.person).await.map_err(Refused::store)?;
    let next = account.ok_or_else(Refused::signed_out)?.totp_next.ok_or_else(no_setup)?;
    let Some(step) = totp::check(&next, &body.code, now_ms(), 0) else {
        let message = "This code does not fit; is the clock of your device right?";
        return Err(Refused::new(StatusCode::FORBIDDEN, "wrong_code", message));
    };
    let codes = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<anyhow::Result<Vec<_>>>();
    let codes = codes.map_err(Refused::store)?;
    if !office::accounts::confirm_totp(&web.store, &own.person, step, &codes).await.map_err(Refused::store)? {
        return Err(no_setup());
    }
    let shown = codes.iter().map(|code| format!("{}-{}", &code[..8], &code[8..]));
    Ok(Json(RecoveryCodes { codes: shown.collect() }))
}

fn no_setup() -> Refused {
    Refused::new(StatusCode::CONFLICT, "no_setup", "No authenticator is being enrolled; begin again.")
}

fn recovery_code() -> anyhow::Result<String> {
    Ok(totp::base32(&random_bytes::<RECOVERY_BYTES>()?))
}

/// A QR code as the path of its dark modules.
fn qr(text: &str) -> Result<QrCode, Refused> {
    let code = Code::encode_text(text, QrCodeEcc::Medium);
    let code = code.map_err(|_| Refused::store(anyhow!("the platform's name is too long for a QR code")))?;
    let size = u32::try_from(code.size()).unwrap_or(0);
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path += &format!("M{},{}h1v1h-1z", x + QUIET as i32, y + QUIET as i32);
        }
    }
    Ok(QrCode { size: size + 2 * QUIET, path })
}
