//! Finishes the document of the JSON API: what poem-openapi knows of the operations, and what holds for all of them: ways of
//! signing in, pages of lists, times, what may be null, and errors.

use serde_json::{Value, json};

const BEARER: &str = "A token from POST /auth/token.";
const API_KEY: &str = "Made with `usherr api-key create`; acts as the person who made it, within its scope.";

/// `base` is the address of the API as a program reaches it, without a slash at its end.
pub fn complete(spec: &str, base: &str) -> Value {
    let mut document: Value = serde_json::from_str(spec).unwrap_or_default();
    document["servers"] = json!([{ "url": base }]);
    document["components"]["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": BEARER },
        "api_key": { "type": "apiKey", "in": "header", "name": "X-Api-Key", "description": API_KEY },
    });
    document["security"] = json!([{ "bearer": [] }, { "api_key": [] }]);
    for (_, schema) in members(&mut document["components"], "schemas") {
        fields(schema);
    }
    document["components"]["schemas"]["Problem"] = problem();
    for (path, methods) in members(&mut document, "paths") {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            parameters(operation);
            errors(path, method, operation);
        }
    }
    document
}

/// Of what is there; an index would write a null where nothing is.
fn members<'a>(object: &'a mut Value, name: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    object.get_mut(name).and_then(Value::as_object_mut).into_iter().flatten()
}

/// A field that is not needed is null when there is nothing to tell.
fn fields(schema: &mut Value) {
    let needed: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, field) in members(schema, "properties") {
        if is_time(name) {
            field["format"] = json!("date-time");
            field["description"] = match field["description"].as_str() {
                Some(words) if !words.contains("RFC 3339") => json!(format!("{words} RFC 3339 in UTC.")),
                Some(words) => json!(words),
                None => json!("RFC 3339 in UTC."),
            };
        }
        if needed.contains(&json!(name)) {
            continue;
        }
        match reference(field) {
            Some(other) => {
                let described = field["description"].take();
                let none = json!({ "type": "object", "nullable": true, "enum": [null] });
                *field = json!({ "oneOf": [{ "$ref": other }, none] });
                if described.is_string() {
                    field["description"] = described;
                }
            }
            None if field["type"].is_string() => field["nullable"] = json!(true),
            None => {}
        }
    }
}

fn reference(field: &Value) -> Option<Value> {
    let direct = field.get("$ref").or_else(|| field.pointer("/allOf/0/$ref"));
    direct.cloned()
}

fn is_time(name: &str) -> bool {
    name.ends_with("_at") || matches!(name, "at" | "eta" | "since")
}

fn parameters(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if let Some((words, bounds)) = usual(&name) {
            if parameter["description"].is_null() {
                parameter["description"] = json!(words);
            }
            for (key, bound) in bounds.as_object().into_iter().flatten() {
                parameter["schema"][key] = bound.clone();
            }
        }
    }
}

/// Parameters that mean the same wherever they are.
fn usual(name: &str) -> Option<(&'static str, Value)> {
    Some(match name {
        "page" => ("Which page of the list, from 1.", json!({ "minimum": 1, "default": 1 })),
        "per_page" => ("Rows of a page.", json!({ "minimum": 1, "maximum": 100, "default": 20 })),
        "id" => ("Which one, as lists and answers name it.", json!({})),
        _ => return None,
    })
}

fn problem() -> Value {
    let text = |words: &str| json!({ "type": "string", "description": words });
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text("Always `about:blank`: the status tells the kind."),
            "title": text("The status in words."),
            "status": { "type": "integer", "format": "int32", "description": "The status of the answer." },
            "detail": text("What happened and what to do, in a sentence or two."),
            "errors": {
                "type": "object",
                "additionalProperties": { "type": "string" },
                "description": "Only when fields were refused: why, by their names.",
            },
        },
    })
}

/// The errors that an operation of this form can end with.
fn errors(path: &str, method: &str, operation: &mut Value) {
    let signs_in = (path, method) == ("/auth/token", "post");
    let writes = method != "get" && !path.starts_with("/auth/");
    let takes = operation["requestBody"].is_object() || operation["parameters"].is_array();
    if signs_in {
        operation["security"] = json!([]);
    }
    let possible = [
        (takes, "400", "Not to be understood."),
        (!signs_in, "401", "Not signed in."),
        (signs_in, "401", "That name and password don’t belong together."),
        (!signs_in, "403", "Not allowed to this caller, or beyond the scope of the key."),
        (path.contains('{'), "404", "Not there, or not yours."),
        (writes, "409", "At odds with how things stand now."),
        (writes, "422", "Understood and refused."),
        (signs_in, "429", "Too many tries; `Retry-After` tells how many seconds to wait."),
        (true, "503", "The database, or a service that is needed for this, does not answer."),
    ];
    for (status, words) in possible.iter().filter(|(may, ..)| *may).map(|(_, status, words)| (status, words)) {
        operation["responses"][status] = json!({
            "description": words,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
    for (_, response) in members(operation, "responses") {
        if response["description"] == "" {
            response["description"] = json!("Done.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_token_wants_a_key() {
        let spec = r#"{"paths":{"/auth/token":{"post":{}},"/jobs":{"get":{}}},"components":{"schemas":{"Job":{}}}}"#;
        let document = complete(spec, "/api");
        assert_eq!(document["paths"]["/auth/token"]["post"]["security"], json!([]));
        assert_eq!(document["paths"]["/jobs"]["get"].get("security"), None);
        assert_eq!(document["components"]["securitySchemes"]["api_key"]["name"], "X-Api-Key");
    }

    #[test]
    fn what_is_not_needed_may_be_null() {
        let mut schema = json!({
            "required": ["id"],
            "properties": {
                "id": { "type": "integer" },
                "seen_at": { "type": "string" },
                "who": { "$ref": "#/components/schemas/Who" },
            },
        });
        fields(&mut schema);
        assert_eq!(schema["properties"]["id"], json!({ "type": "integer" }));
        assert_eq!(schema["properties"]["seen_at"]["nullable"], true);
        assert_eq!(schema["properties"]["seen_at"]["format"], "date-time");
        assert_eq!(schema["properties"]["who"]["oneOf"][0]["$ref"], "#/components/schemas/Who");
    }
}
