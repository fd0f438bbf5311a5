//! How big a request will be, judged by what the same service has already. Unknown is said, not guessed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One film, or an average episode of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub profile: i64,
    pub bytes: i64,
}

/// Fewer tell nothing.
const ENOUGH: usize = 3;

/// Bytes of a usual film or episode at one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    pub by_profile: BTreeMap<i64, i64>,
    /// Whatever the profile.
    pub any: Option<i64>,
    #[serde(skip)]
    pub read_at: Option<DateTime<Utc>>,
}

impl Sizes {
    pub fn of(samples: &[Sample]) -> Self {
        let mut by_profile: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for sample in samples {
            by_profile.entry(sample.profile).or_default().push(sample.bytes);
        }
        let all = samples.iter().map(|sample| sample.bytes).collect();
        Self {
            by_profile: by_profile.into_iter().filter_map(|(id, bytes)| Some((id, median(bytes)?))).collect(),
            any: median(all),
            read_at: None,
        }
    }

    /// Bytes of so many films or episodes; none when nobody can say.
    pub fn estimate(&self, profile: Option<i64>, units: i64) -> Option<i64> {
        let each = profile.and_then(|id| self.by_profile.get(&id).copied()).or(self.any)?;
        (units > 0).then(|| each.saturating_mul(units))
    }
}

fn median(mut bytes: Vec<i64>) -> Option<i64> {
    bytes.sort_unstable();
    bytes.get(bytes.len() / 2).copied().filter(|_| bytes.len() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(bytes: &[i64]) -> Vec<Sample> {
        bytes.iter().map(|bytes| Sample { profile: 4, bytes: *bytes }).collect()
    }

    #[test]
    fn the_usual_size_is_not_moved_by_one_giant() {
        let sizes = Sizes::of(&samples(&[8, 9, 90_000]));
        assert_eq!(sizes.estimate(Some(4), 10), Some(90));
        assert_eq!(sizes.estimate(Some(7), 1), Some(9), "another profile: whatever there is");
    }

    #[test]
    fn too_little_is_unknown() {
        assert_eq!(Sizes::of(&samples(&[8, 9])).estimate(Some(4), 1), None);
        assert_eq!(Sizes::of(&samples(&[8, 9, 10])).estimate(Some(4), 0), None);
    }
}
