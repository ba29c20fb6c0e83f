//! The summary of a phase (组织、人数、体会反响) as a page and as a document to be edited: how it was organised, who came, how
//! hours are spread, units compared, what the survey says, the best essays. For those who see all units.

use super::attainments::Documents;
use super::{Filter, Reporter};
use crate::account::role::Scope;
use crate::office::{Answer, OfficeRefusal, surveys, units};
use crate::programme::attainment::Source;
use crate::programme::phase::Phase;
use crate::programme::summary::{Counts, percent};
use crate::programme::survey::Ask;
use crate::protocol::{
    HoursShare, OverviewDay, OverviewEssay, PhaseOverview, SummaryLine, SurveyResults, SurveyTally,
};
use crate::sheet::{Block, bar, docx};
use crate::time::{LocalDate, ServerInstant};

/// Essays that are named.
const ESSAYS: u32 = 10;
/// Texts of a survey's question that the document has.
const TEXTS: usize = 10;

impl Reporter {
    pub async fn overview(&self, phase: &str) -> Answer<PhaseOverview> {
        let phase = self.phase(phase).await?;
        let survey = match surveys::results(self.store(), &phase.id).await {
            Ok(results) => Some(results),
            Err(OfficeRefusal::NotFound) => None,
            Err(refusal) => return Err(refusal),
        };
        let reporter = self.clone();
        self.at_desk(async move { reporter.overviewed(&phase, survey).await }).await
    }

    async fn overviewed(&self, phase: &Phase, survey: Option<SurveyResults>) -> Answer<PhaseOverview> {
        let (scope, filter) = (Scope::all(), Filter::default());
        let mut snapshot = self.store().snapshot().await?;
        let summary = self.by_unit(&mut snapshot, phase, &scope, &filter).await?;
        let looked = self.books.looked(phase.clone()).await?;
        let reading = self.reading(&looked, Documents::LeftOut);
        let people = reading.read(&mut snapshot, &filter.wanted(phase, &scope), None).await?;
        let organised = snapshot.organised(&phase.id).await?;
        let day = |ms| LocalDate::of(ServerInstant::of_fact(ms)).to_string();
        let days = snapshot.days(&phase.id).await?.into_iter();
        let essays = snapshot.best_essays(&phase.id, ESSAYS).await?.into_iter();
        let total = Counts::sum(summary.units.iter().map(|(_, _, counts)| *counts));
        let shown = summary.units.into_iter().filter(|(_, _, counts)| *counts != none_of(total));
        Ok(PhaseOverview {
            title: phase.title.clone(),
            number: phase.number,
            first_day: phase.study.first.to_string(),
            last_day: phase.study.last.to_string(),
            classes: organised.classes,
            live_lessons: organised.live,
            self_studies: organised.alone,
            instructors: organised.instructors,
            days: days
                .map(|one| OverviewDay { day: day(one.from_ms), live: one.live, alone: one.alone })
                .collect(),
            hours: shares(people.iter().map(|one| one.hours.recognised_ch), phase.hours_ch),
            units: shown.map(|(code, _, counts)| super::summary::line(code, counts)).collect(),
            total: super::summary::line(String::new(), total),
            survey,
            essays: essays
                .map(|one| OverviewEssay {
                    name: one.name,
                    unit: one.unit,
                    school: one.school,
                    points: one.points,
                    words: one.words,
                })
                .collect(),
            source: summary.source.into(),
        })
    }

    /// The same as .docx.
    pub async fn overview_file(&self, phase: &str) -> Answer<Vec<u8>> {
        let overview = self.overview(phase).await?;
        let known = self.phase(phase).await?;
        let names = units::of_programme(self.store(), &known.programme).await?;
        let blocks = document(&overview, |code| names.name(code));
        Ok(docx(&blocks).map_err(anyhow::Error::from)?)
    }
}

