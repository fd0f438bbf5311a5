//! How the plan stood when it was last counted.

use crate::db::settings::StoredSetting;
use crate::db::{Conn, Tx, groups::json, settings};
use crate::domain::access::outlook::Outlook;
use crate::domain::settings::SettingKey;
use crate::error::Outcome;

const KEY: SettingKey = SettingKey::AccessOutlook;

/// None when nobody has counted yet.
pub fn last(conn: &mut Conn) -> Outcome<Option<Outlook>> {
    let text = settings::get(conn, KEY.as_str())?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub fn keep(tx: &mut Tx<'_>, outlook: &Outlook) -> Outcome<()> {
    let row = StoredSetting { key: KEY.as_str().to_owned(), value: json(outlook)?, sealed: false, from_file: false };
    settings::put(tx, &row, outlook.at)
}
