//! The rules by which a phase was counted, as a text for those who read its reports.

use crate::attendance::policy::{MakeUp, Policy};
use crate::programme::attainment::Source;
use crate::programme::phase::Phase;
use crate::programme::requirement::Requirements;

/// Lines end as Windows has them, and a mark of the encoding stands before: this is opened in any editor.
pub(super) fn statement(phase: &Phase, asked: &Requirements, policy: &Policy, source: Source) -> String {
    let minutes = |seconds: u64| match seconds % 60 {
        0 => format!("{} 分钟", seconds / 60),
        _ => format!("{seconds} 秒"),
    };
    let essay = match asked.essay {
        None => "不要求提交小论文".to_owned(),
        Some(rule) => format!("小论文不少于 {} 字，{} 前提交，经评阅通过", rule.least, rule.due),
    };
    let makeup = match policy.makeup {
        MakeUp::None => "缺课不能用回放补学",
        MakeUp::Union => "缺课的时段可以观看回放补学，与直播合并计算，同一时段不重复计",
    };
    let daily = match policy.daily_async_cap {
        None => "异步课程每天认定的学时没有上限".to_owned(),
        Some(ch) => format!("异步课程每天最多认定 {} 学时", hours(ch)),
    };
    let share = policy.min_share;
    let lines = [
        format!("第{}期 {} 学时与结业规则", phase.number, phase.title),
        String::new(),
        format!("学习时间：{} 至 {}", phase.study.first, phase.study.last),
        format!("结业要求：认定学时不少于 {} 学时；{essay}。", hours(asked.hours_ch)),
        format!("计时规则版本：{}（1 学时 = {}）", policy.version, minutes(policy.period)),
        format!("学时按 {} 一档计算，不足一档不计。", minutes(policy.inc)),
        format!(
            "一次课允许缺少 {} 仍计满；不足 {}/{} 不计学时。",
            minutes(policy.tol),
            share.part,
            share.whole
        ),
        format!("每 {} 至少确认一次在线，{}内应答。", minutes(policy.block), minutes(policy.answer)),
        format!("中断不超过 {} 连续计算。", minutes(policy.gap)),
        format!("{makeup}。"),
        format!("{daily}；同一内容只认定一次；全期认定不超过 {} 学时。", hours(phase.hours_ch)),
        String::new(),
        "表中各栏：".into(),
        "直播、异步、补学、调整学时相加，等于学时账上本期各内容的余额；认定学时是扣除上限后的学时。".into(),
        "调整包括人工更正、撤销和重新计算的冲回。".into(),
        "参训：至少有一分钟计入学习。参训率、合格率 = 参训、合格人数 ÷ 审核通过人数。".into(),
        "人均学时、互动次数 = 合计 ÷ 参训人数。直播平均出勤率 = 到课人次 ÷（人数 × 已上的直播课次数）。"
            .into(),
        "互动：应答在线确认和投票、举手、发言。比率四舍五入到两位小数，合计行由合计数重新计算。".into(),
        String::new(),
        format!("{}。", source.line()),
        "每个文件的 SHA-256 见 manifest.json。".into(),
    ];
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// 1000 ch → 10, 1050 ch → 10.5.
fn hours(ch: u64) -> String {
    let text = format!("{}.{:02}", ch / 100, ch % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_people_write_them() {
        assert_eq!([0, 1_000, 1_050, 5, 100].map(hours), ["0", "10", "10.5", "0.05", "1"]);
    }
}
