//! The form that changes when a job runs.

use maud::{Markup, html};

use super::job_path;
use crate::domain::jobs::Job;
use crate::domain::schedule::{LEAST_MINUTES, MOST_MINUTES, Schedule};
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame};

/// What the form holds: as stored, or as typed.
#[derive(Debug, Clone, Default)]
pub struct ScheduleForm {
    how: How,
    minutes: String,
    at: String,
    cron: String,
    pub enabled: bool,
    pub errors: Errors,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum How {
    #[default]
    Every,
    Daily,
    Cron,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            How::Every => "every",
            How::Daily => "daily",
            How::Cron => "cron",
        }
    }
}

impl ScheduleForm {
    pub fn of(job: &Job) -> Self {
        let mut form = Self { enabled: job.enabled, ..Self::default() };
        match job.schedule.parse() {
            Ok(Schedule::Every { minutes }) => form.minutes = minutes.to_string(),
            Ok(Schedule::Daily { hour, minute }) => {
                (form.how, form.at) = (How::Daily, format!("{hour:02}:{minute:02}"));
            }
            Ok(Schedule::Cron(_)) | Err(_) => (form.how, form.cron) = (How::Cron, job.schedule.clone()),
        }
        form
    }

    /// As it was sent: which of the three ways, and what each field held.
    pub fn typed(how: &str, field: impl Fn(&str) -> String) -> Self {
        let how = match how {
            "daily" => How::Daily,
            "cron" => How::Cron,
            _ => How::Every,
        };
        Self { how, minutes: field("minutes"), at: field("at"), cron: field("cron"), ..Self::default() }
    }

    /// The schedule in the one form that `domain::schedule` reads.
    pub fn schedule(&self) -> String {
        match self.how {
            How::Every => format!("every {} minutes", self.minutes),
            How::Daily => format!("daily at {}", self.at),
            How::Cron => self.cron.chars().take(100).collect(),
        }
    }

    /// The field that holds what is used, for an error beside it.
    pub fn field(&self) -> &'static str {
        match self.how {
            How::Every => "minutes",
            How::Daily => "at",
            How::Cron => "cron",
        }
    }
}

pub(super) fn schedule(frame: &Frame, job: &Job, typed: &ScheduleForm) -> Markup {
    let interval = format!("{LEAST_MINUTES} to {MOST_MINUTES}. The clock starts with each run.");
    let zone = format!("HH:MM in the time zone of the house, {}.", frame.clock.zone.name());
    let ways = [
        Choice::new("every", "Every so many minutes"),
        Choice::new("daily", "Once a day"),
        Choice::new("cron", "By a cron expression"),
    ];
    let field = |name, label, value| Field::new(name, label).value(value).errors(&typed.errors);
    let fields = html! {
        (typed.errors.alert())
        (form::switch("enabled", "yes", "Runs by itself", "When off, it runs only when somebody presses Run now.", typed.enabled))
        (Field::new("how", "When").value(typed.how.word()).options(&ways))
        div.two {
            (field("minutes", "Minutes", &typed.minutes).help(&interval).maxlength(4).number())
            (field("at", "Time of day", &typed.at).help(&zone).maxlength(5).placeholder("03:30").text())
        }
        (field("cron", "Cron expression", &typed.cron).maxlength(100).mono().placeholder("0 3 * * 1")
            .help("Minute, hour, day of month, month, day of week.").text())
    };
    let action = frame.links.to(&format!("{}/schedule", job_path(job.name)));
    html! { div.card { (form::form(&action, fields, Button::new("Save schedule").busy("Saving").submit())) } }
}
