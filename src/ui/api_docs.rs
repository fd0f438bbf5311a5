//! An OpenAPI document as a page to read: operations by what they are about, then the shapes they speak of. It draws what
//! it is given and knows nothing of the API itself.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::badge::badge;
use super::icon::Icon;
use super::table::{Column, table};
use super::{Frame, Kind, Page, Place, card};

pub fn page(frame: &Frame, document: &Value) -> Page {
    let json = frame.links.to("/api/openapi.json");
    let below = html! {
        p { (text(document, "/info/description")) }
        p { "The same for programs: " a href=(json) { "OpenAPI document" } ", version " (text(document, "/info/version")) "." }
    };
    let body = html! {
        (card::page_head_with("For other programs", below, html! {}))
        (sign_in(document))
        @for (index, (tag, about)) in tags(document).iter().enumerate() {
            (card::section(&format!("tag-{index}"), tag, html! { span { (about) } }, operations(document, tag)))
        }
        (card::section("shapes", "Shapes", html! {}, shapes(document)))
    };
    match frame.viewer {
        Some(_) => Page::new(frame, Place::Elsewhere, "For other programs", body),
        None => Page::plain(frame, "For other programs", body).wide(),
    }
}

fn sign_in(document: &Value) -> Markup {
    let base = text(document, "/servers/0/url");
    let bearer = text(document, "/components/securitySchemes/bearer/description");
    let key = text(document, "/components/securitySchemes/api_key/description");
    card::section(
        "sign-in",
        "Signing in",
        html! {},
        card::card(html! {
            p { "All addresses begin with " code.mono { (base) } ". Each call carries one of these headers:" }
            dl.facts {
                dt { code.mono { "Authorization" } } dd { code.mono { "Bearer …" } p.sub { (prose(bearer)) } }
                dt { code.mono { "X-Api-Key" } } dd { code.mono { "…" } p.sub { (prose(key)) } }
            }
            p { "An error is " code.mono { "application/problem+json" } " with " code.mono { "status" } " and "
                code.mono { "detail" } "; when fields were refused, " code.mono { "errors" } " says why by their names." }
        }),
    )
}

/// The tags with what they are about, those without operations left out.
fn tags(document: &Value) -> Vec<(String, String)> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = |tag: &Value| (text(tag, "/name").to_owned(), text(tag, "/description").to_owned());
    tags.iter().map(named).filter(|(tag, _)| all(document).any(|(_, _, op)| is_about(op, tag))).collect()
}

/// Every operation with its path and method.
fn all(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn is_about(operation: &Value, tag: &str) -> bool {
    operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|name| name == tag))
}

fn operations(document: &Value, tag: &str) -> Markup {
    html! {
        div {
            @for (path, method, operation) in all(document).filter(|(_, _, operation)| is_about(operation, tag)) {
                (operation_fold(path, method, operation))
            }
        }
    }
}

fn operation_fold(path: &str, method: &str, operation: &Value) -> Markup {
    let kind = if method == "get" { Kind::Info } else { Kind::Accent };
    let icon = if method == "get" { Icon::Eye } else { Icon::Edit };
    let summary = html! { code.mono { (path) } p.sub { (text(operation, "/summary")) } };
    card::fold(
        summary,
        badge(kind, icon, &method.to_uppercase()),
        false,
        html! {
            @if let Some(more) = operation["description"].as_str() { p { (prose(more)) } }
            (parameters(operation))
            @if let Some((mime, schema)) = content(&operation["requestBody"]) {
                p { "Send " (shape(schema)) " as " code.mono { (mime) } "." }
            }
            (responses(operation))
        },
    )
}

fn parameters(operation: &Value) -> Markup {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let columns = [Column::new("Parameter"), Column::new("Type"), Column::new("Meaning")];
    html! { @if !parameters.is_empty() {
        (table(&columns, html! { @for parameter in parameters { tr {
            th scope="row" { code.mono { (text(parameter, "/name")) } p.sub { "in the " (text(parameter, "/in")) } }
            td data-label="Type" { span { (shape(&parameter["schema"])) @if parameter["required"] == true { ", needed" } } }
            td data-label="Meaning" { span { (prose(text(parameter, "/description"))) } }
        } } }))
    } }
}

fn responses(operation: &Value) -> Markup {
    let responses: &Map<String, Value> = match operation["responses"].as_object() {
        Some(responses) => responses,
        None => return html! {},
    };
    html! { dl.facts { @for (status, response) in responses {
        dt { (status) }
        dd {
            (text(response, "/description"))
            @if let Some((_, schema)) = content(response) { " " (shape(schema)) }
        }
    } } }
}

/// The first content type of a body, and its schema.
fn content(body: &Value) -> Option<(&str, &Value)> {
    body["content"].as_object()?.iter().next().map(|(mime, media)| (mime.as_str(), &media["schema"]))
}

fn shapes(document: &Value) -> Markup {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    html! { div { @for (name, schema) in schemas.into_iter().flatten() {
        (card::fold(html! { code.mono { (name) } }, html! {}, false, html! {
            // Inside, so that a browser that is sent here opens the fold.
            p id=(anchor(name)) { (prose(text(schema, "/description"))) }
            (fields(schema))
        }))
    } } }
}

fn fields(schema: &Value) -> Markup {
    let Some(fields) = schema["properties"].as_object() else { return html! { p { (shape(schema)) } } };
    let needed = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name));
    let columns = [Column::new("Field"), Column::new("Type"), Column::new("Meaning")];
    table(
        &columns,
        html! { @for (name, field) in fields { tr {
            th scope="row" { code.mono { (name) } }
            td data-label="Type" { span { (shape(field)) @if !needed(name) { ", or null" } } }
            td data-label="Meaning" { span { (prose(text(field, "/description"))) } }
        } } },
    )
}

/// A schema in a few words: "integer", "list of Run", a link to a shape.
fn shape(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        return html! { a href=(format!("#{}", anchor(name))) { (name) } };
    }
    if let Some(parts) = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema[*key].as_array()) {
        let named =
            parts.iter().filter(|part| part["enum"] != serde_json::json!([null]) && part.get("description").is_none());
        return html! { @for (index, part) in named.enumerate() { @if index > 0 { " or " } (shape(part)) } };
    }
    match schema["type"].as_str() {
        Some("array") => html! { "list of " (shape(&schema["items"])) },
        Some("integer") => html! { "whole number" },
        Some(kind) => html! { (kind) },
        None => html! { "anything" },
    }
}

/// Words with code between backticks; a dash for none.
fn prose(words: &str) -> Markup {
    html! {
        @if words.is_empty() { "–" }
        @for (index, part) in words.split('`').enumerate() {
            @if index % 2 == 1 { code.mono { (part) } } @else { (part) }
        }
    }
}

fn anchor(name: &str) -> String {
    format!("shape-{name}")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
