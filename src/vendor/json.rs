//! Lenient readers for fields whose type the services don't agree on (plex.md C0, services.md 1.2): numbers as
//! text, booleans as numbers, empty text for "nothing", epoch or ISO times. For `#[serde(default, deserialize_with)]`,
//! with JSON and with XML attributes. A value that makes no sense reads as absent; none of these ever fails a document.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub fn opt_i64<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    Scalar::deserialize(input).map(Scalar::integer)
}

/// Absent reads as 0.
pub fn flex_i64<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    opt_i64(input).map(Option::unwrap_or_default)
}

pub fn opt_i32<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i32>, D::Error> {
    Ok(opt_i64(input)?.and_then(|number| i32::try_from(number).ok()))
}

pub fn opt_f64<'de, D: Deserializer<'de>>(input: D) -> Result<Option<f64>, D::Error> {
    Scalar::deserialize(input).map(Scalar::float)
}

/// Absent reads as 0.
pub fn flex_f64<'de, D: Deserializer<'de>>(input: D) -> Result<f64, D::Error> {
    opt_f64(input).map(Option::unwrap_or_default)
}

pub fn opt_bool<'de, D: Deserializer<'de>>(input: D) -> Result<Option<bool>, D::Error> {
    Scalar::deserialize(input).map(Scalar::boolean)
}

/// Absent reads as false.
pub fn flex_bool<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    opt_bool(input).map(Option::unwrap_or_default)
}

/// Blank text reads as absent. Numbers become text.
pub fn opt_text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Scalar::deserialize(input).map(Scalar::text)
}

/// Absent reads as "".
pub fn flex_text<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    opt_text(input).map(Option::unwrap_or_default)
}

/// Epoch seconds (or milliseconds) as number or text, ISO 8601 with or without zone, or a bare date; UTC.
pub fn opt_time<'de, D: Deserializer<'de>>(input: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Scalar::deserialize(input).map(Scalar::time)
}

/// The day of a date or of a time.
pub fn opt_date<'de, D: Deserializer<'de>>(input: D) -> Result<Option<NaiveDate>, D::Error> {
    opt_time(input).map(|time| time.map(|time| time.date_naive()))
}

/// `null` reads as an empty list. Put `default` beside it for a list that is left out.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(input).map(Option::unwrap_or_default)
}

#[derive(Debug)]
enum Scalar {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn integer(self) -> Option<i64> {
        let value = match self {
            Scalar::Nothing => None,
            Scalar::Bool(value) => Some(i64::from(value)),
            Scalar::Int(value) => Some(value),
            Scalar::Float(value) => whole(value),
            Scalar::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| whole(text.parse().ok()?))
            }
        };
        value.filter(|value| value.unsigned_abs() < FARTHEST)
    }

    fn float(self) -> Option<f64> {
        let value = match self {
            Scalar::Nothing => None,
            Scalar::Bool(value) => Some(f64::from(u8::from(value))),
            Scalar::Int(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            Scalar::Text(text) => text.trim().parse().ok(),
        };
        value.filter(|value| value.is_finite())
    }

    fn boolean(self) -> Option<bool> {
        match self {
            Scalar::Nothing => None,
            Scalar::Bool(value) => Some(value),
            Scalar::Int(value) => Some(value != 0),
            Scalar::Float(value) => Some(value != 0.0),
            Scalar::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" => Some(true),
                "false" | "no" => Some(false),
                // allowTuners is 0, 1 or 2.
                other => other.parse::<i64>().ok().map(|number| number != 0),
            },
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Scalar::Nothing => None,
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Int(value) => Some(value.to_string()),
            Scalar::Float(value) => Some(value.to_string()),
            Scalar::Text(text) => Some(text).filter(|text| !text.trim().is_empty()),
        }
    }

    fn time(self) -> Option<DateTime<Utc>> {
        match self {
            Scalar::Nothing | Scalar::Bool(_) => None,
            Scalar::Int(value) => epoch(value),
            Scalar::Float(value) => epoch(whole(value)?),
            Scalar::Text(text) => time_of_text(text.trim()),
        }
    }
}

/// Here JSON's own numbers end. What is larger nobody meant, and sums of what is smaller stay whole.
const FARTHEST: u64 = 1 << 53;

fn whole(value: f64) -> Option<i64> {
    (value.is_finite() && value.abs() < FARTHEST as f64).then_some(value as i64)
}

/// Zero and less mean "never" wherever we have seen them.
fn epoch(number: i64) -> Option<DateTime<Utc>> {
    const LATEST_SECONDS: i64 = 100_000_000_000;
    match number {
        ..=0 => None,
        1..LATEST_SECONDS => DateTime::from_timestamp(number, 0),
        LATEST_SECONDS.. => DateTime::from_timestamp_millis(number),
    }
    .filter(|time| time.year() < 10_000)
}

