//! Connections: which engine an address means, how each one is set up, and the pools.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::{Connection, SqliteConnection};

use crate::error::{AppError, Outcome};

/// On SQLite each holds its own pages and statements, and none waits for anything but the disk.
const READERS: u32 = 2;
const POSTGRES: u32 = 6;

#[derive(diesel::MultiConnection)]
pub enum Conn {
    #[cfg(feature = "postgres")]
    Pg(diesel::PgConnection),
    Sqlite(SqliteConnection),
}

crate::text_enum! {
    pub enum Engine {
        Sqlite = "sqlite",
        Postgres = "postgres",
    }
}

impl Engine {
    pub fn label(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Makes connections of the one kind that the address asks for. No `Debug`: the address holds the password.
#[derive(Clone)]
pub struct Manager {
    engine: Engine,
    target: String,
}

impl Manager {
    pub fn parse(url: &str) -> Outcome<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self { engine: Engine::Sqlite, target: path.to_owned() });
        }
        if (url.starts_with("postgres://") || url.starts_with("postgresql://")) && cfg!(feature = "postgres") {
            return Ok(Self { engine: Engine::Postgres, target: impatient(url) });
        }
        let scheme = url.split("://").next().unwrap_or_default();
        Err(AppError::Malformed(format!(
            "DATABASE_URL starts with '{scheme}://'; it must be sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE"
        )))
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The first connection, with an error a person can act on.
    pub fn first(&self) -> Outcome<Conn> {
        self.connect().map_err(|error| match self.engine {
            Engine::Sqlite => AppError::Internal(format!(
                "the database file {} can't be opened: {error}. Is the folder there, writable, and the disk not full?",
                self.target
            )),
            Engine::Postgres => {
                let said = without_password(super::fault::first_line(&error.to_string()));
                AppError::Internal(format!("PostgreSQL can't be reached: {said}"))
            }
        })
    }

    /// False when there is no file yet. Nobody knows of PostgreSQL before asking.
    pub fn may_exist(&self) -> bool {
        self.engine != Engine::Sqlite || std::fs::metadata(&self.target).is_ok_and(|file| file.len() > 0)
    }

    /// Makes the file for its owner alone, as SQLite then makes those beside it. False when it is there, or can't be made:
    /// to open it tells why.
    pub fn make(&self) -> bool {
        let mut file = std::fs::OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        let is_path =
            self.engine == Engine::Sqlite && ![":", "file:"].iter().any(|start| self.target.starts_with(start));
        is_path && file.write(true).create_new(true).open(&self.target).is_ok()
    }

    /// Nothing stays of a file that was begun and could not be finished. One that another process has filled stays.
    pub fn take_back(&self) {
        const HEAD: u64 = 4096;
        let file = |end: &str| format!("{}{end}", self.target);
        let size = |end: &str| std::fs::metadata(file(end)).map_or(0, |file| file.len());
        if size("") <= HEAD && size("-wal") == 0 {
            for end in ["", "-wal", "-shm"] {
                // What is not there need not go; what can't be removed is an empty database, as good as none.
                let _ = std::fs::remove_file(file(end));
            }
        }
    }

    pub fn pools(self) -> Outcome<(Pool<Self>, Pool<Self>)> {
        let sqlite = self.engine == Engine::Sqlite;
        let build = |size: u32| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(Duration::from_secs(5))
                .test_on_check_out(!sqlite)
                .build(self.clone())
                .map_err(|error| AppError::Internal(format!("the database does not answer: {error}")))
        };
        Ok((build(if sqlite { READERS } else { POSTGRES })?, build(1)?))
    }
}

/// libpq by itself waits for minutes for a server that is cut off. What the address says of it counts.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "2"),
    ("tcp_user_timeout", "5000"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
];

fn impatient(url: &str) -> String {
    let told = url.split_once('?').map_or("", |(_, told)| told);
    let more = PATIENCE.iter().filter(|(name, _)| !told.split('&').any(|word| word.split('=').next() == Some(name)));
    more.fold(url.to_owned(), |url, (name, value)| {
        let sign = if url.contains('?') { '&' } else { '?' };
        format!("{url}{sign}{name}={value}")
    })
}

/// Where libpq does not understand an address it repeats it, or the part that holds the password.
fn without_password(said: String) -> String {
    match said.contains("URI") || said.contains("percent-encoded") {
        true => "DATABASE_URL is not understood. Signs such as @ / : % in the password are written as %40 %2F %3A %25"
            .to_owned(),
        false => said,
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match self.engine {
            Engine::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.target).map_err(ConnectionError)?;
                conn.batch_execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;",
                )
                .map_err(QueryError)?;
                Ok(Conn::Sqlite(conn))
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres => {
                let mut conn = diesel::PgConnection::establish(&self.target).map_err(ConnectionError)?;
                conn.batch_execute("SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '5s';")
                    .map_err(QueryError)?;
                Ok(Conn::Pg(conn))
            }
            #[cfg(not(feature = "postgres"))]
            Engine::Postgres => {
                Err(ConnectionError(diesel::ConnectionError::InvalidConnectionUrl("built without PostgreSQL".into())))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_server_that_never_answers_is_given_up() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://somebody@{}/usherr?sslmode=disable", silent.local_addr().unwrap());
        let (told, hear) = std::sync::mpsc::channel();
        std::thread::spawn(move || told.send(Manager::parse(&url).unwrap().first().err().unwrap().to_string()));
        let said = hear.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(said.contains("PostgreSQL can't be reached"), "{said}");
    }

    #[test]
    fn what_the_address_says_of_patience_counts() {
        let url = impatient("postgres://a:connect_timeout@b/c?connect_timeout=9&sslmode=require");
        assert!(
            url.starts_with("postgres://a:connect_timeout@b/c?connect_timeout=9&sslmode=require&tcp_user_timeout=")
        );
        assert!(!url.contains("connect_timeout=2"));
        assert!(impatient("postgres://a@b/c").starts_with("postgres://a@b/c?connect_timeout=2&"));
    }
}
