//! What Atlassian's headers say of pace.

use std::time::Duration;

use http::HeaderMap;

use crate::base::clock::Timestamp;
use crate::limits::Near;

/// Longest wait that is believed.
const LONGEST: Duration = Duration::from_hours(24);

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// How long to wait before the next attempt: `Retry-After` (RFC 9110, section 10.2.3) in seconds or
/// as a date, also in the spelling `retryafter`. Zero, the past and garbage are no answer.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    ["retry-after", "retryafter"]
        .iter()
        .flat_map(|name| headers.get_all(*name))
        .filter_map(|value| value.to_str().ok())
        .filter_map(|text| wait(text.trim(), now))
        .find(|wait| !wait.is_zero() && *wait <= LONGEST)
}

fn wait(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(secs) = text.parse::<u64>() {
        return Some(Duration::from_secs(secs));
    }
    http_date(text).map(|moment| now.until(moment))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is sent (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    let (_, date) = text.split_once(", ")?;
    let mut parts = date.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (time, zone) = (parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    (zone == "GMT" && parts.next().is_none())
        .then(|| Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z")))?
}

/// Whether Atlassian says that its limit is near, and until when. The reset alone, which every
/// answer carries, means nothing.
pub(super) fn near_limit(headers: &HeaderMap, now: Timestamp) -> Option<Near> {
    let near = text(headers, "x-ratelimit-nearlimit")?;
    near.eq_ignore_ascii_case("true").then(|| Near {
        until: text(headers, "x-ratelimit-reset")
            .and_then(reset)
            .filter(|until| *until > now),
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Unix seconds, Unix milliseconds or an ISO date, with or without seconds.
fn reset(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(millis) if millis >= 100_000_000_000 => Some(Timestamp(millis)),
        Ok(secs) if secs >= 1_000_000_000 => Some(Timestamp(secs * 1000)),
        Ok(_) => None,
        Err(_) => Timestamp::parse(text).or_else(|| {
            let (minutes, zone) = text.split_at_checked("2026-11-23T06:37".len())?;
            Timestamp::parse(&format!("{minutes}:00{zone}"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    /// 2026-11-23T06:37:00Z.
    const NOW: Timestamp = Timestamp(1_795_415_820_000);

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::try_from(*value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn retry_after_in_each_form() {
        for (value, secs) in [
            ("5", Some(5)),
            (" 120 ", Some(120)),
            ("Mon, 23 Nov 2026 06:37:30 GMT", Some(30)),
            ("Mon, 23 Nov 2026 06:36:30 GMT", None),
            ("Mon, 23 Nov 2026 06:37:30 CET", None),
            ("Mon, 23 Foo 2026 06:37:30 GMT", None),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("99999999999999999999", None),
            ("864000", None),
        ] {
            for name in ["Retry-After", "retryafter"] {
                assert_eq!(
                    retry_after(&headers(&[(name, value)]), NOW),
                    secs.map(Duration::from_secs),
                    "{name}: {value}"
                );
            }
        }
        let both = headers(&[("retry-after", "0"), ("retryafter", "7")]);
        assert_eq!(retry_after(&both, NOW), Some(Duration::from_secs(7)));
    }

    #[test]
    fn near_limit_in_each_form() {
        let at = |millis: i64| {
            Some(Near {
                until: Some(Timestamp(millis)),
            })
        };
        let open = Some(Near { until: None });
        for (near, reset, expected) in [
            ("true", "1795415880", at(1_795_415_880_000)),
            ("True", "1795415880000", at(1_795_415_880_000)),
            ("true", "2026-11-23T06:38:00Z", at(1_795_415_880_000)),
            ("true", "2026-11-23T06:38Z", at(1_795_415_880_000)),
            ("true", "2026-11-23T07:38+0100", at(1_795_415_880_000)),
            ("true", "1795415820", open),
            ("true", "60", open),
            ("true", "later", open),
            ("false", "1795415880", None),
            ("", "1795415880", None),
        ] {
            let headers = headers(&[
                ("X-RateLimit-NearLimit", near),
                ("X-RateLimit-Reset", reset),
            ]);
            assert_eq!(near_limit(&headers, NOW), expected, "{near} {reset}");
        }
        let reset_alone = headers(&[("X-RateLimit-Reset", "1795415880")]);
        assert_eq!(near_limit(&reset_alone, NOW), None);
    }
}
