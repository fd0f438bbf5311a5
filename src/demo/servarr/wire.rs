//! The HTTP dialect that Radarr and Sonarr share: calls, replies, the body shapes of errors, paging
//! (services.md 1). Never knows a movie from a series.

use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::demo::wire::{decoded, pairs};

/// A request, taken apart. Paths and parameter names are compared without case, as ASP.NET does.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// As sent, without the query.
    pub path: String,
    /// After `/api/v3`, lower-cased.
    pub route: Vec<String>,
    /// Names lower-cased, values decoded.
    pub query: Vec<(String, String)>,
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    pub fn new(method: Method, path: &str, raw_query: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        let query = pairs(raw_query).into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect();
        let route = path.split('/').filter(|part| !part.is_empty()).map(|part| decoded(part).to_lowercase());
        let route = route.skip(2).collect();
        Self { method, path: path.to_owned(), route, query, raw_query: raw_query.to_owned(), headers, body }
    }

    /// Method and route, for a `match`.
    pub fn line(&self) -> (&str, Vec<&str>) {
        (self.method.as_str(), self.route.iter().map(String::as_str).collect())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        self.query.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated.
    pub fn params(&self, name: &str) -> Vec<&str> {
        let name = name.to_lowercase();
        self.query.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn ids(&self, name: &str) -> Vec<i64> {
        self.params(name).iter().flat_map(|text| text.split(',')).filter_map(|text| text.parse().ok()).collect()
    }

    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.param(name).map_or(default, |text| text.eq_ignore_ascii_case("true"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as a JSON object; else the 400 object form, or 500 for none at all.
    pub fn object(&self) -> Result<Map<String, Value>, Reply> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(Value::Null) => Err(Reply::crash("Value cannot be null. (Parameter 'resource')")),
            Ok(_) => Err(Reply::not_convertible("$", "the resource")),
            Err(error) => Err(Reply::problem("$", &format!("{error}. Path: $ | LineNumber: 0."))),
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: StatusCode,
    /// Empty body when none.
    pub body: Option<Value>,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(stripped(body)), headers: Vec::new() }
    }

    pub fn ok(body: Value) -> Self {
        Self::new(StatusCode::OK, body)
    }

    pub fn created(body: Value, location: String) -> Self {
        let mut reply = Self::new(StatusCode::CREATED, body);
        reply.headers.push(("location", location));
        reply
    }

    pub fn accepted(body: Value) -> Self {
        Self::new(StatusCode::ACCEPTED, body)
    }

    pub fn empty(status: StatusCode) -> Self {
        Self { status, body: None, headers: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// `{"message": …, "description": …}`, the description being a stack trace that nobody may show.
    pub fn message(status: StatusCode, message: &str) -> Self {
        let trace = format!("{message}\n   at NzbDrone.Core.Datastore.BasicRepository`1.Get(Int32 id)");
        Self::new(status, json!({ "message": message, "description": trace }))
    }

    pub fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, json!({ "message": format!("BadRequest: {message}") }))
    }

    /// A row that is not in the database.
    pub fn no_row(kind: &str, id: i64) -> Self {
        Self::message(StatusCode::NOT_FOUND, &format!("{kind} with ID {id} does not exist"))
    }

    /// `NotFoundException`.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, json!({ "message": "NotFound" }))
    }

    /// What a controller's `NotFound()` becomes; `uri` is the RFC each service names.
    pub fn no_page(uri: &str) -> Self {
        let body = json!({ "type": uri, "title": "Not Found", "status": 404, "traceId": trace_id() });
        Self::new(StatusCode::NOT_FOUND, body)
    }

    pub fn crash(message: &str) -> Self {
        Self::message(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// The internet service behind lookups is down.
    pub fn no_skyhook(term: &str) -> Self {
        let why = "Unable to communicate with SkyHook. Resource temporarily unavailable";
        Self::message(StatusCode::SERVICE_UNAVAILABLE, &format!("Search for '{term}' failed. {why}"))
    }

    /// ValidationProblemDetails: malformed JSON, unknown words, wrong types.
    pub fn problem(path: &str, message: &str) -> Self {
        let mut errors = Map::new();
        errors.insert(path.to_owned(), json!([message]));
        let body = json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400, "traceId": trace_id(), "errors": errors,
        });
        Self::new(StatusCode::BAD_REQUEST, body)
    }

    pub fn not_convertible(path: &str, kind: &str) -> Self {
        let text = format!("The JSON value could not be converted to {kind}. Path: {path} | LineNumber: 0.");
        Self::problem(path, &text)
    }

    /// The array of failed validations.
    pub fn invalid(failures: Vec<Value>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Value::Array(failures))
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut builder = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        match self.body {
            Some(body) => {
                let text = serde_json::to_string_pretty(&body).unwrap_or_default();
                builder.header(header::CONTENT_TYPE, "application/json; charset=utf-8").body(text)
            }
            None => builder.finish(),
        }
    }
}

