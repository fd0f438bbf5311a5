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
