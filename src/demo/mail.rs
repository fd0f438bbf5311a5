//! The mail catcher: a real SMTP receiver that delivers nothing, and a page to read what it caught.
//! Steerable, so that greylisting, refusals and cut lines can be met. Never sends mail on.

mod message;
mod page;
mod smtp;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use poem::{Request, endpoint};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::ask::Ask;
use super::host::Host;
pub use message::Caught;

/// What goes wrong with a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFault {
    /// 421 in place of the greeting.
    Busy,
    /// 535 to any credentials.
    WrongPassword,
    /// 451 to RCPT, as greylisting does.
    Greylist,
    /// 550 to RCPT: nobody of that name.
    UnknownRecipient,
    /// This code after DATA, in place of 250; the mail is not kept.
    AfterData(u16),
    /// The line is cut after the last dot and before the 250; the mail is not kept.
    CutBeforeAccept,
    /// The mail is kept, but the line is cut before its 250 gets out.
    LostAccept,
    /// 250 gets out, then the line is cut.
    CutAfterAccept,
    /// No word until the client gives up or the catcher goes down.
    Hang,
}

/// A handle of the running mail catcher. Clones share it.
#[derive(Clone)]
pub struct Mail {
    office: Arc<Office>,
    page: Host,
}

struct Office {
    addr: SocketAddr,
    caught: Mutex<Vec<Caught>>,
    arrived: Notify,
    faults: Mutex<Vec<(MailFault, Option<u32>)>>,
    credentials: Mutex<Option<(String, String)>>,
    open: Mutex<Option<(JoinHandle<()>, CancellationToken)>>,
}

impl Mail {
    /// Receives SMTP at `smtp_port` and shows the mails on a page at `page_port`; any free port when there is none.
    pub async fn start(smtp_port: Option<u16>, page_port: Option<u16>) -> io::Result<Mail> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, smtp_port.unwrap_or(0))).await?;
        let office = Arc::new(Office {
            addr: listener.local_addr()?,
            caught: Mutex::default(),
            arrived: Notify::new(),
            faults: Mutex::default(),
            credentials: Mutex::default(),
            open: Mutex::default(),
        });
        let shown = office.clone();
        let answer = endpoint::make(move |req: Request| {
            let office = shown.clone();
            async move { Ok::<_, poem::Error>(page::answer(&Ask::read(req).await, &office.mails())) }
        });
        let mail = Mail { office, page: Host::start("mail", page_port, answer).await? };
        mail.receive(listener);
        Ok(mail)
    }

    /// Where SMTP is spoken.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.office.addr
    }

    /// Where the caught mails can be read, as `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.page.url()
    }

    /// Only this user and password are let in, and nobody without; none takes mail from everybody.
    pub fn set_credentials(&self, credentials: Option<(&str, &str)>) {
        *lock(&self.office.credentials) = credentials.map(|(user, word)| (user.to_owned(), word.to_owned()));
    }

    /// The next `times` deliveries (all, without a number) meet this fault.
    pub fn set_fault(&self, fault: MailFault, times: Option<u32>) {
        lock(&self.office.faults).push((fault, times));
    }

    pub fn clear_faults(&self) {
        lock(&self.office.faults).clear();
    }

    /// All mails kept, oldest first.
    pub fn mails(&self) -> Vec<Caught> {
        self.office.mails()
    }

    /// Mails whose envelope names this address.
    pub fn to(&self, address: &str) -> Vec<Caught> {
        self.mails().into_iter().filter(|mail| mail.is_to(address)).collect()
    }

    /// Forgets all mails.
    pub fn clear(&self) {
        lock(&self.office.caught).clear();
    }

    /// Waits until the mails satisfy `enough`, and returns them. Give it a timeout from outside.
    pub async fn wait_for(&self, enough: impl Fn(&[Caught]) -> bool) -> Vec<Caught> {
        loop {
            let arrived = self.office.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let now = self.mails();
            if enough(&now) {
                return now;
            }
            arrived.await;
        }
    }

    /// Closes the SMTP port and cuts all lines; the page stays.
    pub async fn down(&self) {
        let open = lock(&self.office.open).take();
        if let Some((task, cut)) = open {
            cut.cancel();
            task.abort();
            // An aborted task answers with its cancellation; either way the port is free after this.
            let _ = task.await;
        }
    }

    /// Opens the same SMTP port again. Does nothing when it is open.
    pub async fn up(&self) -> io::Result<()> {
        if lock(&self.office.open).is_none() {
            let listener = TcpListener::bind(self.office.addr).await?;
            self.receive(listener);
        }
        Ok(())
    }

    /// The page's host.
    pub fn host(&self) -> &Host {
        &self.page
    }

    fn receive(&self, listener: TcpListener) {
        let cut = CancellationToken::new();
        // The task must not keep the office alive: it ends with the last handle.
        let office = Arc::downgrade(&self.office);
        let lines = cut.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Some(office) = office.upgrade() else {
                    return;
                };
                let cut = lines.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        // A line that breaks is the client's matter.
                        _ = smtp::converse(&office, stream) => {}
                        () = cut.cancelled() => {}
                    }
                });
            }
        });
        *lock(&self.office.open) = Some((task, cut));
    }
}

impl Office {
    fn mails(&self) -> Vec<Caught> {
        lock(&self.caught).clone()
    }

    fn keep(&self, mail: Caught) {
        lock(&self.caught).push(mail);
        self.arrived.notify_waiters();
    }

    /// Whether one of these faults is due; uses up one of its times.
    fn meets(&self, is_it: impl Fn(&MailFault) -> bool) -> Option<MailFault> {
        let mut faults = lock(&self.faults);
        let at = faults.iter().position(|(fault, _)| is_it(fault))?;
        let (fault, left) = faults.get_mut(at)?;
        let fault = fault.clone();
        if let Some(left) = left {
            *left = left.saturating_sub(1);
        }
        faults.retain(|(_, left)| *left != Some(0));
        Some(fault)
    }

    /// None: everybody may send.
    fn credentials(&self) -> Option<(String, String)> {
        lock(&self.credentials).clone()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some((task, cut)) = self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            cut.cancel();
            task.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