fn time_of_text(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(number) = text.parse() {
        return epoch(number);
    }
    let zoned = DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
    let bare = text.trim_end_matches("UTC").trim_end();
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let time = zoned
        .or_else(|| {
            naive.iter().find_map(|format| NaiveDateTime::parse_from_str(bare, format).ok()).map(|n| n.and_utc())
        })
        .or_else(|| Some(NaiveDate::parse_from_str(bare, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc()))?;
    // .NET writes 0001-01-01 for "never".
    (time.year() > 1).then_some(time)
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Float(value as f64), Scalar::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_none<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Scalar, D::Error> {
        Scalar::deserialize(input)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "opt_i64", alias = "@number")]
        number: Option<i64>,
        #[serde(default, deserialize_with = "flex_bool", alias = "@yes")]
        yes: bool,
        #[serde(default, deserialize_with = "opt_text", alias = "@text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "opt_time", alias = "@at")]
        at: Option<DateTime<Utc>>,
        #[serde(default, deserialize_with = "opt_f64", alias = "@ratio")]
        ratio: Option<f64>,
        #[serde(default, deserialize_with = "list", alias = "Part")]
        parts: Vec<i64>,
    }

    fn json(text: &str) -> Row {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_come_as_text_and_as_fractions() {
        assert_eq!(json(r#"{"number":"12"}"#).number, Some(12));
        assert_eq!(json(r#"{"number":12.0}"#).number, Some(12));
        assert_eq!(json(r#"{"number":"5870368312.844"}"#).number, Some(5_870_368_312));
        assert_eq!(json(r#"{"number":{"a":[1]}}"#).number, None);
        assert_eq!(json(r#"{"number":""}"#).number, None);
        assert_eq!(json(r#"{"ratio":"1.85"}"#).ratio, Some(1.85));
        assert_eq!(json(r#"{"ratio":6}"#).ratio, Some(6.0));
        for nobody_means in
            ["18446744073709551615", "9223372036854775807", "-9223372036854775808", "1e300", r#""9e18""#]
        {
            assert_eq!(json(&format!(r#"{{"number":{nobody_means}}}"#)).number, None, "{nobody_means}");
        }
    }

    #[test]
    fn booleans_come_in_three_dresses() {
        for yes in ["true", "1", r#""1""#, r#""2""#, r#""true""#] {
            assert!(json(&format!(r#"{{"yes":{yes}}}"#)).yes, "{yes}");
        }
        for no in ["false", "0", r#""0""#, "null", r#""""#, r#""perhaps""#] {
            assert!(!json(&format!(r#"{{"yes":{no}}}"#)).yes, "{no}");
        }
    }

    #[test]
    fn blank_text_is_absent_and_numbers_become_text() {
        assert_eq!(json(r#"{"text":""}"#).text, None);
        assert_eq!(json(r#"{"text":"  "}"#).text, None);
        assert_eq!(json(r#"{"text":7}"#).text.as_deref(), Some("7"));
        assert_eq!(json(r#"{"text":null}"#).text, None);
    }

    #[test]
    fn times_come_as_epoch_and_as_iso() {
        let at = DateTime::from_timestamp(1_679_616_000, 0);
        for text in [
            "1679616000",
            r#""1679616000""#,
            "1679616000000",
            r#""2023-03-24T00:00:00Z""#,
            r#""2023-03-24T01:00:00+01:00""#,
            r#""2023-03-24 00:00:00 UTC""#,
            r#""2023-03-24T00:00:00""#,
            r#""2023-03-24""#,
        ] {
            assert_eq!(json(&format!(r#"{{"at":{text}}}"#)).at, at, "{text}");
        }
        for nothing in ["0", "-1", "null", "9007199254740991", r#""""#, r#""soon""#, r#""0001-01-01T00:00:00Z""#] {
            assert_eq!(json(&format!(r#"{{"at":{nothing}}}"#)).at, None, "{nothing}");
        }
    }

    #[test]
    fn a_list_may_be_null() {
        assert!(json(r#"{"parts":null}"#).parts.is_empty());
        assert_eq!(json(r#"{"parts":[1]}"#).parts, [1]);
    }

    #[test]
    fn xml_attributes_are_read_alike() {
        let row: Row = quick_xml::de::from_str(r#"<R number="7" yes="1" text="" at="1679616000"/>"#).unwrap();
        assert_eq!((row.number, row.yes, row.text), (Some(7), true, None));
        assert_eq!(row.at, DateTime::from_timestamp(1_679_616_000, 0));
        let empty: Row = quick_xml::de::from_str("<R number=''/>").unwrap();
        assert_eq!((empty.number, empty.yes), (None, false));
    }
}
