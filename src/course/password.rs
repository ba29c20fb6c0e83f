//! Passwords and what happens when they are guessed (等级保护 level 2). Hashing is the store's.

use crate::protocol::Must;
pub use crate::protocol::WeakPassword as Weak;

const LENGTH_MIN: usize = 8;
const LENGTH_MIN_ADMIN: usize = 12;
/// Longer ones are refused rather than cut: hashing takes time for every byte.
const LENGTH_MAX: usize = 128;
const CLASSES_MIN: usize = 3;
/// Whoever guesses by the usual lists finds weaker ones in fewer than a million tries.
const GUESSES_LOG10_MIN: f64 = 6.0;
/// What people here put into passwords and the usual lists lack.
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

/// So many failures within 15 minutes lock an account for 30: at one place, and at all places together that the
/// account never signed in from. The owner's own places are not among these.
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
    let strength = zxcvbn::zxcvbn(password, &LOCAL_WORDS);
    if strength.guesses_log10() < GUESSES_LOG10_MIN { Err(Weak::PasswordCommon) } else { Ok(()) }
}

/// An administrator's password is changed after so long.
const ADMIN_AGE_MAX_MS: u64 = 90 * 24 * 3600 * 1000;

/// What stands in the way of somebody who has signed in.
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
    /// Of the last 15 minutes, oldest first.
    pub at_ms: Vec<u64>,
    /// Until when nobody is let in, right password or not.
    pub locked_until_ms: u64,
}

impl Failures {
    /// Another wrong password; true when it is one too many and locks.
    pub fn failed(&mut self, now_ms: u64, most: usize) -> bool {
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
        // The first has grown old by then.
        assert!(!failures.failed(FAILURES_WITHIN_MS, HERE_MAX));
        assert!(failures.failed(FAILURES_WITHIN_MS + 1, HERE_MAX));
        assert_eq!(failures.locked_until_ms, FAILURES_WITHIN_MS + 1 + LOCKED_MS);
        assert!(!failures.failed(FAILURES_WITHIN_MS + 2, HERE_MAX), "counted anew");
    }
}
