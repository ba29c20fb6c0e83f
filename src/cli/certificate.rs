//! `live-classroom certificate`: a sample to look at before certificates are issued, and whether a file is genuine.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use live_classroom::certificate::content::{Content, Essay, VERSION};
use live_classroom::certificate::number::Number;
use live_classroom::certificate::print::NoPdf;
use live_classroom::config::{self, Config};
use live_classroom::server;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};

mod check;

/// A name with a character that many fonts lack.
const NAME: &str = "欧阳䶮";
const ISSUER: &str = "示例发证单位";
const PAGES: &str = "https://class.example.org/v";
/// A key that opens nothing.
const KEY: &str = "AAAAAAAAAAAAA";

#[derive(Subcommand)]
pub(super) enum CertificateCommand {
    /// Print a sample with the fonts, the seal and the issuers of the settings; needs no server and no store. It says
    /// across the page that it is one.
    Sample {
        /// Where to write it; with several names, FILE-2.pdf and so on beside it.
        #[arg(long, value_name = "FILE.pdf")]
        out: PathBuf,
        /// Whom it is for, e.g. names with rare characters; may be given several times [default: 欧阳䶮].
        #[arg(long, value_name = "NAME")]
        name: Vec<String>,
        /// Configuration file.
        #[arg(long, value_name = "FILE", env = "CLASSROOM_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Check a certificate or a badge with the published key alone; needs no network, no server and no store.
    Check(check::CheckArgs),
}

/// Carries out the command.
pub(super) fn run(command: CertificateCommand) -> anyhow::Result<()> {
    match command {
        CertificateCommand::Sample { out, name, config } => {
            let config = config::read(config.as_deref(), std::env::vars(), &Vec::new())?;
            let names = if name.is_empty() { vec![NAME.to_owned()] } else { name };
            sample(&config, &out, &names)
        }
        CertificateCommand::Check(args) => check::run(&args),
    }
}

fn sample(config: &Config, out: &Path, names: &[String]) -> anyhow::Result<()> {
    let ready = server::press(&config.certificates)?;
    let mut said = format!("fonts: {}\n", ready.fonts.join(", "));
    if !ready.lacking.is_empty() {
        let lacking: String = ready.lacking.iter().collect();
        said += &format!(
            "these fonts lack characters of rare names, such as {lacking}: install fonts-noto-cjk\n"
        );
    }
    let mut press = ready.press;
    press.is_sample = true;
    let seal = press.seal.as_ref().map(|seal| seal.digest().to_owned());
    let mut unprinted = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let content = content(config, name, seal.clone())?;
        if let Some(mistake) = content.mistakes().first() {
            bail!("{name:?}: {} {}", mistake.field, mistake.wrong);
        }
        let missing: String = press.missing(&content).into_iter().collect();
        if !missing.is_empty() {
            unprinted.push(format!("{name}: no font has {missing}"));
            continue;
        }
        let pdf = press.print(&content).map_err(|error: NoPdf| anyhow::anyhow!("{name}: {error}"))?;
        let file = numbered(out, at + 1);
        std::fs::write(&file, &pdf).with_context(|| format!("cannot write {}", file.display()))?;
        said += &format!("{}: {name}, {} bytes\n", file.display(), pdf.len());
    }
    super::print(&said)?;
    ensure!(unprinted.is_empty(), "{}; add a font that has it to certificates.fonts", unprinted.join("; "));
    Ok(())
}

/// FILE.pdf, FILE-2.pdf, …
fn numbered(out: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let end = out.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    out.with_file_name(format!("{stem}-{number}{end}"))
}

fn content(config: &Config, name: &str, seal: Option<String>) -> anyhow::Result<Content> {
    let today = LocalDate::of(ServerInstant::of_fact(now_ms()));
    let year = today.to_string().split('-').next().and_then(|year| year.parse().ok()).unwrap_or(0);
    let issuers = &config.certificates.issuers;
    Ok(Content {
        version: VERSION,
        number: Number::new(year, 0, 0, 0, 1).context("no number for this year")?,
        name: name.into(),
        document_end: Some("0000".into()),
        unit: "示例省".into(),
        school: "示例职业技术学院".into(),
        programme: "示例教师培训".into(),
        phase: "第一期".into(),
        first_day: today,
        last_day: today,
        hours_ch: 1000,
        hour_minutes: 45,
        essay: Essay::Accepted,
        issuers: if issuers.is_empty() { vec![ISSUER.into()] } else { issuers.clone() },
        seal,
        issued_on: today,
        pages: PAGES.into(),
        key: KEY.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_from_the_second_on() {
        assert_eq!(numbered(Path::new("/a/b.pdf"), 1), Path::new("/a/b.pdf"));
        assert_eq!(numbered(Path::new("/a/b.pdf"), 3), Path::new("/a/b-3.pdf"));
        assert_eq!(numbered(Path::new("b"), 2), Path::new("b-2"));
    }
}
