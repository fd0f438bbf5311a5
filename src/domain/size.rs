//! How big a request will be, judged by what the same service has already. Unknown is said, not guessed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::catalog::CandidateSeason;
use super::title::Episodes;

/// One film, or an average episode of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub profile: i64,
    pub bytes: i64,
    /// How many episodes each of its regular seasons has.
    pub seasons: Vec<i64>,
}

/// Fewer tell nothing.
const ENOUGH: usize = 3;

/// Bytes of a usual film or episode at one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    pub by_profile: BTreeMap<i64, i64>,
    /// Whatever the profile.
    pub any: Option<i64>,
    /// Episodes of a usual season: of a series that Sonarr does not have, it does not say how many there are.
    #[serde(default)]
    pub season: Option<i64>,
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
            season: median(samples.iter().flat_map(|sample| sample.seasons.iter().copied()).collect()),
            read_at: None,
        }
    }

    /// Bytes of so many films or episodes; none when nobody can say.
    pub fn estimate(&self, profile: Option<i64>, units: i64) -> Option<i64> {
        let each = profile.and_then(|id| self.by_profile.get(&id).copied()).or(self.any)?;
        (units > 0).then(|| each.saturating_mul(units))
    }

    /// Bytes of one season, without the episodes that are there.
    pub fn season(&self, profile: Option<i64>, season: &CandidateSeason, there: &Episodes) -> Option<i64> {
        let there = there.get(&season.number).map_or(0, |numbers| numbers.len());
        let whole = season.total.filter(|total| *total > 0).or(self.season)?;
        self.estimate(profile, whole.saturating_sub(i64::try_from(there).unwrap_or(i64::MAX)))
    }

    /// Bytes of these seasons together; unknown when one of them is.
    pub fn seasons(
        &self,
        profile: Option<i64>,
        wanted: &[i32],
        known: &[CandidateSeason],
        there: &Episodes,
    ) -> Option<i64> {
        let of = |number: &i32| {
            let season = known.iter().find(|season| season.number == *number)?;
            self.season(profile, season, there)
        };
        let sum = wanted.iter().map(of).try_fold(0_i64, |sum, bytes| Some(sum.saturating_add(bytes?)));
        sum.filter(|_| !wanted.is_empty())
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
        bytes.iter().map(|bytes| Sample { profile: 4, bytes: *bytes, seasons: vec![8, 10] }).collect()
    }

    #[test]
    fn the_usual_size_is_not_moved_by_one_giant() {
        let sizes = Sizes::of(&samples(&[8, 9, 90_000]));
        assert_eq!(sizes.estimate(Some(4), 10), Some(90));
        assert_eq!(sizes.estimate(Some(7), 1), Some(9), "another profile: whatever there is");
    }

    #[test]
    fn a_season_of_unknown_length_is_a_usual_one() {
        let season = |total| CandidateSeason {
            number: 2,
            monitored: false,
            aired: None,
            total,
            files: None,
            size_on_disk: None,
            is_over: false,
        };
        let (sizes, nothing) = (Sizes::of(&samples(&[8, 9, 10])), Episodes::new());
        assert_eq!(sizes.season(Some(4), &season(Some(3)), &nothing), Some(27));
        assert_eq!(sizes.season(Some(4), &season(None), &nothing), Some(90));
        assert_eq!(sizes.season(Some(4), &season(Some(0)), &nothing), Some(90));
        let there = Episodes::from([(2, [1, 2].into())]);
        assert_eq!(sizes.season(Some(4), &season(Some(3)), &there), Some(9));
        let known = [season(Some(3))];
        assert_eq!(sizes.seasons(Some(4), &[2], &known, &nothing), Some(27));
        assert_eq!(sizes.seasons(Some(4), &[2, 7], &known, &nothing), None, "nobody knows a season 7");
        assert_eq!(sizes.seasons(Some(4), &[], &known, &nothing), None);
    }

    #[test]
    fn too_little_is_unknown() {
        assert_eq!(Sizes::of(&samples(&[8, 9])).estimate(Some(4), 1), None);
        assert_eq!(Sizes::of(&samples(&[8, 9, 10])).estimate(Some(4), 0), None);
    }
}
