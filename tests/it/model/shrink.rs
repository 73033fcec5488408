//! A walk that fails, made shorter: steps are left out as long as it still fails.

use super::run::run;
use super::steps::Step;

/// How many shorter walks are tried; each begins with a site of its own.
const MOST: usize = 60;

/// A shorter walk that fails too, and how.
pub(super) async fn shorten(walk: &[Step], how: String) -> (Vec<Step>, String) {
    let (mut walk, mut how) = (walk.to_vec(), how);
    let mut chunk = walk.len() / 2;
    let mut tried = 0;
    while chunk > 0 {
        let mut from = 0;
        while from < walk.len() && tried < MOST {
            let mut shorter = walk.clone();
            shorter.drain(from..(from + chunk).min(walk.len()));
            tried += 1;
            match run(&shorter).await {
                Err(failure) => {
                    shorter.truncate(failure.at + 1);
                    (walk, how) = (shorter, failure.how);
                }
                Ok(_) => from += chunk,
            }
        }
        chunk /= 2;
    }
    (walk, how)
}