/// One element of the 400 array. `code` is left out by failures of the service level.
pub fn failure(property: &str, message: &str, attempted: Value, code: Option<&str>) -> Value {
    let mut element = json!({
        "propertyName": property, "errorMessage": message, "attemptedValue": attempted, "severity": "error",
    });
    if let (Some(code), Some(map)) = (code, element.as_object_mut()) {
        map.insert("errorCode".into(), json!(code));
        map.insert("formattedMessageArguments".into(), json!([]));
        let values = json!({ "propertyName": spaced(property), "propertyValue": attempted });
        map.insert("formattedMessagePlaceholderValues".into(), values);
    }
    element
}

/// `TvdbId` as `Tvdb Id`, the way FluentValidation names a property.
pub fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

fn trace_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("00-{id}-{}-00", id.get(..16).unwrap_or_default())
}

/// Without members that are null: neither service ever sends one.
pub fn stripped(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, member)| !member.is_null());
            Value::Object(kept.map(|(name, member)| (name, stripped(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(stripped).collect()),
        other => other,
    }
}

/// A number that is written without a fraction when it has none.
pub fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { json!((value * 1000.0).round() / 1000.0) }
}

/// A .NET TimeSpan of whole seconds: `[d.]hh:mm:ss`.
pub fn time_span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let clock = format!("{hours:02}:{minutes:02}:{:02}", seconds % 60);
    if days > 0 { format!("{days}.{clock}") } else { clock }
}

/// A point in time as both write it: UTC, whole seconds, `Z`.
pub fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The order of a paged list: the sort keys it knows, the first being the default, and its usual direction.
pub struct Order {
    pub keys: &'static [&'static str],
    pub descending: bool,
}

/// Cuts a page out of all records, which come in the list's usual order (services.md 1.5). `clamp`: a page past the
/// end becomes the last one.
pub fn paged(call: &Call, mut records: Vec<Value>, order: &Order, clamp: bool) -> Reply {
    let asked = |name: &str, default: i64| match call.param(name).map(str::parse::<i64>) {
        None => Ok(default),
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) => Err(Reply::problem(name, &format!("The value is not valid for {name}."))),
    };
    let (mut page, size) = match (asked("page", 1), asked("pageSize", 10)) {
        (Ok(page), Ok(size)) => (page.max(1), size.max(1)),
        (Err(reply), _) | (_, Err(reply)) => return reply,
    };
    let total = records.len() as i64;
    if clamp {
        page = page.min(((total + size - 1) / size).max(1));
    }
    let is_descending = match call.param("sortDirection").map(str::to_lowercase).as_deref() {
        Some("ascending") => false,
        Some("descending") => true,
        _ => order.descending,
    };
    if is_descending != order.descending {
        records.reverse();
    }
    let from = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let records: Vec<Value> =
        records.into_iter().skip(from).take(usize::try_from(size).unwrap_or(usize::MAX)).collect();
    let wanted = call.param("sortKey").unwrap_or_default();
    let key = order.keys.iter().find(|key| key.eq_ignore_ascii_case(wanted)).or(order.keys.first());
    Reply::ok(json!({
        "page": page, "pageSize": size, "sortKey": key,
        "sortDirection": if is_descending { "descending" } else { "ascending" },
        "totalRecords": total, "records": records,
    }))
}
