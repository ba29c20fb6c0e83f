//! The notice about personal data that a registration needs consent to (个人信息保护法 17: who handles what for
//! what, for how long, and the person's rights). Text and version belong together: another text is another
//! version, and then everybody is asked again.

/// A part of the notice that the law requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePart {
    pub title: String,
    pub text: String,
}

/// Version of the text below; a test binds the two.
pub const VERSION: &str = "2026-11-30";

/// Heading and text of a part, in Chinese and in English.
type Part = [(&'static str, &'static str); 2];

/// Retention is that of §5.3, as far as the server enforces it (`office::retention`); the notice promises
/// nothing that needs people to do it.
const PARTS: [Part; 6] = [
    [
        (
            "由谁处理",
            "个人信息处理者是本期培训的主办单位；平台的运行单位受其委托处理。你所在的选派单位只能看到本单位学员的信息。",
        ),
        (
            "Who handles it",
            "The organisations that issue this programme; whoever runs this platform handles it on their behalf. The \
             unit that sends you sees its own trainees only.",
        ),
    ],
    [
        (
            "为了什么",
            "核实身份、审核报名、编班、组织直播课堂、记录学时、颁发和查验证书、按规定向选派单位反馈参训情况。被评为优秀的心得，只有你另行同意才公开，随时可以撤回。不用于其他目的，不作自动化决定，不向境外提供。",
        ),
        (
            "What for",
            "To verify who you are, decide on registrations, form classes, hold live classes, record credit hours, \
             issue and verify certificates, and report to the unit that sends you. One of the best essays is published \
             only if its author agrees to that, who may change the answer at any time. For nothing else; no decision \
             is made by a machine alone, and nothing leaves the country.",
        ),
    ],
    [
        (
            "处理哪些信息",
            "姓名、性别、证件类型和号码、单位和学校、职务、职称、任教专业、手机号、电子邮箱；上报名单里的民族和出生年月；上课时的进出时间、签到和答题、发言和聊天、课堂录像；提交的心得、自测和问卷的答案；手机或电脑的网络检测结果。证件号码属于敏感个人信息，只用于核对身份和颁发证书，与手机号一样加密保存，页面上打码；查看完整号码须写明理由并留下记录。不做人脸识别；上台发言时是否打开摄像头由你决定。",
        ),
        (
            "Which data",
            "Name, sex, kind and number of the document, unit and school, position, title, subject, mobile number, \
             e-mail; nation and month of birth where your unit lists them; in class when you come and go, checks \
             and answers, what you say and write, and the recording; your essay, and your answers to self-tests and surveys; results of network checks. The document number is sensitive: it serves \
             to verify you and to issue certificates alone, is kept encrypted like the mobile number, and is \
             shown masked; whoever reads it in full gives a reason, which is recorded. No face is recognised; \
             on stage you decide whether your camera is on.",
        ),
    ],
    [
        (
            "保存多久",
            "未通过的报名，驳回后 6 个月自动删除；没有轮到名额的报名、没有填完的报名和没有报名的上报名单，培训结束后 6 个月自动删除；网络检测结果 7 天。学时和证书登记、审核和操作日志长期保存，作为认定的依据；出勤和签到的原始记录不少于 6 年。课堂录像和其中的聊天由主办单位按授权期限保存，不少于 60 天。",
        ),
        (
            "How long",
            "A rejected registration is deleted 6 months later by itself; one without a seat or not handed in, and lists \
             of people who did not register, 6 months after the training; results of network checks after 7 days. \
             Credit hours, certificates and the log of decisions stay, as what they were decided on; the raw \
             record of attendance at least 6 years. Recordings with their chat are kept by the organisations \
             as licensed, at least 60 days.",
        ),
    ],
    [
        (
            "你的权利",
            "可以向主办单位（联系方式见“帮助”）要求查阅、复制、更正、删除自己的信息或作出解释，也可以撤回同意。撤回同意就是退出报名：在“我的报名”里点“退出报名”，撤回前的处理仍然有效，依法须留存的学时记录不删除。对学时认定有异议可以申诉，由人复核。",
        ),
        (
            "Your rights",
            "You may ask the organisations (see “Help”) to show, copy, correct or delete your data, or to explain \
             what is done with it, and you may take your consent back. Taking it back is to withdraw the \
             registration, under “My registrations”; what was done before stays lawful, and credit records that the law asks to keep are kept. You may appeal against the hours \
             counted, and a person decides.",
        ),
    ],
    [
        ("不同意会怎样", "带“选填”的可以不填。其余信息是报名审核和记录学时所必需的，不同意就不能报名。"),
        (
            "If you do not agree",
            "What is marked as optional may be left out. The rest is needed to decide on the registration and to \
             record hours; without consent there is no registration.",
        ),
    ],
];

/// The parts in Chinese.
pub fn chinese() -> Vec<NoticePart> {
    language(0)
}

/// The parts in English.
pub fn english() -> Vec<NoticePart> {
    language(1)
}

fn language(at: usize) -> Vec<NoticePart> {
    let part = |part: &Part| NoticePart { title: part[at].0.into(), text: part[at].1.into() };
    PARTS.iter().map(part).collect()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::chain::sha256;

    /// A change of the text needs a new version; both are written here.
    #[test]
    fn another_text_is_another_version() {
        let text: String = PARTS.iter().flatten().map(|(title, text)| format!("{title}\n{text}\n")).collect();
        let found = sha256(text.as_bytes())[..16].to_owned();
        assert_eq!(
            (VERSION, found.as_str()),
            ("2026-11-30", "ecbedb50f27f227c"),
            "the notice has changed: give it a version"
        );
    }

    #[test]
    fn both_languages_say_everything() {
        let says = |parts: Vec<NoticePart>, words: &[&str]| {
            let text: String = parts.into_iter().map(|part| part.title + &part.text).collect();
            words.iter().all(|word| text.contains(word))
        };
        assert!(says(chinese(), &["处理者", "敏感", "6 个月", "6 年", "撤回同意", "更正", "删除"]));
        assert!(says(
            english(),
            &["on their behalf", "sensitive", "6 months", "6 years", "consent back", "delete"]
        ));
    }
}
