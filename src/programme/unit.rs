//! The units that send trainees (S1-14): 31 provinces, 5 planned cities, the Xinjiang corps; direct units are
//! added per programme. Province codes are those of GB/T 2260; the other units have none at that level and
//! get codes of our own.

use serde::{Deserialize, Serialize};

/// A person of a unit (R3): its lead (负责人) or contact (联系人). Stored: the fields are never renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPerson {
    pub name: String,
    #[serde(default)]
    pub position: String,
    pub telephone: String,
    #[serde(default)]
    pub mobile: String,
    #[serde(default)]
    pub email: String,
}

/// The kind of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    Province,
    /// 计划单列市.
    PlannedCity,
    /// 新疆生产建设兵团.
    Corps,
    /// A unit that sends people of its own, beside its province.
    Direct,
}

/// A unit of the fixed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub code: &'static str,
    pub name: &'static str,
    /// Abbreviation in tables.
    pub short: &'static str,
    pub kind: UnitKind,
}

/// A unit of one programme: one of the fixed list, or a direct one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeUnit {
    pub code: String,
    pub name: String,
    /// Abbreviation in tables.
    pub short: String,
    pub kind: UnitKind,
}

/// All units of a programme, the fixed list and the direct ones, to find one by the words of people.
#[derive(Debug, Clone)]
pub struct Units(Vec<ProgrammeUnit>);

impl Units {
    /// The fixed list and `direct`, the code and name of each direct unit.
    pub fn with_direct(direct: impl IntoIterator<Item = (String, String)>) -> Units {
        let fixed = |unit: &Unit| ProgrammeUnit {
            code: unit.code.into(),
            name: unit.name.into(),
            short: unit.short.into(),
            kind: unit.kind,
        };
        let direct = direct.into_iter().map(|(code, name)| direct_unit(code, name));
        Units(UNITS.iter().map(fixed).chain(direct).collect())
    }

    /// Finds a unit by code, name or short name.
    pub fn find(&self, text: &str) -> Option<&ProgrammeUnit> {
        let text = text.trim();
        self.0.iter().find(|unit| [&unit.code, &unit.name, &unit.short].iter().any(|word| *word == text))
    }

    pub fn is_code(&self, code: &str) -> bool {
        self.0.iter().any(|unit| unit.code == code)
    }

    /// The name in tables; an unknown code stays a code.
    pub fn name(&self, code: &str) -> String {
        let unit = self.0.iter().find(|unit| unit.code == code);
        unit.map_or(code, |unit| &unit.name).to_owned()
    }

    /// The units in the order of national tables.
    pub fn all(&self) -> &[ProgrammeUnit] {
        &self.0
    }

    pub fn into_list(self) -> Vec<ProgrammeUnit> {
        self.0
    }
}

/// A direct unit of one programme.
pub fn direct_unit(code: String, name: String) -> ProgrammeUnit {
    ProgrammeUnit { code, short: name.clone(), name, kind: UnitKind::Direct }
}

macro_rules! units {
    ($($kind:ident $code:literal $name:literal $short:literal)*) => {
        /// The fixed list, in the order of national tables.
        pub const UNITS: &[Unit] =
            &[$(Unit { code: $code, name: $name, short: $short, kind: UnitKind::$kind },)*];
    };
}

units! {
    Province "11" "北京市" "北京"
    Province "12" "天津市" "天津"
    Province "13" "河北省" "河北"
    Province "14" "山西省" "山西"
    Province "15" "内蒙古自治区" "内蒙古"
    Province "21" "辽宁省" "辽宁"
    Province "22" "吉林省" "吉林"
    Province "23" "黑龙江省" "黑龙江"
    Province "31" "上海市" "上海"
    Province "32" "江苏省" "江苏"
    Province "33" "浙江省" "浙江"
    Province "34" "安徽省" "安徽"
    Province "35" "福建省" "福建"
    Province "36" "江西省" "江西"
    Province "37" "山东省" "山东"
    Province "41" "河南省" "河南"
    Province "42" "湖北省" "湖北"
    Province "43" "湖南省" "湖南"
    Province "44" "广东省" "广东"
    Province "45" "广西壮族自治区" "广西"
    Province "46" "海南省" "海南"
    Province "50" "重庆市" "重庆"
    Province "51" "四川省" "四川"
    Province "52" "贵州省" "贵州"
    Province "53" "云南省" "云南"
    Province "54" "西藏自治区" "西藏"
    Province "61" "陕西省" "陕西"
    Province "62" "甘肃省" "甘肃"
    Province "63" "青海省" "青海"
    Province "64" "宁夏回族自治区" "宁夏"
    Province "65" "新疆维吾尔自治区" "新疆"
    PlannedCity "91" "大连市" "大连"
    PlannedCity "92" "宁波市" "宁波"
    PlannedCity "93" "厦门市" "厦门"
    PlannedCity "94" "青岛市" "青岛"
    PlannedCity "95" "深圳市" "深圳"
    Corps "66" "新疆生产建设兵团" "兵团"
}

/// Finds a unit by its code, its name or its short name.
pub fn find(text: &str) -> Option<&'static Unit> {
    let text = text.trim();
    UNITS.iter().find(|unit| [unit.code, unit.name, unit.short].contains(&text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_37_units_each_once() {
        let count = |kind| UNITS.iter().filter(|unit| unit.kind == kind).count();
        assert_eq!(
            (count(UnitKind::Province), count(UnitKind::PlannedCity), count(UnitKind::Corps)),
            (31, 5, 1)
        );
        let words: BTreeSet<&str> =
            UNITS.iter().flat_map(|unit| [unit.code, unit.name, unit.short]).collect();
        assert_eq!(words.len(), 3 * UNITS.len());
        assert_eq!(find(" 浙江 ").map(|unit| unit.code), Some("33"));
        assert_eq!(find("新疆生产建设兵团").map(|unit| unit.code), Some("66"));
        assert_eq!(find("新疆").map(|unit| unit.code), Some("65"));
        assert_eq!(find(""), None);
    }
}
