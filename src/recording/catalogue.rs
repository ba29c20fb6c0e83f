//! The open catalogue (公开课): published recordings that everybody may find and watch without signing in (seed 001:
//! 制作和公开,供教师免费线上学习). The rules of its tags and of its search.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::plain;

/// The most tags of a course.
pub const TAGS_MAX: usize = 8;
/// The longest tag, in characters.
pub const TAG_CHARS_MAX: usize = 20;
/// The longest name of a speaker, or of several, in characters.
pub const SPEAKER_CHARS_MAX: usize = 60;
/// Characters of a search that are looked at.
const SEARCH_CHARS_MAX: usize = 100;
/// Tags offered beside the search.
const OFFERED_MAX: usize = 24;

/// A course of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCourse {
    pub lesson: String,
    pub title: String,
    pub speaker: String,
    pub description: String,
    pub tags: Vec<String>,
    /// How long it plays, without breaks, ms.
    pub length_ms: u64,
    /// Ms since the Unix epoch.
    pub published_at_ms: u64,
}

/// Tags as they are kept: without blanks around them, each spelling once, empty ones left out. `None` = too many, or one
/// is too long.
pub fn tags(typed: &[String]) -> Option<Vec<String>> {
    let mut known = BTreeSet::new();
    let tags: Vec<String> = typed
        .iter()
        .map(|tag| plain::text(tag))
        .filter(|tag| !tag.is_empty() && known.insert(folded(tag)))
        .collect();
    let fits = tags.len() <= TAGS_MAX && tags.iter().all(|tag| tag.chars().count() <= TAG_CHARS_MAX);
    fits.then_some(tags)
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Each must occur somewhere in a course; one character is enough. Folded.
    words: Vec<String>,
    /// Folded; `None` = any.
    tag: Option<String>,
}

impl Search {
    /// A search as it was typed; blanks divide its words. An empty text or tag finds everything.
    pub fn of(text: &str, tag: &str) -> Search {
        let text: String = text.chars().take(SEARCH_CHARS_MAX).collect();
        let words = folded(&text).split_whitespace().map(str::to_owned).collect();
        let tag = folded(&tag.chars().take(SEARCH_CHARS_MAX).collect::<String>());
        Search { words, tag: (!tag.is_empty()).then_some(tag) }
    }

    pub fn finds(&self, course: &OpenCourse) -> bool {
        let tagged = |wanted: &String| course.tags.iter().any(|tag| folded(tag) == *wanted);
        if !self.tag.as_ref().is_none_or(tagged) {
            return false;
        }
        let OpenCourse { title, speaker, description, tags, .. } = course;
        // A line break is never part of a word, so no word is found across two of these.
        let text = folded(&[title, speaker, description, &tags.join("\n")].map(String::as_str).join("\n"));
        self.words.iter().all(|word| text.contains(word))
    }
}

/// The tags used most, most used first.
pub fn offered(courses: &[OpenCourse]) -> Vec<String> {
    let mut uses: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for tag in courses.iter().flat_map(|course| &course.tags) {
        uses.entry(folded(tag)).or_insert((0, tag)).0 += 1;
    }
    let mut uses: Vec<(usize, &str)> = uses.into_values().collect();
    uses.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    uses.into_iter().take(OFFERED_MAX).map(|(_, tag)| tag.to_owned()).collect()
}

/// The spelling by which texts are compared: full-width letters and digits are the usual ones, capitals small.
fn folded(text: &str) -> String {
    let usual = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    plain::text(text).chars().map(usual).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn course() -> OpenCourse {
        OpenCourse {
            lesson: "l".into(),
            title: "义务教育课程标准（2022年版）解读".into(),
            speaker: "陈静怡".into(),
            description: "第一部分：学业质量\n第二部分：ＡＩ 与课堂".into(),
            tags: vec!["课程标准".into(), "信息技术".into()],
            length_ms: 1,
            published_at_ms: 1,
        }
    }

    #[test]
    fn one_character_finds_and_so_do_words_in_any_order_and_width() {
        let finds = |text: &str, tag: &str| Search::of(text, tag).finds(&course());
        for text in [
            "",
            "  ",
            "课",
            "怡",
            "标准",
            "解读 陈",
            "陈　解读",
            "ai",
            "AI",
            "２０２２",
            "2022年",
            "信息技术",
        ] {
            assert!(finds(text, ""), "{text:?}");
        }
        for text in ["数", "课堂 数", "解读义务", "陈静怡第一"] {
            assert!(!finds(text, ""), "{text:?}");
        }
        assert!(finds("陈", "信息技术") && finds("", "课程标准"));
        assert!(!finds("", "课程") && !finds("数", "信息技术"), "a tag is meant whole");
    }

    #[test]
    fn tags_are_few_short_and_each_there_once() {
        let kept = |typed: &[&str]| tags(&typed.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        assert_eq!(kept(&[" 课程标准 ", "", "AI", "ａｉ"]), Some(vec!["课程标准".to_owned(), "AI".into()]));
        assert_eq!(kept(&[&"长".repeat(TAG_CHARS_MAX)]).map(|tags| tags.len()), Some(1));
        assert_eq!(kept(&[&"长".repeat(TAG_CHARS_MAX + 1)]), None);
        let many: Vec<String> = (0..=TAGS_MAX).map(|n| n.to_string()).collect();
        assert_eq!(tags(&many), None);
        assert_eq!(tags(&many[..TAGS_MAX]).map(|tags| tags.len()), Some(TAGS_MAX));
    }

    #[test]
    fn the_tags_used_most_are_offered_first() {
        let tagged =
            |tags: &[&str]| OpenCourse { tags: tags.iter().map(|tag| (*tag).into()).collect(), ..course() };
        let courses = [tagged(&["b", "c"]), tagged(&["B", "a"]), tagged(&[])];
        assert_eq!(offered(&courses), ["b", "a", "c"]);
    }

    proptest! {
        #[test]
        fn a_course_is_found_by_every_character_of_its_title(at in 0usize..18) {
            let title: Vec<char> = course().title.chars().collect();
            prop_assert!(Search::of(&title[at % title.len()].to_string(), "").finds(&course()));
        }

        #[test]
        fn any_search_is_answered(text in ".*", tag in ".*") {
            Search::of(&text, &tag).finds(&course());
        }
    }
}
