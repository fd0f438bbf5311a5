//! The three generations of qBittorrent that are imitated, and what tells them apart (services.md 4.1). Pure.

/// A version of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// 4.5.2, API 2.8.19.
    V4_5,
    /// 5.1.0, API 2.11.4.
    V5_1,
    /// 5.3.0, API 2.16.2.
    V5_3,
}

impl Generation {
    pub const ALL: [Generation; 3] = [Generation::V4_5, Generation::V5_1, Generation::V5_3];

    pub fn app_version(self) -> &'static str {
        match self {
            Generation::V4_5 => "v4.5.2",
            Generation::V5_1 => "v5.1.0",
            Generation::V5_3 => "v5.3.0",
        }
    }

    pub fn api_version(self) -> &'static str {
        match self {
            Generation::V4_5 => "2.8.19",
            Generation::V5_1 => "2.11.4",
            Generation::V5_3 => "2.16.2",
        }
    }

    /// `pausedDL`, `pause`, `resume`; later ones say stopped, stop and start.
    pub fn says_paused(self) -> bool {
        self == Generation::V4_5
    }

    /// Login 401, JSON answers to adds, named missing parameters, API keys.
    pub fn is_modern(self) -> bool {
        self == Generation::V5_3
    }

    pub fn build_info(self) -> serde_json::Value {
        let (qt, libtorrent) = match self {
            Generation::V4_5 => ("5.15.8", "2.0.8.0"),
            Generation::V5_1 => ("6.8.2", "2.0.11.0"),
            Generation::V5_3 => ("6.11.2", "2.0.14.0"),
        };
        let platform = (self > Generation::V4_5).then_some(("platform", "linux"));
        let mut info = serde_json::json!({
            "bitness": 64, "boost": "1.83.0", "libtorrent": libtorrent, "openssl": "3.5.7", "qt": qt, "zlib": "1.3.1",
        });
        if let (Some(map), Some((name, value))) = (info.as_object_mut(), platform) {
            map.insert(name.to_owned(), value.into());
        }
        info
    }

    /// The attributes of a fresh session cookie; `expires` is an HTTP date.
    pub fn cookie(self, id: &str, port: u16, expires: &str) -> String {
        match self {
            Generation::V4_5 => format!("SID={id}; HttpOnly; path=/; SameSite=Strict"),
            Generation::V5_1 => format!("SID={id}; HttpOnly; SameSite=Strict; path=/"),
            Generation::V5_3 => {
                format!("QBT_SID_{port}={id}; HttpOnly; SameSite=Lax; expires={expires}; path=/")
            }
        }
    }

    pub fn cookie_name(self, port: u16) -> String {
        if self.is_modern() { format!("QBT_SID_{port}") } else { "SID".to_owned() }
    }
}