/// The counts of a unit without people and seats; such units are not shown.
fn none_of(total: Counts) -> Counts {
    Counts { passed: total.passed.map(|_| 0), ..Counts::default() }
}

/// Upper ends of the bands of hours, in percent of the hours of the phase.
const ENDS: [u64; 5] = [0, 25, 50, 75, 99];

/// Number of people in each band of hours; the last band has all hours of the phase.
fn shares(people_ch: impl Iterator<Item = u64>, hours_ch: u64) -> Vec<HoursShare> {
    let mut parts: Vec<HoursShare> =
        ENDS.iter().chain(&[100]).map(|to| HoursShare { to_percent: *to as u32, people: 0 }).collect();
    for ch in people_ch {
        let share = if ch == 0 { 0 } else { (ch.saturating_mul(100) / hours_ch.max(1)).clamp(1, 100) };
        let at = ENDS.iter().position(|end| share <= *end).unwrap_or(ENDS.len());
        parts[at].people += 1;
    }
    parts
}

/// The words for a band, by its upper end.
fn part(to_percent: u32) -> String {
    match to_percent {
        0 => "没有学时".into(),
        100 => "达到要求".into(),
        99 => "75%–100%".into(),
        to => format!("{}%–{to}%", to - 25),
    }
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn document(found: &PhaseOverview, unit_name: impl Fn(&str) -> String) -> Vec<Block> {
    let total = &found.total;
    let source = Source { seq: found.source.seq, at_ms: found.source.at_ms };
    let mut blocks = vec![
        Block::Title(format!("第{}期 {} 培训总结", found.number, found.title)),
        Block::Heading("一、组织情况".into()),
        Block::Text(format!(
            "本期培训于 {} 至 {} 举行，编为 {} 个班，由 {} 位讲师授课，上直播课 {} 次，安排自学 {} 次。",
            found.first_day,
            found.last_day,
            found.classes,
            found.instructors,
            found.live_lessons,
            found.self_studies
        )),
        Block::Heading("二、参训人数".into()),
        Block::Text(people(total)),
    ];
    blocks.extend(days(&found.days));
    blocks.push(Block::Heading("三、学时分布".into()));
    let most = found.hours.iter().map(|one| one.people).max().unwrap_or(0);
    let mut table = vec![row(["认定学时占要求", "人数", ""])];
    table.extend(
        found
            .hours
            .iter()
            .map(|one| vec![part(one.to_percent), one.people.to_string(), bar(one.people, most)]),
    );
    blocks.push(Block::Table(table));
    blocks.push(Block::Heading("四、各单位情况".into()));
    let mut table = vec![row(["单位", "审核通过", "参训", "合格", "合格率", "人均学时", "直播平均出勤率"])];
    table.extend(found.units.iter().chain([total]).map(|one| unit_row(one, &unit_name)));
    blocks.push(Block::Table(table));
    blocks.push(Block::Heading("五、体会反响".into()));
    match &found.survey {
        None => blocks.push(Block::Text("本期没有问卷。".into())),
        Some(results) => blocks.extend(survey(results)),
    }
    blocks.extend(essays(&found.essays, &unit_name));
    blocks.push(Block::Text(format!("{}。", source.line())));
    blocks
}

fn people(total: &SummaryLine) -> String {
    let passed = total.passed.map_or_else(String::new, |passed| {
        format!("，合格 {passed} 人，合格率 {}，发证 {} 份", total.passed_rate, total.certificates)
    });
    format!(
        "报名 {} 人，审核通过 {} 人，参训 {} 人，参训率 {}{passed}。人均认定 {} 学时，直播平均出勤率 {}，人均互动 {} 次。",
        total.registered,
        total.approved,
        total.attended,
        total.attended_rate,
        total.hours_each,
        total.present_rate,
        total.interactions_each
    )
}

fn days(days: &[OverviewDay]) -> Vec<Block> {
    let most = days.iter().map(|one| one.live.max(one.alone)).max().unwrap_or(0);
    let mut table = vec![row(["日期", "直播人数", "", "完成自学人数", ""])];
    table.extend(days.iter().map(|one| {
        let (live, alone) = (one.live.to_string(), one.alone.to_string());
        vec![one.day.clone(), live, bar(one.live, most), alone, bar(one.alone, most)]
    }));
    if days.is_empty() { Vec::new() } else { vec![Block::Table(table)] }
}

fn unit_row(one: &SummaryLine, unit_name: impl Fn(&str) -> String) -> Vec<String> {
    vec![
        if one.unit.is_empty() { "合计".to_owned() } else { unit_name(&one.unit) },
        one.approved.to_string(),
        one.attended.to_string(),
        one.passed.map_or_else(|| "—".to_owned(), |passed| passed.to_string()),
        one.passed_rate.clone(),
        one.hours_each.clone(),
        one.present_rate.clone(),
    ]
}

fn survey(results: &SurveyResults) -> Vec<Block> {
    let rate = percent(results.answered.into(), results.asked.into());
    let text = format!(
        "问卷“{}”发给 {} 人，{} 人作答（{rate}）。",
        results.survey.title, results.asked, results.answered
    );
    let mut blocks = vec![Block::Text(text)];
    let Some(tallies) = &results.tallies else {
        blocks.push(Block::Text("匿名问卷作答人数太少，不显示结果。".into()));
        return blocks;
    };
    for ((question, tally), number) in results.survey.questions.iter().zip(tallies).zip(1u32..) {
        blocks.push(Block::Text(format!("{number}. {}（{} 人作答）", question.text, tally.answered)));
        match &question.ask {
            Ask::Text => {
                blocks.extend(tally.texts.iter().take(TEXTS).map(|text| Block::Text(format!("“{text}”"))));
            }
            Ask::Scale { .. } => {
                blocks.push(tallied((1..).map(|point: u32| format!("{point} 分")), tally));
            }
            Ask::Choice { options, .. } => blocks.push(tallied(options.iter().cloned(), tally)),
        }
    }
    blocks
}

fn tallied(names: impl Iterator<Item = String>, tally: &SurveyTally) -> Block {
    let most = tally.counts.iter().max().copied().unwrap_or(0);
    let mut table = vec![row(["选项", "人数", ""])];
    table.extend(
        names
            .zip(&tally.counts)
            .map(|(name, count)| vec![name, count.to_string(), bar((*count).into(), most.into())]),
    );
    Block::Table(table)
}

fn essays(essays: &[OverviewEssay], unit_name: impl Fn(&str) -> String) -> Vec<Block> {
    if essays.is_empty() {
        return Vec::new();
    }
    let mut table = vec![row(["优秀小论文作者", "单位", "学校", "评分（满分 20）", "评语"])];
    table.extend(essays.iter().map(|one| {
        let (unit, points) = (unit_name(&one.unit), one.points.to_string());
        vec![one.name.clone(), unit, one.school.clone(), points, one.words.clone()]
    }));
    vec![Block::Heading("六、优秀小论文".into()), Block::Table(table)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_in_one_part_of_the_hours() {
        let people = [0, 1, 250, 251, 500, 750, 999, 1_000, 1_200];
        let parts: Vec<(u32, u64)> =
            shares(people.into_iter(), 1_000).iter().map(|one| (one.to_percent, one.people)).collect();
        assert_eq!(parts, [(0, 1), (25, 3), (50, 1), (75, 1), (99, 1), (100, 2)]);
        assert_eq!(
            ENDS.iter().map(|end| part(*end as u32)).collect::<Vec<_>>(),
            ["没有学时", "0%–25%", "25%–50%", "50%–75%", "75%–100%"]
        );
        assert_eq!(shares([0, 5].into_iter(), 0).iter().map(|one| one.people).sum::<u64>(), 2);
    }
}
