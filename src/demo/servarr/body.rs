//! Reads a JSON object the way System.Text.Json does: members optional, wrong types refused with the object form of
//! 400, unknown members ignored (but noted, since a client that sends them is mistaken). Never changes anything.

use serde_json::{Map, Value};

use super::wire::Reply;

/// A request body that is being read.
pub struct Body<'a> {
    object: &'a Map<String, Value>,
}

impl<'a> Body<'a> {
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object }
    }

    /// Members outside `known`.
    pub fn unknown(&self, known: &[&str]) -> Vec<&'a str> {
        self.object.keys().map(String::as_str).filter(|name| !known.contains(name)).collect()
    }

    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub fn int(&self, name: &str) -> Result<Option<i64>, Reply> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) if number.is_i64() => Ok(number.as_i64()),
            Some(_) => Err(wrong(name, "System.Int32")),
        }
    }

    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Reply> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "System.String")),
        }
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Reply> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(wrong(name, "System.Boolean")),
        }
    }

    pub fn ints(&self, name: &str) -> Result<Option<Vec<i64>>, Reply> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let items = value.as_array().map(|items| items.iter().map(Value::as_i64).collect::<Option<Vec<i64>>>());
        items.flatten().map(Some).ok_or_else(|| wrong(name, "System.Collections.Generic.HashSet`1[System.Int32]"))
    }

    pub fn object(&self, name: &str) -> Result<Option<Body<'a>>, Reply> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Body { object })),
            Some(_) => Err(wrong(name, "the resource")),
        }
    }

    pub fn objects(&self, name: &str) -> Result<Option<Vec<Body<'a>>>, Reply> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let each = |item: &'a Value| item.as_object().map(|object| Body { object });
        let items = value.as_array().map(|items| items.iter().map(each).collect::<Option<Vec<Body<'a>>>>());
        items.flatten().map(Some).ok_or_else(|| wrong(name, "System.Collections.Generic.List`1"))
    }

    /// One of the words of an enum, without case; its number is taken too.
    pub fn word(&self, name: &str, kind: &str, words: &[&'static str]) -> Result<Option<&'static str>, Reply> {
        let found = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => words.iter().find(|word| word.eq_ignore_ascii_case(text)),
            Some(Value::Number(number)) => number.as_u64().and_then(|at| words.get(usize::try_from(at).ok()?)),
            Some(_) => None,
        };
        found.copied().map(Some).ok_or_else(|| wrong(name, kind))
    }
}

fn wrong(name: &str, kind: &str) -> Reply {
    Reply::not_convertible(&format!("$.{name}"), kind)
}
