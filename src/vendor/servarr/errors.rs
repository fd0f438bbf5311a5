//! Reads what Sonarr and Radarr say when they refuse (services.md 1.3). Four body shapes are tried in turn: nothing,
//! an array of failures, `{message}`, problem details. `description` is a stack trace and never read.

use serde::Deserialize;
use serde_json::Value;

use crate::domain::fault::Fault;
use crate::vendor::http::Reply;
use crate::vendor::json;

/// Longer texts of a service are cut here.
const LONGEST: usize = 300;

/// The fault for an answer that is no success.
pub(super) fn fault(reply: &Reply) -> Fault {
    let said = Said::read(&reply.body);
    let text = said.text();
    let with_text = |words: &str| match &text {
        Some(text) => format!("{} {words}: {text}", reply.whom),
        None => format!("{} {words}.", reply.whom),
    };
    match reply.status.as_u16() {
        401 => Fault::auth(format!("{} refuses the API key.", reply.whom)),
        // Never theirs: a proxy in front keeps us out.
        403 => Fault::auth(with_text("does not let us in (403)")),
        400 | 409 if said.is_duplicate() => Fault::already(with_text("has that already")),
        400 if said.is_unknown_title() => Fault::missing(with_text("knows no such title")),
        400 => Fault::permanent(with_text("refuses that")),
        404 if !said.is_theirs() && !reply.headers.contains_key("x-application-version") => Fault::permanent(format!(
            "{} doesn't know this address (404). Check the host, the port and the path before /api.",
            reply.whom
        )),
        _ => reply.fault(text.as_deref()),
    }
}

#[derive(Debug)]
enum Said {
    /// Nothing, or something that isn't theirs (the page of a proxy).
    Nothing,
    Failures(Vec<Failure>),
    Message(String),
    Problem(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Failure {
    #[serde(deserialize_with = "json::flex_text")]
    property_name: String,
    #[serde(deserialize_with = "json::flex_text")]
    error_message: String,
    #[serde(deserialize_with = "json::flex_text")]
    error_code: String,
    /// `POST notification/testall` wraps the failures once more.
    #[serde(deserialize_with = "json::list")]
    validation_failures: Vec<Failure>,
}

impl Said {
    fn read(body: &[u8]) -> Said {
        match serde_json::from_slice(body) {
            Ok(Value::Array(rows)) => Said::Failures(rows.into_iter().flat_map(failures).collect()),
            Ok(Value::Object(members)) => {
                let member = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
                match member("message").or_else(|| member("errorMessage")) {
                    Some(message) => Said::Message(message),
                    None => Said::Problem(problem(members.get("errors")).or(member("title")).unwrap_or_default()),
                }
            }
            _ => Said::Nothing,
        }
    }

    /// One line for a person; nothing where the text says no more than the status.
    fn text(&self) -> Option<String> {
        let text = match self {
            Said::Nothing => return None,
            Said::Failures(failures) => {
                let texts: Vec<&str> = failures.iter().map(|failure| failure.error_message.trim()).collect();
                texts.join("; ")
            }
            Said::Message(text) | Said::Problem(text) => text.clone(),
        };
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        let says_nothing = line.is_empty() || matches!(line.as_str(), "NotFound" | "Not Found" | "Unauthorized");
        (!says_nothing).then_some(line)
    }

    fn is_theirs(&self) -> bool {
        !matches!(self, Said::Nothing)
    }

    /// A duplicate is a 400, or a 409 when two calls race (services.md 1.3).
    fn is_duplicate(&self) -> bool {
        match self {
            Said::Failures(failures) => failures.iter().any(|failure| {
                matches!(failure.error_code.as_str(), "SeriesExistsValidator" | "MovieExistsValidator")
                    || failure.error_message.contains("has already been added")
                    || (failure.property_name == "Name" && failure.error_message.contains("Should be unique"))
            }),
            Said::Message(text) => text.to_ascii_lowercase().contains("unique constraint"),
            _ => false,
        }
    }

    fn is_unknown_title(&self) -> bool {
        matches!(self, Said::Failures(failures)
            if failures.iter().any(|failure| failure.error_message.contains("with this ID was not found")))
    }
}

fn failures(row: Value) -> Vec<Failure> {
    let mut failure = Failure::deserialize(row).unwrap_or_default();
    let inner = std::mem::take(&mut failure.validation_failures);
    if inner.is_empty() { vec![failure] } else { inner }
}

/// `{"$.minimumAvailability":["The JSON value could not be converted to NzbDrone.…"]}`: only the names help a person.
fn problem(errors: Option<&Value>) -> Option<String> {
    let names: Vec<&str> = errors?.as_object()?.keys().map(|name| name.trim_start_matches("$.")).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty() && *name != "$").collect();
    (!names.is_empty()).then(|| format!("it can't read {}", names.join(", ")))
}
