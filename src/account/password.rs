//! Passwords, and the lock after wrong tries (等级保护 level 2). The office does the hashing.

/// Why a password is refused; the `code` of a refusal with status 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than 8 characters, for administrators 12.
    #[error("too short")]
    PasswordShort,
    #[error("too long")]
    PasswordLong,
    #[error("use three of: small letters, capital letters, digits, signs")]
    PasswordSimple,
    #[error("it holds the name, the user name or the telephone number")]
    PasswordPersonal,
    /// The password is in lists that attackers try first, or made of such words and rows of keys.
    #[error("many people use it or one like it, so it is tried first")]
    PasswordCommon,
    #[error("it was one of the last five")]
    PasswordUsedBefore,
}

/// A duty of the person, before which everything else is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Must {
    /// Set up a second factor, as administrators must: `POST /api/account/totp`. Until then everything else
    /// is refused with `second_factor_needed`.
    EnrolSecondFactor,
    /// Change an administrator's password older than 90 days: `POST /api/account/password`. Until then
    /// everything else is refused with `password_too_old`.
    ChangePassword,
}

const LENGTH_MIN: usize = 8;
const LENGTH_MIN_ADMIN: usize = 12;
/// Longest password, bytes. Longer ones are refused rather than cut: hashing takes time for every byte.
const LENGTH_MAX: usize = 128;
const CLASSES_MIN: usize = 3;
/// Least strength: somebody who guesses by the usual lists finds weaker passwords in fewer than a million
/// tries.
const GUESSES_LOG10_MIN: f64 = 6.0;
/// Words at the head of the lists of leaked passwords here; with figures and a sign or two behind them, they
/// are the usual answer to "letters, figures and signs". Letters only, small.
const HEADS: [&str; 62] = [
    "a",
    "aa",
    "aaa",
    "ab",
    "abc",
    "abcd",
    "ad",
    "admin",
    "administrator",
    "asd",
    "asdf",
    "as",
    "baidu",
    "beijing",
    "changsha",
    "chengdu",
    "china",
    "chongqing",
    "root",
    "gly",
    "guangdong",
    "guangzhou",
    "guanli",
    "guanliyuan",
    "hangzhou",
    "hello",
    "huawei",
    "iloveyou",
    "jiaoshi",
    "jiaoyu",
    "laoshi",
    "lenovo",
    "login",
    "love",
    "mima",
    "nanjing",
    "pass",
    "password",
    "passwd",
    "peixun",
    "pw",
    "pwd",
    "q",
    "qaz",
    "qazwsx",
    "qq",
    "qwe",
    "qwer",
    "qwerty",
    "shanghai",
    "shenzhen",
    "system",
    "teacher",
    "test",
    "user",
    "welcome",
    "woaini",
    "wuhan",
    "xuexi",
    "xuexiao",
    "zhijiao",
    "zhongguo",
];
/// Most signs behind such a word that make it no harder to guess.
const SIGNS_MAX: usize = 3;
/// Words that people here use in passwords and the usual lists lack.
const LOCAL_WORDS: [&str; 14] = [
    "woaini",
    "woaini1314",
    "5201314",
    "1314520",
    "a123456",
    "aa123456",
    "qq123456",
    "abc123456",
    "admin123",
    "peixun",
    "jiaoshi",
    "xuexi",
    "laoshi",
    "zhijiao",
];

/// Failures within 15 minutes that lock an account for 30 minutes: at one place, and at all unfamiliar places
/// together. A place is familiar once the account has signed in there.
pub const HERE_MAX: usize = 5;
pub const ELSEWHERE_MAX: usize = 10;
const FAILURES_WITHIN_MS: u64 = 15 * 60 * 1000;
pub const LOCKED_MS: u64 = 30 * 60 * 1000;

