//! Usherr, the front desk of a Plex server: who may come in, what they may see, what they would like to see next; and
//! then making it so on Plex, Sonarr, Radarr and qBittorrent.
//!
//! One crate, one binary. Read it top to bottom: a request enters by one of three doors, goes down through one feature
//! slice into the pure domain and the database, and what must happen outside is written down and done later by a worker.
//! Layers hold what is shared and must stay clean; slices hold what changes together; slices never import slices.
//!
//! # Map
//!
//! | room | for |
//! |---|---|
//! | [`cli`] | one file per command; `main` only calls it |
//! | [`serve`] | opens the house (listener, worker, timetable) and closes it again |
//! | [`router`] | DOOR 1: every address and who answers it |
//! | [`dispatch`] | DOOR 2: every effect of the outbox and who does it |
//! | [`timetable`] | DOOR 3: every job; a tick only asks for runs |
//! | [`features`] | one slice per noun: handlers by audience, `actions` that write, `lookups` and `effects` that call services, `views` that draw |
//! | [`domain`] | the rules: pure, no IO, no clock; `now` is an argument |
//! | [`db`] | the only room that names diesel; SQLite and PostgreSQL behind one connection type |
//! | [`vendor`] | the only room that names reqwest and lettre; one client per service, private wire types, classified faults |
//! | [`ui`] | maud building blocks and the frame around every page |
//! | [`web`] | poem plumbing: who is calling, origin, errors, assets, streams |
//! | [`worker`] | claim, do, settle; back-off and dead letters |
//! | [`app`] | what every part of the running house shares; limits on guessing; backups |
//! | [`config`] [`clock`] [`crypto`] [`error`] | environment, time, secrets, the one error |
//! | [`demo`] | a simulated world of services, for `usherr demo` and the tests; it meets the house only over HTTP, SMTP and webhooks |
//!
//! `tests/tidy.rs` enforces who may import whom, which room alone may name a crate, and sizes.
//!
//! # Invariants
//!
//! * Writes happen only in [`db::Db::write`], whose closure is synchronous: a call to a service inside a transaction does
//!   not compile. A write takes `&mut Tx`, a read takes `&mut Conn`; "missing" is `Option`, a failing database never is.
//! * A transition is a pure function: `(state, command, now) -> Result<(state, consequences), Refusal>`.
//! * Effects carry ids and moments only, reload, skip when moot, and are safe to run twice. Running one ends with the [`db::outbox::Settled`]
//!   that only settling gives, in the same write that keeps what it brought about.
//! * Sync jobs compare desired with actual and repair; a missed webhook only costs time. A service that can't be reached
//!   changes no state but its own health.
//! * What somebody should see on Plex is worked out in [`domain::access`], for pages, plans and the clock alike. Shares are
//!   written by one effect in one lane, which reads before and after; nothing is written over what somebody changed there,
//!   and no list is empty ([`domain::sharing::Sections`]).
//! * Whoever follows an invite takes a place of it in one write, and every refusal gives it back; what it gives is planned and
//!   made like any other change of access. A guest is nobody here before Plex has named them ([`db::guests`]).
//!   What a member invites by works only while they may invite ([`db::member_invites`]). A place in the Plex Home is asked for
//!   once they are in, and nothing hangs on it ([`domain::invite::home`]).
//! * A membership that ends, or is paused, is one more thing that the clock closes; nobody sees more than their own page then
//!   ([`web::Oneself`]). Coming back gives what was taken since, as the clock has it by now ([`domain::access::back`]).
//! * Removing somebody ends their membership first; friendship and Home are ended on Plex when their shares were taken, in the
//!   same lane ([`db::removals`]). Who was removed from Usherr is nobody here, whatever Plex names ([`domain::people::Person::is_here`]).
//! * No step of the schema is taken before what it changes is kept ([`app::backups`]); a restore replaces everything in one
//!   transaction, with no server at work, and sets aside what waited to be done outside.
//! * Time is UTC in the database; zones are applied at the edge.
//! * The house and whoever calls are read at most once a second: what this process writes shows at once, what another one
//!   writes within that second.
//! * Who may see which object is decided in the query, by [`domain::people::Sight`] and the actor, never in the page.
//! * Who may call is a type in the handler's signature ([`web::actor`]); a write with a cookie proves its origin there.
//! * Secrets are `SecretString` in memory and sealed in the database; they are in no log, page or address that we call.
//! * Views know nothing of the database, `ui` nothing of features, the domain nothing at all.
//!
//! # One request, top to bottom
//!
//! 1. `POST /titles/movie/603/request` goes to `features::requests::viewer`. The signature names who may call
//!    ([`web::Requester`]); the form is parsed into domain types at the door.
//! 2. `actions::submit` writes: quota, an existing request, `domain::request` decides; the row, its effects in the outbox
//!    and the record of activity are one transaction. Commit, ring the worker.
//! 3. The handler makes a view-model and answers with the fragment for htmx, or 303 for a plain form. A refusal becomes
//!    the form again, with the reason beside the field.
//! 4. `POST /admin/requests/7/approval`: permission, transition, guarded update. No row changed means somebody was first.
//! 5. The worker claims the effect, and [`dispatch`] has it done: reload; no longer approved, then moot; there already,
//!    then adopted; else added; then one write. A transient fault comes again with back-off; a refusal makes the request
//!    stuck, with a cause in plain words.
//! 6. Radarr's webhook or the repair job moves the stage on; it is ready only when Plex has it; then mails are effects too,
//!    with a Message-ID made from the outbox id, so that a second try is no second mail.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod dispatch;
pub mod domain;
pub mod error;
pub mod features;
pub mod router;
pub mod serve;
pub mod timetable;
pub mod ui;
pub mod vendor;
pub mod web;
pub mod worker;
