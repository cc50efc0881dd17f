//! A calendar date as wrangler files write it: `YYYY-MM-DD`.

use std::{fmt, str::FromStr};

/// A day of the Gregorian calendar; ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is not a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not four, two and two digits with hyphens between.
    #[error("not of the form YYYY-MM-DD")]
    Form,
    /// The month is not 1 to 12.
    #[error("month {0} does not exist")]
    Month(u8),
    /// The month has no such day in that year.
    #[error("{year}-{month:02} has {days} days")]
    Day {
        /// The year.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// How many days it has.
        days: u8,
    },
}

impl Date {
    /// The day, if the calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            1..=12 => 31,
            _ => return Err(DateError::Month(month)),
        };
        if (1..=days).contains(&day) {
            Ok(Self { year, month, day })
        } else {
            Err(DateError::Day { year, month, days })
        }
    }
}

impl Date {
    /// This day, in UTC.
    pub fn today() -> Self {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let [year, month, day] = [i32::from(today.year()), today.month().into(), today.day().into()];
        Self {
            year: year.try_into().unwrap_or_default(),
            month: month.try_into().unwrap_or(1),
            day: day.try_into().unwrap_or(1),
        }
    }

    /// Seven days later: workerd accepts dates that far after its release.
    #[must_use]
    pub fn plus_week(self) -> Self {
        (0..7).fold(self, |date, _| {
            Self::new(date.year, date.month, date.day + 1)
                .or_else(|_| Self::new(date.year, date.month + 1, 1))
                .unwrap_or(Self { year: date.year + 1, month: 1, day: 1 })
        })
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let digits = |range: std::ops::Range<usize>| {
            text.get(range)
                .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|part| part.parse().ok())
                .ok_or(DateError::Form)
        };
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DateError::Form);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| DateError::Form);
        Self::new(digits(0..4)?, small(digits(5..7)?)?, small(digits(8..10)?)?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        let parse = |text: &str| text.parse::<Date>().map_err(|error| error.to_string());
        assert_eq!(parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        assert_eq!(parse("2023-02-29").unwrap_err(), "2023-02 has 28 days");
        assert_eq!(parse("1900-02-29").unwrap_err(), "1900-02 has 28 days");
        assert_eq!(parse("2024-13-40").unwrap_err(), "month 13 does not exist");
        assert_eq!(parse("2024-04-31").unwrap_err(), "2024-04 has 30 days");
        for text in ["", "2024-1-05", "2024–01–05", "20240105", "+024-01-01", "2024-01-01T00"] {
            assert_eq!(parse(text), Err("not of the form YYYY-MM-DD".to_owned()), "{text}");
        }
    }

    #[test]
    fn dates_are_ordered_by_time() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert!(date("2023-12-31") < date("2024-01-01"));
        assert!(date("2024-02-01") > date("2024-01-31"));
    }
}
