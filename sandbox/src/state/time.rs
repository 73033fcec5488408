//! Milliseconds since 1970 to and from the date formats that the products write.

/// `2026-03-01T09:30:00.000Z`.
pub(crate) fn iso(millis: i64) -> String {
    let (year, month, day, rest) = civil(millis);
    let (seconds, fraction) = (rest / 1000, rest % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{fraction:03}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Jira's own offset format: `2026-03-01T09:30:00.000+0000`.
pub(crate) fn jira(millis: i64) -> String {
    iso(millis).replace('Z', "+0000")
}

/// Reads an ISO 8601 instant with `Z` or an offset; nothing when it is none.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut ymd = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (ymd.next()?.ok()?, ymd.next()?.ok()?, ymd.next()?.ok()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let zone = time.find(['Z', '+', '-'])?;
    let (clock, offset) = time.split_at(zone);
    let mut hms = clock.splitn(3, ':');
    let (hour, minute) = (
        hms.next()?.parse::<i64>().ok()?,
        hms.next()?.parse::<i64>().ok()?,
    );
    let (second, fraction) = hms.next().unwrap_or("0").split_once('.').map_or_else(
        || (clock.rsplit(':').next().unwrap_or("0"), "0"),
        |(second, fraction)| (second, fraction),
    );
    let second: i64 = second.parse().ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let days = days_from_civil(year, month, day);
    let local = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some((local - offset_seconds(offset)?) * 1000 + millis)
}

fn offset_seconds(offset: &str) -> Option<i64> {
    if offset == "Z" {
        return Some(0);
    }
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).unwrap_or("00").parse().ok()?;
    let seconds = hours * 3600 + minutes * 60;
    Some(if offset.starts_with('-') {
        -seconds
    } else {
        seconds
    })
}

/// Year, month, day and the milliseconds into the day (Howard Hinnant's algorithm).
fn civil(millis: i64) -> (i64, i64, i64, i64) {
    let days = millis.div_euclid(86_400_000);
    let rest = millis.rem_euclid(86_400_000);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, day, rest)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

#[cfg(test)]
mod tests {
    use super::{iso, jira, parse};

    #[test]
    fn an_instant_survives_both_formats() {
        for millis in [0, 951_827_696_789, 1_709_164_800_000, 1_790_000_000_123] {
            assert_eq!(parse(&iso(millis)), Some(millis));
            assert_eq!(parse(&jira(millis)), Some(millis));
        }
        assert_eq!(iso(951_827_696_789), "2000-02-29T12:34:56.789Z");
    }

    #[test]
    fn offsets_are_applied_and_nonsense_is_refused() {
        assert_eq!(
            parse("2015-04-11T15:22:00.000+10:00"),
            parse("2015-04-11T05:22:00.000Z")
        );
        assert_eq!(parse("2015-04-11"), None);
        assert_eq!(parse("2015-13-11T00:00:00.000Z"), None);
    }
}
