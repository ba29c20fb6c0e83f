//! A result as a row: its digest, and the check that it follows from its own events.

use std::io::{Read, Write};

use anyhow::{Context, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sqlx::Row;

use super::super::unsigned;
use super::facts::Seal;
use crate::attendance::RULES_VERSION;
use crate::attendance::event::Event;
use crate::attendance::judgement::Judgement;
use crate::attendance::record::{Figures, LessonRecord, LineRecord};
use crate::chain::{netstrings, sha256};
use crate::store::dialect::{Connection, StoredRow};

/// The row of a result.
pub(crate) struct Body {
    pub(crate) lesson: String,
    pub(crate) stage: String,
    pub(crate) policy_version: String,
    pub(crate) rules_version: u32,
    pub(crate) input_digest: String,
    pub(crate) computed_at_ms: u64,
    pub(crate) taught_s: u64,
    pub(crate) effective_ch: u64,
    /// A [`LessonRecord`], or a report of the first format.
    pub(crate) report: String,
    /// The audit file, compressed.
    pub(crate) events: Vec<u8>,
    pub(crate) seal: Seal,
}

impl Body {
    pub(crate) fn read(row: &StoredRow) -> Result<Body, sqlx::Error> {
        Ok(Body {
            lesson: row.try_get("lesson")?,
            stage: row.try_get("stage")?,
            policy_version: row.try_get("policy_version")?,
            rules_version: row.try_get("rules_version")?,
            input_digest: row.try_get("input_digest")?,
            computed_at_ms: unsigned(row.try_get("computed_at_ms")?),
            taught_s: unsigned(row.try_get("taught_s")?),
            effective_ch: unsigned(row.try_get("effective_ch")?),
            report: row.try_get("report")?,
            events: row.try_get("events")?,
            seal: Seal { upto: unsigned(row.try_get("facts_upto")?), digest: row.try_get("facts_digest")? },
        })
    }

    /// Checks that the row, its record and its lines agree, and, if the rules of its time are today's, that
    /// judging its own events by its own policy gives it again (CR-18). Rules of other versions are gone:
    /// such a result rests on its digest.
    pub(crate) fn check(&self, lines: &[(String, String)]) -> anyhow::Result<()> {
        let figures = Figures::read(&self.report)?;
        let people = lines.iter().map(|(person, line)| Ok((person.clone(), LineRecord::read(line)?)));
        let people: Vec<_> = people.collect::<Result<_, serde_json::Error>>()?;
        let says = (&figures.lesson, &figures.policy.version, figures.rules);
        ensure!(
            says == (&self.lesson, &self.policy_version, self.rules_version),
            "its record is of another one"
        );
        let amounts = (figures.taught_s, figures.effective_ch);
        ensure!(amounts == (self.taught_s, self.effective_ch), "its record has other figures");
        let most_ch = people.iter().map(|(_, line)| line.credit_ch().max(line.live_ch())).max();
        ensure!(most_ch.unwrap_or(0) <= self.effective_ch, "somebody has more than the lesson was worth");
        if self.rules_version == RULES_VERSION {
            ensure!(self.is_reproduced(&figures, people)?, "its own events do not make it");
        }
        Ok(())
    }

    fn is_reproduced(&self, figures: &Figures, lines: Vec<(String, LineRecord)>) -> anyhow::Result<bool> {
        let file = unpacked(&self.events)?;
        let events = file.lines().map(Event::parse).collect::<Result<Vec<_>, _>>()?;
        let again = Judgement::new(&figures.policy, events, figures.enrolled.clone())?;
        let is_first = figures.format == 1;
        let of_format = |line: LineRecord| if is_first { line.as_first() } else { line };
        let again_lines: Vec<_> =
            again.line_records().into_iter().map(|(person, line)| (person, of_format(line))).collect();
        let is_record = is_first || serde_json::from_str::<LessonRecord>(&self.report)? == again.record();
        let amounts = (again.result.instruction_seconds, again.result.effective_ch);
        Ok(again.digest == self.input_digest
            && again.result.plan.lesson == self.lesson
            && amounts == (self.taught_s, self.effective_ch)
            && is_record
            && again_lines == lines)
    }

    /// The digest of the row and its lines, by which anybody sees that nothing was changed. Frozen: for
    /// results of the first format it is the same as when they were written.
    pub(crate) fn digest(&self, lines: &[(String, String)]) -> anyhow::Result<String> {
        let is_first = Figures::read(&self.report)?.format == 1;
        let [computed_at_ms, taught_s, effective_ch, facts_upto] =
            [self.computed_at_ms, self.taught_s, self.effective_ch, self.seal.upto]
                .map(|number| number.to_string());
        let rules_version = self.rules_version.to_string();
        let events = sha256(&self.events);
        let mut fields = Vec::new();
        if !is_first {
            fields.extend(["live-classroom result 2", &rules_version]);
        }
        fields.extend([
            self.lesson.as_str(),
            &self.stage,
            &self.policy_version,
            &self.input_digest,
            &computed_at_ms,
            &taught_s,
            &effective_ch,
            &self.report,
            &events,
        ]);
        // The earliest results have no seal.
        if self.seal != Seal::default() {
            fields.extend([facts_upto.as_str(), &self.seal.digest]);
        }
        fields.extend(lines.iter().flat_map(|(person, line)| [person.as_str(), line]));
        Ok(sha256(&netstrings(&fields)))
    }
}

/// The stored lines of a result. Their figures are also in columns, which are checked against them.
pub(crate) async fn raw_lines(reader: &mut Connection, result: i64) -> anyhow::Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT person, line, live_ch IS NOT DISTINCT FROM cast(line ->> 'live_ch' AS bigint)
             AND credit_ch IS NOT DISTINCT FROM cast(line ->> 'credit_ch' AS bigint)
         FROM result_lines WHERE result = $1 ORDER BY person",
    );
    let rows = rows.bind(result).fetch_all(reader).await?;
    let line = |row: &StoredRow| {
        ensure!(row.try_get::<bool, _>(2)?, "the figures of a line are not those of its text");
        Ok((row.try_get(0)?, row.try_get(1)?))
    };
    rows.iter().map(line).collect()
}

pub(super) fn packed(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes())?;
    Ok(packer.finish()?)
}

pub(super) fn unpacked(packed: &[u8]) -> anyhow::Result<String> {
    let mut file = String::new();
    GzDecoder::new(packed).read_to_string(&mut file).context("a broken audit file")?;
    Ok(file)
}
