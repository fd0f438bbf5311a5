//! A person's own page: sessions, theme, which notices come by mail, and the unsubscribe link.
