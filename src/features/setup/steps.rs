//! The steps of the wizard, in order.

crate::text_enum! {
    pub enum Step {
        Owner = "owner",
        Plex = "plex",
        Arr = "arr",
        Downloads = "downloads",
        Mail = "mail",
        Address = "address",
        Ready = "ready",
    }
}

impl Step {
    /// As the rail names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Plex => "Plex",
            Self::Arr => "Films and series",
            Self::Downloads => "Downloads",
            Self::Mail => "Mail",
            Self::Address => "Address",
            Self::Ready => "Ready",
        }
    }

    pub fn path(self) -> String {
        format!("/setup/{self}")
    }

    /// From 1.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    pub fn next(self) -> Self {
        Self::ALL.get(self as usize + 1).copied().unwrap_or(Self::Ready)
    }

    pub fn before(self) -> Option<Self> {
        (self as usize).checked_sub(1).and_then(|n| Self::ALL.get(n).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_one_another() {
        assert_eq!(Step::Owner.before(), None);
        assert_eq!(Step::Owner.next(), Step::Plex);
        assert_eq!(Step::Ready.next(), Step::Ready);
        assert_eq!(Step::Ready.number(), 7);
        assert!(Step::Mail < Step::Address);
    }
}