/// Checks a new password. `personal`: user name, real name, telephone.
pub fn check(password: &str, is_admin: bool, personal: &[&str]) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < if is_admin { LENGTH_MIN_ADMIN } else { LENGTH_MIN } {
        return Err(Weak::PasswordShort);
    }
    if password.len() > LENGTH_MAX {
        return Err(Weak::PasswordLong);
    }
    let has = |class: fn(char) -> bool| usize::from(password.chars().any(class));
    let classes = has(|c| c.is_lowercase())
        + has(|c| c.is_uppercase())
        + has(|c| c.is_numeric())
        + has(|c| !c.is_alphanumeric() || (c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()));
    if classes < CLASSES_MIN {
        return Err(Weak::PasswordSimple);
    }
    let lower = password.to_lowercase();
    let holds = |word: &&str| word.chars().count() >= 2 && lower.contains(&word.to_lowercase());
    if personal.iter().any(holds) {
        return Err(Weak::PasswordPersonal);
    }
    if is_a_common_head(&lower) {
        return Err(Weak::PasswordCommon);
    }
    let strength = zxcvbn::zxcvbn(password, &LOCAL_WORDS);
    if strength.guesses_log10() < GUESSES_LOG10_MIN { Err(Weak::PasswordCommon) } else { Ok(()) }
}

/// Whether a password is a common word, one run of figures that anybody tries (a row, one figure again and
/// again, a year or a date, 520 and 1314), and few signs, in any order.
fn is_a_common_head(lower: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
    // `p@ssw0rd` reads as `password`, too.
    let words = [letters(lower), letters(&in_letters(lower))];
    let figures: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let signs = lower.chars().filter(|c| !c.is_ascii_alphanumeric()).count();
    let is_word = words.iter().any(|word| HEADS.contains(&word.as_str()));
    is_word && signs <= SIGNS_MAX && figures.iter().all(|run| is_tried_first(run))
}

/// The text with letters in place of signs that look like them, between two letters.
fn in_letters(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |at: usize| chars.get(at).is_some_and(char::is_ascii_alphabetic);
    let read = |(at, c): (usize, &char)| match c {
        _ if at == 0 || !is_letter(at - 1) || !is_letter(at + 1) => *c,
        '@' => 'a',
        '$' => 's',
        '0' => 'o',
        other => *other,
    };
    chars.iter().enumerate().map(read).collect()
}

fn is_tried_first(figures: &str) -> bool {
    let digits = figures.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
    // 0 follows 9, and 1 follows 0 backwards.
    let is_row = |step: i16| steps.iter().all(|one| *one == step || *one == -9 * step);
    let is_year =
        (figures.starts_with("19") || figures.starts_with("20")) && [4, 6, 8].contains(&digits.len());
    let is_said = ["520", "521", "1314", "5201314", "1314520", "666", "888", "168", "123123", "112233"]
        .contains(&figures);
    digits.len() <= 2 || is_row(1) || is_row(-1) || is_row(0) || is_year || is_said
}

/// Age at which an administrator must change the password, ms.
const ADMIN_AGE_MAX_MS: u64 = 90 * 24 * 3600 * 1000;

/// The open duties of a signed-in person.
pub fn musts(is_admin: bool, has_second_factor: bool, password_at_ms: u64, now_ms: u64) -> Vec<Must> {
    if !is_admin {
        return Vec::new();
    }
    let old = now_ms.saturating_sub(password_at_ms) > ADMIN_AGE_MAX_MS;
    let musts = [(!has_second_factor, Must::EnrolSecondFactor), (old, Must::ChangePassword)];
    musts.into_iter().filter_map(|(stands, must)| stands.then_some(must)).collect()
}

/// Failed tries of one account at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures {
    /// Times of failures in the last 15 minutes, oldest first, ms.
    pub at_ms: Vec<u64>,
    /// Time until which every password is refused, right or wrong, ms.
    pub locked_until_ms: u64,
}

