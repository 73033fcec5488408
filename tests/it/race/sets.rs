//! Change sets that touch one object at the same time, and a set against a single commit: the shared
//! object is written once, and of each step the answer says what the site shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use futures::future::join;
use serde_json::{Value, json};

use super::{Caller, FILTER, Racers, Told, commit, plan, within};
use crate::rig::{Rig, everything};

/// How many pairs run against each other.
const PAIRS: usize = 12;
/// What the one and the other change besides, which nobody else touches.
const FIELDS: [&str; 2] = ["customfield_10033", "customfield_10034"];
/// What of the shared filter the one and the other change.
const NAMES: [&str; 2] = ["description", "name"];

/// What became of a set: of its two steps, whether they were carried out, and why not all were.
struct Ended {
    done: [bool; 2],
    code: Option<String>,
}

/// Plans a set: a field of one's own, and then the shared filter.
async fn planned(caller: &Caller, which: usize, words: &str) -> Result<Value> {
    let steps = json!([
        {"operation": "custom_field_update",
            "arguments": {"fieldId": FIELDS[which], "description": words}},
        {"operation": "filter_update", "arguments": {"filterId": FILTER, NAMES[which]: words}},
    ]);
    let given = json!({"title": "Race", "steps": steps});
    let (shown, failed) = caller("change_set_plan", given).await?;
    ensure!(!failed && shown["result"]["dry_run"] == true, "{shown:#}");
    Ok(json!({"plan_id": shown["result"]["plan_id"]}))
}

async fn applied(caller: &Caller, plan: Value) -> Result<Ended> {
    let (answer, failed) = caller("change_set_apply", plan).await?;
    let result = &answer["result"];
    let lines = result["steps"].as_array().filter(|_| !failed);
    let lines = lines.filter(|_| result["not_committed"].is_null());
    let state = |at: usize| lines.and_then(|lines| lines[at]["state"].as_str());
    let done = [0, 1].map(|at| state(at) == Some("applied"));
    let code = [
        &answer["error"]["code"],
        &result["not_committed"]["code"],
        &result["failed"]["error"]["code"],
        &result["held_up"]["error"]["code"],
    ];
    let code = code.iter().find_map(|code| code.as_str());
    ensure!((done == [true; 2]) == code.is_none(), "{answer:#}");
    Ok(Ended {
        done,
        code: code.map(str::to_owned),
    })
}

impl Racers {
    /// One of the two shared changes is made, and the site is as the answers say, and no other.
    async fn sets(&self, nth: usize, single: bool) -> Result<String> {
        let words = [
            format!("One {nth} {single}"),
            format!("Other {nth} {single}"),
        ];
        let own = planned(&self.own[0], 0, &words[0]).await?;
        let before = self.sandbox.snapshot();
        let earlier = self.sandbox.request_count();
        let ended = if single {
            let change = json!({"filterId": FILTER, NAMES[1]: words[1]});
            let other = plan(&self.other, "filter_update", change).await?;
            let (one, other) = join(applied(&self.own[0], own), commit((&self.other, other))).await;
            let other = match other? {
                Told::Done(_) => Ended {
                    done: [false, true],
                    code: None,
                },
                Told::Refused(code) => Ended {
                    done: [false; 2],
                    code: Some(code),
                },
            };
            [one?, other]
        } else {
            let other = planned(&self.other, 1, &words[1]).await?;
            let (one, other) = join(applied(&self.own[0], own), applied(&self.other, other)).await;
            [one?, other?]
        };
        let winners = ended.iter().filter(|it| it.done[1]).count();
        ensure!(winners == 1, "{winners} have won");
        let sent = self.sent_after(earlier);
        ensure!(sent == 1, "{sent} writes of the filter");
        let mut wanted = before;
        for (which, ended) in ended.iter().enumerate() {
            if ended.done[0] {
                wanted["Field"][FIELDS[which]]["description"] = json!(words[which]);
            }
            if ended.done[1] {
                wanted["Filter"][FILTER][NAMES[which]] = json!(words[which]);
            }
        }
        let left = json_patch::diff(&wanted, &self.sandbox.snapshot());
        ensure!(left.0.is_empty(), "also changed: {left}");
        let code = ended.into_iter().find_map(|it| it.code);
        let code = code.context("nobody was told why")?;
        ensure!(
            ["CONFLICT", "STALE_PLAN"].contains(&code.as_str()),
            "{code}"
        );
        Ok(code)
    }

    async fn all_sets(&self) -> Result<()> {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for single in [false, true] {
            for nth in 0..PAIRS {
                let code = self.sets(nth, single).await;
                let against = if single { "a commit" } else { "a set" };
                let code = code.with_context(|| format!("a set against {against}, pair {nth}"))?;
                *told.entry(format!("{against}: {code}")).or_default() += 1;
            }
        }
        eprintln!("{told:?}");
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sets_with_one_object_one_changes_it() -> Result<()> {
    let first = Rig::new().await;
    let second = first.under(everything());
    let other = second.of(&first.sandbox.facts().users[1]).await;
    let racers = Racers {
        sandbox: Arc::clone(&first.sandbox),
        own: [within(Arc::new(first)), within(Arc::new(second))],
        other: within(Arc::new(other)),
    };
    racers.all_sets().await
}
