//! Two callers that change one object at the same time: one wins, and the other is told to look
//! again. What the winner wrote stands, and nothing of the loser's reaches the site.

mod sets;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use atlassian_sandbox::{Sandbox, SeenRequest};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join};
use serde_json::{Value, json};

use crate::replicas::Replicas;
use crate::rig::{Rig, everything};

/// What both change: a filter, whose endpoint resets what a request leaves out.
const FILTER: &str = "10008";

/// Calls a tool as one of the two; the answer, and whether it is a failure.
type Caller = Box<dyn Fn(&'static str, Value) -> BoxFuture<'static, Result<(Value, bool)>>>;

/// One kind of race.
#[derive(Debug, Clone, Copy)]
enum Race {
    /// Two people change different fields.
    Commits,
    /// One person undoes what they did while another changes another field.
    CommitAndRevert,
    /// One person undoes one operation twice.
    Reverts,
    /// One person commits one plan twice.
    OnePlan,
}

/// Every kind, and how many pairs of it run against each other.
const RACES: [(Race, usize); 4] = [
    (Race::Commits, 64),
    (Race::CommitAndRevert, 16),
    (Race::Reverts, 16),
    (Race::OnePlan, 16),
];
/// One in so many of these over two processes, where each call is a request over HTTP more.
const OVER_PROCESSES: usize = 4;

/// Two callers of one person and one of another, on two servers where there are two.
struct Racers {
    sandbox: Arc<Sandbox>,
    own: [Caller; 2],
    other: Caller,
}

impl Racers {
    /// Runs one in `every` of all pairs, and counts what the losers were told.
    async fn run(&self, every: usize) -> Result<()> {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for (race, pairs) in RACES {
            for nth in 0..pairs / every {
                let code = self.pair(race, nth).await;
                let code = code.with_context(|| format!("{race:?}, pair {nth}"))?;
                *told.entry(format!("{race:?}: {code}")).or_default() += 1;
            }
        }
        eprintln!("{told:?}");
        Ok(())
    }

    /// One pair; gives what the loser was told.
    async fn pair(&self, race: Race, nth: usize) -> Result<String> {
        let [first, second] = &self.own;
        let describe = json!({"filterId": FILTER, "description": format!("{race:?} {nth}")});
        let rename = json!({"filterId": FILTER, "name": format!("{race:?} {nth}")});
        let (left, right, also) = match race {
            Race::Commits => (
                (first, plan(first, "filter_update", describe).await?),
                (
                    &self.other,
                    plan(&self.other, "filter_update", rename).await?,
                ),
                "STALE_PLAN",
            ),
            Race::CommitAndRevert => {
                let undo = self.undo(describe).await?;
                (
                    (first, plan(first, "operation_revert", undo).await?),
                    (
                        &self.other,
                        plan(&self.other, "filter_update", rename).await?,
                    ),
                    "STALE_PLAN",
                )
            }
            Race::Reverts => {
                let undo = self.undo(describe).await?;
                (
                    (first, plan(first, "operation_revert", undo.clone()).await?),
                    (second, plan(second, "operation_revert", undo).await?),
                    "STALE_PLAN",
                )
            }
            Race::OnePlan => {
                let plan = plan(first, "filter_update", describe).await?;
                ((first, plan.clone()), (second, plan), "CONSENT_REQUIRED")
            }
        };
        let before = self.sandbox.snapshot();
        let earlier = self.sandbox.request_count();
        let (left, right) = join(commit(left), commit(right)).await;
        let (done, refused) = match (left?, right?) {
            (Told::Done(done), Told::Refused(code)) | (Told::Refused(code), Told::Done(done)) => {
                (done, code)
            }
            (Told::Done(left), Told::Done(right)) => bail!("both won: {left:#} {right:#}"),
            (Told::Refused(left), Told::Refused(right)) => bail!("both lost: {left}, {right}"),
        };
        let known = ["CONFLICT", also];
        ensure!(
            known.contains(&refused.as_str()),
            "the loser was told {refused}"
        );
        let sent = self.sent_after(earlier);
        ensure!(sent == 1, "{sent} writes");
        self.stands(&done, &before).await?;
        Ok(refused)
    }

    /// The arguments that undo a change made just now.
    async fn undo(&self, change: Value) -> Result<Value> {
        let caller = &self.own[0];
        let plan = plan(caller, "filter_update", change).await?;
        match commit((caller, plan)).await? {
            Told::Done(done) => Ok(json!({"operation_id": done["operation_id"]})),
            Told::Refused(code) => bail!("alone, and told {code}"),
        }
    }

    /// How many writes of the filter have reached the site after the first so many requests.
    fn sent_after(&self, count: usize) -> usize {
        let path = format!("/filter/{FILTER}");
        let requests = self.sandbox.requests_after(count);
        let write = |seen: &&SeenRequest| seen.method == "PUT" && seen.path.ends_with(&path);
        requests.iter().filter(write).count()
    }

    /// The site is as before but for what the winner changed, and the journal says so.
    async fn stands(&self, done: &Value, before: &Value) -> Result<()> {
        let id = json!({"operation_id": done["operation_id"]});
        let (mut entry, mut failed) = self.own[0]("operation_get", id.clone()).await?;
        if failed {
            (entry, failed) = (self.other)("operation_get", id).await?;
        }
        let entry = &entry["result"];
        ensure!(!failed && entry["state"] == "applied", "{entry:#}");
        let mut wanted = before.clone();
        let filter = &mut wanted["Filter"][FILTER];
        for name in ["name", "description"] {
            filter[name] = entry["after"][name].clone();
        }
        let changed = ["name", "description"]
            .iter()
            .filter(|name| filter[**name] != before["Filter"][FILTER][**name]);
        ensure!(changed.count() == 1, "{entry:#}");
        let now = self.sandbox.snapshot();
        let left = json_patch::diff(&wanted, &now);
        ensure!(left.0.is_empty(), "also changed: {left}");
        Ok(())
    }
}

/// How a commit ended.
enum Told {
    /// It was carried out.
    Done(Value),
    /// It was not, for this reason.
    Refused(String),
}

/// Previews a change; gives how to commit it.
async fn plan(
    caller: &Caller,
    tool: &'static str,
    mut arguments: Value,
) -> Result<(&'static str, Value)> {
    let (shown, failed) = caller(tool, arguments.clone()).await?;
    ensure!(!failed && shown["result"]["dry_run"] == true, "{shown:#}");
    arguments["commit"] = json!(true);
    arguments["plan_id"] = shown["result"]["plan_id"].clone();
    Ok((tool, arguments))
}

async fn commit((caller, (tool, arguments)): (&Caller, (&'static str, Value))) -> Result<Told> {
    let (answer, failed) = caller(tool, arguments).await?;
    let code = if failed {
        &answer["error"]["code"]
    } else {
        &answer["result"]["not_committed"]["code"]
    };
    Ok(match code.as_str() {
        Some(code) => Told::Refused(code.to_owned()),
        None => Told::Done(answer),
    })
}

/// Calls at once, in a task of its own.
fn within(rig: Arc<Rig>) -> Caller {
    Box::new(move |tool, arguments| {
        let rig = Arc::clone(&rig);
        let call = tokio::spawn(async move { rig.call(tool, arguments).await });
        async move { Ok(call.await?) }.boxed()
    })
}

/// Calls over HTTP; of two calls at once each has a process of its own.
fn over(replicas: &Arc<Replicas>, bearer: String) -> Caller {
    let replicas = Arc::clone(replicas);
    Box::new(move |tool, arguments| {
        let (replicas, bearer) = (Arc::clone(&replicas), bearer.clone());
        async move { replicas.answer(&bearer, tool, arguments).await }.boxed()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_callers_of_one_server_one_wins() -> Result<()> {
    let rig = Rig::new().await;
    let other = Arc::new(rig.of(&rig.sandbox.facts().users[1]).await);
    let rig = Arc::new(rig);
    let racers = Racers {
        sandbox: Arc::clone(&rig.sandbox),
        own: [within(Arc::clone(&rig)), within(rig)],
        other: within(other),
    };
    racers.run(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_over_one_store_one_wins() -> Result<()> {
    let first = Rig::new().await;
    let second = first.under(everything());
    let other = second.of(&first.sandbox.facts().users[1]).await;
    let racers = Racers {
        sandbox: Arc::clone(&first.sandbox),
        own: [within(Arc::new(first)), within(Arc::new(second))],
        other: within(Arc::new(other)),
    };
    racers.run(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_over_one_store_one_wins() -> Result<()> {
    let replicas = Arc::new(Replicas::start().await?);
    let users = replicas.sandbox.facts().users;
    let own = replicas.bearer_of(&users[0]).await?;
    let other = replicas.bearer_of(&users[1]).await?;
    let racers = Racers {
        sandbox: Arc::clone(&replicas.sandbox),
        own: [over(&replicas, own.clone()), over(&replicas, own)],
        other: over(&replicas, other),
    };
    racers.run(OVER_PROCESSES).await
}
