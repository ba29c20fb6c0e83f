//! Nations (民族) by GB/T 3304; tables write them as name or as code of two digits.

use crate::text::mistake::Wrong;

/// In the order of their codes, from 01.
const NATIONS: [&str; 56] = [
    "汉族",
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
];
/// The codes beyond the 56.
const OTHERS: [(u32, &str); 2] = [(97, "其他"), (98, "外国血统中国籍人士")];

/// Reads a nation from a name, with or without 族, or from a code; spreadsheets lose the first zero of codes.
pub fn read(text: &str) -> Result<&'static str, Wrong> {
    let text = text.trim();
    if let Ok(code) = text.parse::<u32>() {
        let first = code.checked_sub(1).and_then(|at| NATIONS.get(at as usize)).copied();
        let other = OTHERS.iter().find(|(other, _)| *other == code).map(|(_, name)| *name);
        return first.or(other).ok_or(Wrong::Choice);
    }
    let names = NATIONS.iter().copied().chain(OTHERS.map(|(_, name)| name));
    let mut fitting = names.filter(|name| *name == text || name.strip_suffix('族') == Some(text));
    fitting.next().ok_or(Wrong::Choice)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_nation_is_read_by_name_and_code() {
        assert_eq!(NATIONS.iter().collect::<BTreeSet<_>>().len(), 56);
        for (code, name) in (1..).zip(NATIONS) {
            assert_eq!(read(name), Ok(name));
            assert_eq!(read(name.strip_suffix('族').expect("族")), Ok(name));
            assert_eq!((read(&format!("{code:02}")), read(&code.to_string())), (Ok(name), Ok(name)));
        }
        // Some entries of the printed GB/T 3304.
        for (code, name) in
            [("01", "汉族"), ("05", "维吾尔族"), ("15", "土家族"), ("36", "毛南族"), ("56", "基诺族")]
        {
            assert_eq!(read(code), Ok(name));
        }
        assert_eq!((read("97"), read("外国血统中国籍人士")), (Ok("其他"), Ok("外国血统中国籍人士")));
        for wrong in ["", "0", "00", "57", "96", "99", "-1", "汉人", "族", "Han"] {
            assert_eq!(read(wrong), Err(Wrong::Choice), "{wrong}");
        }
    }
}
