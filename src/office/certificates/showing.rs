//! Certificates in the view of owners and strangers: the file, the badge, the page for checking, the list of
//! withdrawn badges, the server's public keys.

use anyhow::{Context, ensure};
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{Answer, Certifier, Refused};
use crate::certificate::content::Content;
use crate::certificate::number::Number;
use crate::certificate::person::masked_name;
use crate::certificate::signed::badge::{self, Place};
use crate::certificate::signed::keys::did_document;
use crate::certificate::signed::status_list::StatusList;
use crate::certificate::state::State;
use crate::certificate::verification;
use crate::chain::sha256;
use crate::protocol::{CertificateState, CheckedCertificate, MyCertificate};
use crate::store::certificates::Certificate;
use crate::time::ServerInstant;

/// The path of the lists of withdrawn badges below the site.
const LISTS: &str = "/certificates/status";

impl Certifier {
    /// The own certificate of a phase, the newest one if it was replaced.
    pub async fn mine(&self, phase: &str, person: &str) -> Answer<MyCertificate> {
        let own = self.own(phase, person).await?;
        let content = &own.content;
        Ok(MyCertificate {
            number: content.number.to_string(),
            state: shown(own.state),
            name: content.name.clone(),
            issued_on: content.issued_on.to_string(),
            address: content.address(),
            pdf: own.pdf,
        })
    }

    async fn own(&self, phase: &str, person: &str) -> Answer<Certificate> {
        self.store().certificates().of_person(phase, person).await?.ok_or(Refused::NotFound)
    }

    /// Number and file of the own certificate: always the same bytes, or none.
    pub async fn file(&self, phase: &str, person: &str) -> Answer<(Number, Vec<u8>)> {
        let own = self.own(phase, person).await?;
        let number = own.content.number;
        let kept = self.0.files.read(&number.to_string()).context("cannot read a certificate")?;
        if let Some(kept) = kept.filter(|kept| sha256(kept) == own.pdf) {
            return Ok((number, kept));
        }
        // The file was lost: printed again, it is the same as long as fonts and seal are.
        let (did, press, certifier) = (self.did()?, self.press().await?, self.clone());
        let content = own.content.clone();
        let print = move || certifier.print(&press, &did, &content);
        let printed = tokio::task::spawn_blocking(print).await.context("printing ended badly")??;
        let pdf = printed.map_err(|why| anyhow::anyhow!("{number} cannot be printed again: {why}"))?;
        ensure_same(number, &pdf, &own.pdf)?;
        let again = self.0.files.read(&number.to_string()).context("cannot read a certificate")?;
        Ok((number, again.ok_or(Refused::NotFound)?))
    }

    /// The badge of the own certificate, signed.
    pub async fn badge(&self, phase: &str, person: &str) -> Answer<String> {
        let own = self.own(phase, person).await?;
        let (did, list) = (self.did()?, self.list_address(own.list));
        let place = Place { site: self.site(), list: &list, index: own.bit as usize, salt: &own.salt };
        Ok(badge::sign(self.signer(&did), &own.content, place))
    }

    fn list_address(&self, list: u32) -> String {
        format!("{}{LISTS}/{list}", self.site())
    }

    /// The content of a certificate's page. Guessing numbers reveals nothing: a wrong key is answered like an
    /// unknown number.
    pub async fn check(&self, number: &str, key: &str) -> Answer<CheckedCertificate> {
        let number: Number = number.parse().map_err(|_| Refused::NotFound)?;
        let found = self.store().certificates().find(number).await?;
        let right = match &found {
            Some(found) => found.content.key.clone(),
            None => verification::key_of(self.store().keys().verification(), number),
        };
        let is_right: bool = right.as_bytes().ct_eq(key.trim().to_ascii_uppercase().as_bytes()).into();
        let found = found.filter(|_| is_right).ok_or(Refused::NotFound)?;
        let replaced_by = match found.replaced_by {
            Some(number) => self.store().certificates().find(number).await?.map(|one| one.content.address()),
            None => None,
        };
        let Content { name, programme, phase, hours_ch, hour_minutes, issuers, issued_on, .. } =
            found.content;
        Ok(CheckedCertificate {
            number: number.to_string(),
            state: shown(found.state),
            name: masked_name(&name),
            programme,
            phase,
            hours_ch,
            hour_minutes,
            issuers,
            issued_on: issued_on.to_string(),
            pdf: found.pdf,
            ended_at_ms: found.ended_at_ms,
            replaced_by,
        })
    }

    /// The list of withdrawn badges, signed.
    pub async fn status_list(&self, list: u32, now_ms: u64) -> Answer<String> {
        let did = self.did()?;
        let mut bits = StatusList::default();
        for bit in self.store().certificates().withdrawn(list).await? {
            bits.set(bit as usize);
        }
        let now = ServerInstant::of_fact(now_ms);
        Ok(bits.sign(self.signer(&did), &self.list_address(list), now))
    }

    /// The document with the public keys.
    pub async fn did_document(&self) -> Answer<Value> {
        Ok(did_document(&self.did()?, self.keys().await?))
    }
}

fn ensure_same(number: Number, made: &str, issued: &str) -> anyhow::Result<()> {
    ensure!(
        made == issued,
        "the file of {number} was lost, and with the present fonts and seal it cannot be made as it was: put \
         certificates/ back from its backup"
    );
    Ok(())
}

fn shown(state: State) -> CertificateState {
    match state {
        State::Valid => CertificateState::Valid,
        State::Superseded => CertificateState::Superseded,
        State::Revoked => CertificateState::Revoked,
    }
}
