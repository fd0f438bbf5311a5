//! Answers in JSON that are written piece by piece: a long list lies in memory as text alone, never as a tree of values
//! besides.

use std::marker::PhantomData;

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ToJSON, Type};

/// What reads as a `Json<T>`.
pub struct Written<T> {
    text: String,
    shape: PhantomData<fn() -> T>,
}

impl<T> Written<T> {
    /// An object without members yet.
    pub fn object() -> Self {
        Self { text: "{".to_owned(), shape: PhantomData }
    }

    /// Adds a list to it.
    pub fn list<I: ToJSON>(mut self, name: &'static str, items: impl Iterator<Item = I>) -> Self {
        let comma = if self.text.len() > 1 { "," } else { "" };
        self.text += &format!("{comma}\"{name}\":[");
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.text += &item.to_json_string();
        }
        self.text.push(']');
        self
    }
}

impl<T: Type> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type(Json::<T>::CONTENT_TYPE).body(self.text + "}")
    }
}

impl<T: ToJSON> ApiResponse for Written<T> {
    fn meta() -> MetaResponses {
        Json::<T>::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