impl Failures {
    /// Adds a wrong password; returns whether it locks the account at this place. A lock is not made longer:
    /// guesses would keep the owner out for ever.
    pub fn failed(&mut self, now_ms: u64, most: usize) -> bool {
        if now_ms < self.locked_until_ms {
            return false;
        }
        self.at_ms.retain(|at_ms| now_ms.saturating_sub(*at_ms) < FAILURES_WITHIN_MS);
        self.at_ms.push(now_ms);
        let locks = self.at_ms.len() >= most;
        if locks {
            self.locked_until_ms = now_ms.saturating_add(LOCKED_MS);
            self.at_ms.clear();
        }
        locks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shared;

    #[test]
    fn the_client_knows_the_limits() {
        let limits = ["password_chars_min", "password_chars_min_admin", "password_bytes_max"];
        let own = [LENGTH_MIN, LENGTH_MIN_ADMIN, LENGTH_MAX].map(|limit| limit as u64);
        assert_eq!(own, limits.map(shared::limit));
    }

    #[test]
    fn passwords_are_neither_simple_nor_personal() {
        let personal = ["wangli", "王丽", "13812345678"];
        for (password, is_admin, expected) in [
            ("Aa1!aaaa", false, Ok(())),
            ("Aa1!aaaa", true, Err(Weak::PasswordShort)),
            ("Aa1!aaaabbbb", true, Ok(())),
            ("Aa1!aaa", false, Err(Weak::PasswordShort)),
            ("aaaaaaaa1", false, Err(Weak::PasswordSimple)),
            ("春眠不觉晓Aab", false, Ok(())),
            ("春眠不觉晓处处闻", false, Err(Weak::PasswordSimple)),
            ("WangLi2020!", false, Err(Weak::PasswordPersonal)),
            ("Aa!13812345678", false, Err(Weak::PasswordPersonal)),
            ("Aa1!王丽王丽", false, Err(Weak::PasswordPersonal)),
            ("P@ssw0rd", false, Err(Weak::PasswordCommon)),
            ("Abc123456", false, Err(Weak::PasswordCommon)),
            ("Qwerty123!", false, Err(Weak::PasswordCommon)),
            ("Woaini1314!", false, Err(Weak::PasswordCommon)),
            ("Passw0rd1234", true, Err(Weak::PasswordCommon)),
            ("Admin@123", false, Err(Weak::PasswordCommon)),
            ("Admin@123456", true, Err(Weak::PasswordCommon)),
            ("Passw0rd@2026", true, Err(Weak::PasswordCommon)),
            ("Huawei@123", false, Err(Weak::PasswordCommon)),
            ("Zhongguo123!", false, Err(Weak::PasswordCommon)),
            ("Woaini@1314", false, Err(Weak::PasswordCommon)),
            ("Teacher@2026", false, Err(Weak::PasswordCommon)),
            ("Peixun@202601", true, Err(Weak::PasswordCommon)),
            ("Beijing@2008", false, Err(Weak::PasswordCommon)),
            ("Aa123456789!", true, Err(Weak::PasswordCommon)),
            ("2026@Beijing", false, Err(Weak::PasswordCommon)),
            ("Beijing@2874", false, Ok(())),
            ("Beijing@mudan7", false, Ok(())),
            ("Kx7!mudan", false, Ok(())),
            (&"Aa1!".repeat(33), false, Err(Weak::PasswordLong)),
        ] {
            assert_eq!(check(password, is_admin, &personal), expected, "{password}");
        }
    }

    #[test]
    fn administrators_have_more_to_do() {
        const DAY_MS: u64 = 24 * 3600 * 1000;
        for (is_admin, has_second_factor, days, expected) in [
            (false, false, 1000, vec![]),
            (true, true, 90, vec![]),
            (true, false, 0, vec![Must::EnrolSecondFactor]),
            (true, true, 91, vec![Must::ChangePassword]),
            (true, false, 91, vec![Must::EnrolSecondFactor, Must::ChangePassword]),
        ] {
            let found = musts(is_admin, has_second_factor, 5, 5 + days * DAY_MS);
            assert_eq!(found, expected, "{is_admin} {has_second_factor} {days}");
        }
    }

    #[test]
    fn the_last_failure_in_a_quarter_of_an_hour_locks() {
        let mut failures = Failures::default();
        for minute in 0..4 {
            assert!(!failures.failed(minute * 60_000, HERE_MAX));
        }
        // The first failure is too old by then.
        assert!(!failures.failed(FAILURES_WITHIN_MS, HERE_MAX));
        assert!(failures.failed(FAILURES_WITHIN_MS + 1, HERE_MAX));
        assert_eq!(failures.locked_until_ms, FAILURES_WITHIN_MS + 1 + LOCKED_MS);
        for later_ms in 2..20 {
            assert!(!failures.failed(FAILURES_WITHIN_MS + later_ms, HERE_MAX));
        }
        assert_eq!(
            failures.locked_until_ms,
            FAILURES_WITHIN_MS + 1 + LOCKED_MS,
            "locked, and not for longer"
        );
        assert!(!failures.failed(failures.locked_until_ms, HERE_MAX), "counted anew");
    }
}
