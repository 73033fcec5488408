//! The way from what is changed to the projects that use it, step by step.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::Value;

use super::Looking;
use super::ask::{Meter, Stop};
use crate::catalog::model::{Call, Each, Hop};
use crate::dispatch::requests::{self, id_text};
use crate::projection::pointer;
use crate::projection::sources::Facts;
use crate::upstream::Request;

/// Keys that go into one request.
const BATCH: usize = 50;

/// Most requests of one step.
const MOST_CALLS: usize = 60;

/// Where a walk led.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// What was found, each once.
    pub(super) keys: Vec<Value>,
    /// It applies to the whole site.
    pub(super) everywhere: bool,
    /// Why this is not all.
    pub(super) stop: Option<Stop>,
}

impl Looking<'_> {
    /// Follows the steps, each with what the one before found.
    pub(super) async fn walk(self, meter: &Meter<'_>, hops: &'static [Hop]) -> Reached {
        let mut reached = Reached::default();
        for (at, hop) in hops.iter().enumerate() {
            if at > 0 && reached.keys.is_empty() {
                break;
            }
            let found = self.step(meter, hop, &reached.keys).await;
            reached.keys = found.keys;
            reached.everywhere = found.everywhere;
            reached.stop = reached.stop.or(found.stop);
            if reached.everywhere {
                reached.keys.clear();
                break;
            }
        }
        reached
    }

    async fn step(self, meter: &Meter<'_>, hop: &'static Hop, keys: &[Value]) -> Reached {
        let groups: Vec<&[Value]> = match hop.each {
            Each::Once => vec![&keys[..0]],
            Each::Key => keys.chunks(1).collect(),
            Each::Keys => keys.chunks(BATCH).collect(),
        };
        let mut reached = Reached::default();
        if groups.len() > MOST_CALLS {
            reached.stop = Some(Stop::Many(groups.len()));
            return reached;
        }
        let read = groups.into_iter().map(|group| async move {
            let facts = Facts {
                keys: Some(group),
                key: group.first(),
                ..self.facts
            };
            match self.request(&hop.call, facts) {
                Ok(request) => {
                    let (items, stop) = meter.items(&request, hop.paging, hop.at).await;
                    (group, items, stop)
                }
                Err(stop) => (group, Vec::new(), Some(stop)),
            }
        });
        let mut seen = BTreeSet::new();
        for (group, items, stop) in join_all(read).await {
            reached.stop = reached.stop.or(stop);
            for item in items.iter().filter(|item| self.is_kept(hop, item)) {
                reached.everywhere |= is_everywhere(hop, item);
                let found = match hop.id {
                    Some(at) => pointer::find_all(item, at)
                        .into_iter()
                        .map(|(_, key)| key)
                        .collect(),
                    None => group.iter().collect::<Vec<_>>(),
                };
                for key in found {
                    if id_text(key).is_some_and(|text| seen.insert(text)) {
                        reached.keys.push(key.clone());
                    }
                }
            }
        }
        reached
    }

    fn is_kept(self, hop: &Hop, item: &Value) -> bool {
        let is_that = |wanted: &Value, found: &Value| {
            wanted == found || id_text(wanted).is_some_and(|text| id_text(found) == Some(text))
        };
        hop.keep.is_empty()
            || hop.keep.iter().any(|(at, source)| {
                // A source that cannot be carried out keeps nothing, and the build binds them all.
                let wanted = self.facts.resolve(*source).ok().flatten();
                let found = pointer::find_all(item, at);
                wanted.is_some_and(|wanted| found.iter().any(|(_, value)| is_that(&wanted, value)))
            })
    }

    /// The request of a call.
    pub(super) fn request(self, call: &Call, facts: Facts<'_>) -> Result<Request, Stop> {
        requests::on_behalf(self.tool, call, &facts).map_err(|_| Stop::Unfit)
    }
}

fn is_everywhere(hop: &Hop, item: &Value) -> bool {
    hop.everywhere.is_some_and(|(at, value)| {
        let wanted: Option<Value> = serde_json::from_str(value).ok();
        wanted.is_some() && pointer::find(item, at) == wanted.as_ref()
    })
}
