//! What people are told, and when.

crate::text_enum! {
    /// A step of a request that somebody is told about.
    pub enum NoticeKind {
        /// To those who decide: somebody asks for a title.
        Asked = "request_asked",
        Approved = "request_approved",
        Declined = "request_declined",
        Ready = "request_ready",
    }
}

impl NoticeKind {
    /// The switch on a person's page, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "Somebody asks for a title",
            Self::Approved => "Your request was approved",
            Self::Declined => "Your request was declined",
            Self::Ready => "What you asked for or follow is ready",
        }
    }
}
