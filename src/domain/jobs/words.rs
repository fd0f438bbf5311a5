//! Jobs in words: a schedule as a person would say it, and what a run brought, in one sentence.

use chrono::TimeDelta;
use serde_json::Value;

use super::{Job, Run};
use crate::domain::schedule::Schedule;

impl Job {
    /// "Every 15 minutes", "Daily at 04:10", "By cron: 0 3 * * *", "Off".
    pub fn schedule_in_words(&self) -> String {
        if !self.enabled {
            return "Off".to_owned();
        }
        match self.schedule.parse() {
            Ok(Schedule::Every { minutes: 60 }) => "Every hour".to_owned(),
            Ok(Schedule::Every { minutes }) if minutes % 60 == 0 => format!("Every {} hours", minutes / 60),
            Ok(Schedule::Every { minutes }) => format!("Every {minutes} minutes"),
            Ok(Schedule::Daily { hour, minute }) => format!("Daily at {hour:02}:{minute:02}"),
            Ok(Schedule::Cron(text)) => format!("By cron: {text}"),
            Err(_) => format!("Unreadable: {}", self.schedule),
        }
    }
}

impl Run {
    /// How long it took, once it is over.
    pub fn took(&self) -> Option<TimeDelta> {
        self.finished_at.map(|end| (end - self.started_at).max(TimeDelta::zero()))
    }

    /// What it brought: "12 added, 3 removed". A job may put its own words under "summary". Empty when there is nothing
    /// to tell.
    pub fn summary(&self) -> String {
        if let Some(words) = self.result.get("summary").and_then(Value::as_str) {
            return words.to_owned();
        }
        let Some(facts) = self.result.as_object() else { return String::new() };
        let told: Vec<String> = facts.iter().filter_map(|(key, value)| fact(&key.replace('_', " "), value)).collect();
        match (told.is_empty(), facts.is_empty()) {
            (true, false) => "Nothing new".to_owned(),
            _ => told.join(", "),
        }
    }
}

/// "12 added"; nothing for what is zero, false or empty.
fn fact(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Number(n) if n.as_f64() == Some(0.0) => None,
        Value::Number(n) => Some(format!("{n} {name}")),
        Value::Bool(true) => Some(name.to_owned()),
        Value::String(text) if !text.is_empty() => Some(format!("{name}: {text}")),
        Value::Array(items) if !items.is_empty() => Some(format!("{} {name}", items.len())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::ids::RunId;
    use crate::domain::jobs::{JobName, RunCause, RunState};
    use serde_json::json;

    fn summary(result: Value) -> String {
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        let run = Run {
            id: RunId(1),
            job: JobName::Cleanup,
            state: RunState::Succeeded,
            cause: RunCause::Schedule,
            asked_by: None,
            started_at: at,
            finished_at: Some(at),
            done: 0,
            total: None,
            current: None,
            result,
            error: None,
        };
        run.summary()
    }

    #[test]
    fn a_result_becomes_one_sentence() {
        assert_eq!(summary(json!({"added": 12, "now_gone": 3, "renamed": 0})), "12 added, 3 now gone");
        assert_eq!(summary(json!({"added": 0})), "Nothing new");
        assert_eq!(summary(json!({"summary": "18 MB, checked", "bytes": 18})), "18 MB, checked");
        assert_eq!(summary(json!({"failed": ["a", "b"]})), "2 failed");
        assert_eq!(summary(json!({})), "");
        assert_eq!(summary(Value::Null), "");
    }

    #[test]
    fn a_schedule_reads_like_speech() {
        let words = |schedule: &str, enabled| {
            let schedule = schedule.to_owned();
            Job { name: JobName::Cleanup, schedule, enabled, next_run_at: None, last: None }.schedule_in_words()
        };
        assert_eq!(words("every 15 minutes", true), "Every 15 minutes");
        assert_eq!(words("every 60 minutes", true), "Every hour");
        assert_eq!(words("every 180 minutes", true), "Every 3 hours");
        assert_eq!(words("daily at 4:5", true), "Daily at 04:05");
        assert_eq!(words("0 3 * * 1", true), "By cron: 0 3 * * 1");
        assert_eq!(words("every 15 minutes", false), "Off");
    }
}
