//! Faults that can be switched on for a simulated service, for all requests or for chosen ones.
//! Never decides how a fault looks on the wire: `host` does that.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::http::Method;

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The right answer, later. Taking the host down ends the wait.
    Slow(Duration),
    /// No answer until the client gives up or the host goes down; nothing is applied.
    Hang,
    /// 200 with bytes that are neither JSON nor XML, under a JSON content type; nothing is applied.
    Garbage,
    /// This status with a proxy's HTML page as body; nothing is applied.
    Status(u16),
    /// 429, with `Retry-After` in seconds when given; nothing is applied.
    RateLimited(Option<u64>),
    /// 401 with an empty body; nothing is applied.
    Unauthorized,
    /// The request is applied in full, then the connection is cut before a byte of the answer.
    AppliedThenTimeout,
    /// The request is applied in full, then this status answers in place of the real one.
    AppliedThenStatus(u16),
    /// The connection is cut without an answer; nothing is applied.
    DropConnection,
}

#[derive(Debug)]
struct Rule {
    path_prefix: String,
    method: Option<Method>,
    fault: Fault,
    /// Requests that pass unharmed first.
    spared: u32,
    left: Option<u32>,
}

/// The switches of one host. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Rule>>>);

impl Faults {
    /// Every request suffers `fault` until `clear`.
    pub fn set(&self, fault: Fault) {
        self.set_for("", None, fault, None);
    }

    /// Requests under `path_prefix` (and with `method`, if given) suffer `fault`, the next `times` of them or,
    /// without a number, until `clear`. The rule set last is looked at first.
    pub fn set_for(&self, path_prefix: &str, method: Option<Method>, fault: Fault, times: Option<u32>) {
        self.set_after(0, path_prefix, method, fault, times);
    }

    /// As `set_for`, once `spared` such requests went well: "the third page fails".
    pub fn set_after(&self, spared: u32, path_prefix: &str, method: Option<Method>, fault: Fault, times: Option<u32>) {
        self.rules().push(Rule { path_prefix: path_prefix.to_owned(), method, fault, spared, left: times });
    }

    /// All is well again for requests that come from now on.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// The fault this request meets; uses up one of its times.
    pub fn take(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut rules = self.rules();
        let rule = rules.iter_mut().rev().filter(|rule| rule.fits(method, path)).find_map(Rule::due)?;
        let fault = rule.fault.clone();
        if let Some(left) = &mut rule.left {
            *left = left.saturating_sub(1);
        }
        rules.retain(|rule| rule.left != Some(0));
        Some(fault)
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    /// Itself, unless this request is still spared.
    fn due(&mut self) -> Option<&mut Rule> {
        let spared = self.spared > 0;
        self.spared = self.spared.saturating_sub(1);
        (!spared).then_some(self)
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        path.starts_with(&self.path_prefix) && self.method.as_ref().is_none_or(|wanted| wanted == method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_for_one_path_ends_after_its_times() {
        let faults = Faults::default();
        faults.set_for("/api", Some(Method::POST), Fault::Hang, Some(2));
        assert_eq!(faults.take(&Method::GET, "/api/x"), None);
        assert_eq!(faults.take(&Method::POST, "/other"), None);
        assert_eq!(faults.take(&Method::POST, "/api/x"), Some(Fault::Hang));
        assert_eq!(faults.take(&Method::POST, "/api/x"), Some(Fault::Hang));
        assert_eq!(faults.take(&Method::POST, "/api/x"), None);
    }

    #[test]
    fn a_fault_can_wait_for_its_turn() {
        let faults = Faults::default();
        faults.set_after(2, "/pages", None, Fault::DropConnection, Some(1));
        let met: Vec<bool> = (0..4).map(|_| faults.take(&Method::GET, "/pages").is_some()).collect();
        assert_eq!(met, [false, false, true, false]);
    }

    #[test]
    fn the_last_rule_comes_first_and_clear_ends_all() {
        let faults = Faults::default();
        faults.set(Fault::Unauthorized);
        faults.set_for("/api", None, Fault::Status(503), None);
        assert_eq!(faults.take(&Method::GET, "/api"), Some(Fault::Status(503)));
        assert_eq!(faults.take(&Method::GET, "/"), Some(Fault::Unauthorized));
        faults.clear();
        assert_eq!(faults.take(&Method::GET, "/api"), None);
    }
}
