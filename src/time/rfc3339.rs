//! Instants as texts by RFC 3339.

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;

use super::date::utc;
use super::instant::ServerInstant;

/// Reads "2020-11-17T19:00:00+08:00"; whole seconds only, and T may be a blank.
pub fn read(text: &str) -> Option<ServerInstant> {
    // The library also reads fractions, and accepts any sign for T.
    let signs = (text.as_bytes().get(10)?, text.as_bytes().get(19)?);
    if !matches!(signs, (b'T' | b't' | b' ', b'Z' | b'z' | b'+' | b'-')) {
        return None;
    }
    // The library turns a leap second into the end of the second before, which is no whole one.
    let at = OffsetDateTime::parse(text, &Rfc3339).ok().filter(|at| at.nanosecond() == 0)?;
    u64::try_from(at.unix_timestamp()).ok().map(|seconds| ServerInstant::of_fact(seconds * 1000))
}

/// As 2020-11-17T11:00:00.000Z.
pub fn written(at: ServerInstant) -> String {
    let ([year, month, day, hour, minute, second], ms) = (parts(at), at.ms() % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// In the form 20201117T110000Z: without signs, as in calendars (RFC 5545).
pub fn basic(at: ServerInstant) -> String {
    let [year, month, day, hour, minute, second] = parts(at);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month, day, hour, minute and second by UTC.
fn parts(at: ServerInstant) -> [i32; 6] {
    let utc = utc(at);
    let [month, day, hour, minute, second] =
        [u8::from(utc.month()), utc.day(), utc.hour(), utc.minute(), utc.second()].map(i32::from);
    [utc.year(), month, day, hour, minute, second]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_zone() {
        for good in [
            "2020-11-17T19:00:00+08:00",
            "2020-11-17T11:00:00Z",
            "2020-11-17t11:00:00z",
            "2020-11-17 03:30:00-07:30",
            "2020-11-18T01:00:00+14:00",
        ] {
            assert_eq!(read(good).expect(good).ms(), 1_605_610_800_000, "{good}");
        }
        for bad in [
            "",
            "19:00",
            "2020-11-17",
            "2020-11-17T19:00:00",
            "2020-11-17T24:00:00Z",
            "2020-11-17T23:59:60Z",
            "2016-12-31T23:59:60Z",
            "2020-02-30T00:00:00Z",
            "2020-11-17T19:00:00+8",
            "2020-11-17T19:00:00+24:00",
            "2020-11-17T19:00:00+08:00 ",
            "2020-11-17_19:00:00Z",
            "2020-11-17T19:00:00.5Z",
            "2020-11-17T19:00:00.0000Z",
            "1969-12-31T23:59:59Z",
            "课课课课课课课",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_written_by_utc() {
        for (ms, expected, short) in [
            (0, "1970-01-01T00:00:00.000Z", "19700101T000000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z", "20000229T000000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z", "20240229T235959Z"),
            (1_798_761_600_000, "2027-01-01T00:00:00.000Z", "20270101T000000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "21000301T000000Z"),
            (1_605_657_599_007, "2020-11-17T23:59:59.007Z", "20201117T235959Z"),
            (u64::MAX, "9999-12-31T23:59:59.999Z", "99991231T235959Z"),
        ] {
            let at = ServerInstant::of_fact(ms);
            assert_eq!((written(at).as_str(), basic(at).as_str()), (expected, short), "{ms}");
        }
    }
}
