//! The outermost layer: base path, request id, panics, errors. What goes out has been dressed here.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use poem::{Endpoint, IntoResponse, Request, Response};

use super::errors::{self, Asked};
use super::visit::Visit;
use crate::error::AppError;

/// Renders whatever error comes up, and turns a panic into one.
pub async fn dress<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let asked = Asked::of(&req);
    let visitor = Visitor::of(&req);
    let outcome = AssertUnwindSafe(next.call(req)).catch_unwind().await;
    let error = match outcome {
        Ok(Ok(response)) => return Ok(response.into_response()),
        Ok(Err(error)) => errors::ours(error),
        Err(_) => AppError::internal("a handler panicked"),
    };
    let visit = if asked.api { None } else { visitor.visit(&error).await };
    Ok(errors::render(&asked, visit, error).await)
}

/// Keeps what an error page needs of a request that was given away.
struct Visitor {
    app: Option<crate::app::App>,
    caller: Option<crate::domain::people::Actor>,
}

impl Visitor {
    fn of(req: &Request) -> Self {
        Self { app: req.data().cloned(), caller: super::actor::caller(req).cloned() }
    }

    async fn visit(self, error: &AppError) -> Option<Visit> {
        let app = self.app?;
        let known = match error {
            AppError::Unavailable { .. } => None,
            _ => Visit::bare(app.clone(), self.caller).await.ok(),
        };
        Some(known.unwrap_or_else(|| Visit::in_the_dark(app)))
    }
}
