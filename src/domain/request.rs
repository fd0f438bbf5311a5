//! Requests: the stages a title goes through from "asked" to "ready".

crate::text_enum! {
    pub enum Stage {
        Asked = "asked",
        Approved = "approved",
        Sent = "sent",
        Searching = "searching",
        Grabbed = "grabbed",
        Downloading = "downloading",
        Importing = "importing",
        Ready = "ready",
        Partial = "partial",
        Stuck = "stuck",
        Declined = "declined",
        Withdrawn = "withdrawn",
        Gone = "gone",
    }
}

impl Stage {
    /// Nothing more will happen by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ready | Self::Declined | Self::Withdrawn | Self::Gone)
    }
}
