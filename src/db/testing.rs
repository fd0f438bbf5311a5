//! Databases for tests: SQLite in a temporary folder, and PostgreSQL where `USHERR_TEST_DATABASE_URL` says where it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use diesel::connection::SimpleConnection;

use super::conn::Manager;

/// Empty databases, one for each engine there is; they go when the value goes.
pub struct Databases {
    folder: tempfile::TempDir,
    urls: Vec<String>,
    /// The server that holds the database of this name.
    made: Option<(String, String)>,
}

impl Databases {
    pub fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut urls = vec![format!("sqlite://{}", folder.path().join("usherr.db").display())];
        let made = std::env::var("USHERR_TEST_DATABASE_URL").ok().map(|server| {
            let name = format!("usherr_test_{}", uuid::Uuid::new_v4().simple());
            run(&server, &format!("CREATE DATABASE {name}"));
            let mut url = url::Url::parse(&server).unwrap();
            url.set_path(&name);
            urls.push(url.to_string());
            (server, name)
        });
        Self { folder, urls, made }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn urls(&self) -> &[String] {
        &self.urls
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.made {
            run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn run(server: &str, sql: &str) {
    Manager::parse(server).unwrap().first().unwrap().batch_execute(sql).unwrap();
}
