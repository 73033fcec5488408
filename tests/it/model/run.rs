//! One walk: each step done on the real side and on the model, and the two compared.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::journal::{Intent, Journal, Op, State, Undo};
use super::steps::{Fate, Step, Wish};
use super::tenant::{Cells, JQL, Kind, ON, Tenant, Thing, Wanted};
use super::world::{Answer, World};

/// How long a plan can be committed.
const PLAN_TTL: Duration = Duration::from_mins(15);
/// How often the journal is looked over at the end of a walk, and the pause before each time: until
/// nothing more can be learnt.
const LAST_LOOKS: u32 = 6;
const LAST_PAUSE: Duration = Duration::from_hours(5);

/// Where a walk failed, and how.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) how: String,
}

/// What walks have come across.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<String, u32>);

impl Figures {
    fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what.clone()).or_default() += count;
        }
    }

    /// Whether every way was gone for a write to go.
    pub(super) fn covers_all(&self) -> bool {
        let ways = [
            "steps",
            "applied",
            "failed",
            "unknown",
            "reverted",
            "redone",
            "crashed",
            "settled by looking",
            "told STALE_PLAN",
            "told CONSENT_REQUIRED",
            "told CONFLICT",
        ];
        ways.iter().all(|way| self.0.contains_key(*way))
    }
}

/// What a commit does, if it is carried out.
#[derive(Debug, Clone)]
struct Act {
    tool: &'static str,
    arguments: Value,
    does: Does,
    /// The thing as it was previewed.
    seen: Cells,
}

#[derive(Debug, Clone)]
enum Does {
    Wanted(Wanted),
    Undo { of: usize, overwrite: bool },
}

/// A plan that was kept.
#[derive(Debug, Clone)]
struct Kept {
    act: Act,
    id: Value,
    made_at: Duration,
    used: bool,
}

/// What is to be expected of a commit.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// It is sent.
    Sent,
    /// It is refused so.
    Told(&'static str),
    /// It is refused, in Atlassian's words: what it is about is gone.
    Refused,
}

struct Walk {
    world: World,
    tenant: Tenant,
    journal: Journal,
    plans: Vec<Kept>,
    figures: Figures,
}

/// Walks; gives what was come across.
pub(super) async fn run(steps: &[Step]) -> Result<Figures, Failure> {
    let world = World::new().await;
    let mut walk = Walk {
        tenant: Tenant::found(world.whole()),
        world,
        journal: Journal::default(),
        plans: Vec::new(),
        figures: Figures::default(),
    };
    for (at, step) in steps.iter().enumerate() {
        let done = walk.step(step).await;
        let done = done.and_then(|()| walk.compared());
        done.map_err(|how| Failure {
            at,
            how: format!("{step:?}: {how}"),
        })?;
    }
    let at = steps.len().saturating_sub(1);
    let ended = walk.ended().await;
    ended.map_err(|how| Failure {
        at,
        how: format!("at the end: {how}"),
    })?;
    Ok(walk.figures)
}

impl Walk {
    async fn step(&mut self, step: &Step) -> Result<(), String> {
        self.figures.count("steps");
        match step {
            Step::Plan(wish) => {
                if let Some(act) = self.wanted(wish) {
                    self.preview(act).await?;
                }
                Ok(())
            }
            Step::PlanUndo { of, overwrite } => {
                if let Some(act) = self.undo(*of, *overwrite) {
                    self.preview(act).await?;
                }
                Ok(())
            }
            Step::Commit { plan, fate } => match self.nth_plan(*plan) {
                Some(at) => self.commit(at, *fate).await,
                None => Ok(()),
            },
            Step::CommitOfAnother { plan } => match self.nth_plan(*plan) {
                Some(at) => self.commit_of_another(at).await,
                None => Ok(()),
            },
            Step::Change { wish, fate } => match self.wanted(wish) {
                Some(act) => self.at_once(act, *fate).await,
                None => Ok(()),
            },
            Step::Undo {
                of,
                overwrite,
                fate,
            } => match self.undo(*of, *overwrite) {
                Some(act) => self.at_once(act, *fate).await,
                None => Ok(()),
            },
            Step::Outside(wish) => {
                self.outside(wish, true).await;
                Ok(())
            }
            Step::Untold(wish) => {
                self.outside(wish, false).await;
                Ok(())
            }
            Step::Pass(span) => {
                self.world.pass(*span);
                Ok(())
            }
            Step::Reconcile => self.reconcile().await,
            Step::Ask { about } => match nth(self.journal.ops.len(), *about) {
                Some(at) => self.ask(at).await,
                None => Ok(()),
            },
        }
    }

    fn compared(&self) -> Result<(), String> {
        self.tenant.differs(self.world.whole()).map_or(Ok(()), Err)
    }

    fn nth_plan(&self, plan: u8) -> Option<usize> {
        nth(self.plans.len(), plan)
    }

    /// How a wish is said to the tools; nothing where no tool does it.
    fn wanted(&mut self, wish: &Wish) -> Option<Act> {
        let wanted = self.tenant.plain(wish)?;
        let (tool, arguments) = said(&wanted)?;
        Some(Act {
            tool,
            arguments,
            does: Does::Wanted(wanted),
            seen: Cells::new(),
        })
    }

    fn undo(&self, of: u8, overwrite: bool) -> Option<Act> {
        let of = nth(self.journal.ops.len(), of)?;
        Some(Act {
            tool: "operation_revert",
            arguments: json!({"operation_id": self.journal.ops[of].id, "overwrite": overwrite}),
            does: Does::Undo { of, overwrite },
            seen: Cells::new(),
        })
    }

    fn thing(&self, act: &Act) -> Option<Thing> {
        match &act.does {
            Does::Wanted(Wanted::Create(_)) => None,
            Does::Wanted(Wanted::Set(thing, _) | Wanted::Delete(thing)) => Some(thing.clone()),
            Does::Undo { of, .. } => self.journal.ops[*of].thing.clone(),
        }
    }

    fn present(&self, act: &Act) -> Option<&Cells> {
        self.tenant.things.get(&self.thing(act)?)
    }

    /// The cells as the act leaves them; nothing where it would be refused.
    fn outcome(&self, act: &Act) -> Option<Intent> {
        let present = self.present(act);
        Some(match &act.does {
            Does::Wanted(Wanted::Create(cells)) => Intent::Make(cells.clone()),
            Does::Wanted(Wanted::Delete(_)) => Intent::Remove(present?.clone()),
            Does::Wanted(Wanted::Set(_, cells)) => changed(present?, cells),
            Does::Undo { of, overwrite } => {
                match self.journal.undo(*of, *overwrite, &self.tenant)? {
                    Undo::Unmake => Intent::Unmake(present?.clone()),
                    Undo::Set(cells) => changed(present?, &cells),
                }
            }
        })
    }

    fn is_gone(&self, act: &Act) -> bool {
        self.thing(act).is_some() && self.present(act).is_none()
    }

    /// Why the act is refused before any plan is asked for.
    fn refused(&self, act: &Act) -> Option<Expected> {
        if self.outcome(act).is_some() {
            return None;
        }
        // An operation whose state forbids it is refused without a look at what it is about.
        let settled = match &act.does {
            Does::Undo { of, .. } => self.journal.ops[*of].state != State::Applied,
            Does::Wanted(_) => false,
        };
        Some(if self.is_gone(act) && !settled {
            Expected::Refused
        } else {
            Expected::Told("CONFLICT")
        })
    }

    /// Shows the act; keeps the plan.
    async fn preview(&mut self, mut act: Act) -> Result<Option<usize>, String> {
        let answer = self.world.call(act.tool, act.arguments.clone()).await;
        if let Some(expected) = self.refused(&act) {
            self.is_told(&answer, &expected)?;
            return Ok(None);
        }
        let shown = &answer.body["result"];
        if answer.failed || shown["dry_run"] != true {
            return Err(format!("no preview: {:#}", answer.body));
        }
        let idle = matches!(self.outcome(&act), Some(Intent::Change { from, to }) if from == to);
        if (shown["changes_nothing"] == true) != idle {
            return Err(format!("idle or not: {:#}", answer.body));
        }
        act.seen = self.present(&act).cloned().unwrap_or_default();
        self.plans.push(Kept {
            act,
            id: shown["plan_id"].clone(),
            made_at: self.world.now,
            used: false,
        });
        Ok(Some(self.plans.len() - 1))
    }

    async fn at_once(&mut self, act: Act, fate: Fate) -> Result<(), String> {
        match self.preview(act).await? {
            Some(plan) => self.commit(plan, fate).await,
            None => Ok(()),
        }
    }

    fn expected(&self, kept: &Kept) -> Expected {
        let act = &kept.act;
        let locked = self
            .thing(act)
            .is_some_and(|thing| self.journal.is_locked(&thing, self.world.now));
        if let (Some(refused), false) = (self.refused(act), locked) {
            return refused;
        }
        if locked {
            return Expected::Told("CONFLICT");
        }
        if kept.used || self.world.now >= kept.made_at + PLAN_TTL {
            return Expected::Told("CONSENT_REQUIRED");
        }
        if self.present(act).cloned().unwrap_or_default() != act.seen {
            return Expected::Told("STALE_PLAN");
        }
        Expected::Sent
    }

    async fn commit(&mut self, plan: usize, fate: Fate) -> Result<(), String> {
        let kept = self.plans[plan].clone();
        let arguments = committed(&kept);
        let expected = self.expected(&kept);
        if expected != Expected::Sent {
            // What is not sent meets no fate.
            let answer = self.world.call(kept.act.tool, arguments).await;
            return self.is_told(&answer, &expected);
        }
        self.plans[plan].used = true;
        let intent = self.outcome(&kept.act).ok_or("nothing to do")?;
        let answer = self.world.commit(kept.act.tool, arguments, fate).await;
        let id = answer.operation_id().map(str::to_owned);
        let at = self.journal.open(Op {
            id: id.ok_or_else(|| format!("no operation: {:#}", answer.body))?,
            thing: self.thing(&kept.act),
            intent: intent.clone(),
            state: State::Pending,
            reverts: match kept.act.does {
                Does::Undo { of, .. } => Some(of),
                Does::Wanted(_) => None,
            },
            reverted_by: None,
            opened_at: self.world.now,
        });
        let possible = self.is_possible(&intent, &kept.act);
        let arrives = !matches!(fate, Fate::Refused | Fate::NeverArrives | Fate::CrashBefore);
        if arrives && possible {
            self.carry_out(at, &intent, &answer)?;
        }
        self.settled(at, &intent, possible, fate);
        self.is_answered(at, &answer, fate)?;
        self.is_recorded(at).await
    }

    /// Whether Atlassian does it: archiving what is archived it refuses.
    fn is_possible(&self, intent: &Intent, act: &Act) -> bool {
        let archives = self
            .thing(act)
            .is_some_and(|thing| thing.kind == Kind::Archive);
        !(archives && matches!(intent, Intent::Change { from, to } if from == to))
    }

    /// The site as the write leaves it.
    fn carry_out(&mut self, at: usize, intent: &Intent, answer: &Answer) -> Result<(), String> {
        let thing = self.journal.ops[at].thing.clone();
        match (intent, thing) {
            (Intent::Make(cells), _) => {
                let told = answer.body["target"]["id"].as_str().map(str::to_owned);
                let id = match &told {
                    Some(id) => id.clone(),
                    None => self.newest_filter()?,
                };
                let owner = self.world.account();
                let thing = self.tenant.create(&id, &owner, cells.clone());
                self.journal.ops[at].thing = told.map(|_| thing);
            }
            (Intent::Change { to, .. }, Some(thing)) => self.tenant.set(&thing, to),
            (Intent::Remove(_) | Intent::Unmake(_), Some(thing)) => self.tenant.delete(&thing),
            (_, None) => return Err("an operation about nothing".to_owned()),
        }
        Ok(())
    }

    /// The id of a filter that the model does not know.
    fn newest_filter(&self) -> Result<String, String> {
        let whole = self.world.whole();
        let filters = whole["Filter"].as_object().into_iter().flatten();
        let mut unknown = filters.filter(|(id, _)| !self.tenant.knows_filter(id));
        let (id, _) = unknown.next().ok_or("no filter was made")?;
        Ok(id.clone())
    }

    /// The journal as it must be after such a fate.
    fn settled(&mut self, at: usize, intent: &Intent, possible: bool, fate: Fate) {
        let idle = matches!(intent, Intent::Change { from, to } if from == to);
        let seen = matches!(intent, Intent::Change { .. });
        let state = match fate {
            Fate::Well if possible => State::Applied,
            Fate::Well | Fate::Refused => State::Failed,
            Fate::AnswerLost if seen => State::Applied,
            // What is as intended anyway needs no request to have arrived.
            Fate::NeverArrives if idle => State::Applied,
            Fate::AnswerLost | Fate::NeverArrives => State::Unknown,
            Fate::CrashBefore | Fate::CrashAfter => State::Pending,
        };
        self.journal.settle(at, state);
        self.figures.count(state.name());
        if state.is_open()
            && let Some(thing) = self.journal.ops[at].thing.clone()
            && !matches!(intent, Intent::Make(_))
        {
            self.journal.lock(&thing, self.world.now);
        }
        if matches!(fate, Fate::CrashBefore | Fate::CrashAfter) {
            self.figures.count("crashed");
            // Nobody learns from the dead what was made.
            if matches!(intent, Intent::Make(_)) {
                self.journal.ops[at].thing = None;
            }
        }
        if let (State::Applied, Some(original)) = (state, self.journal.ops[at].reverts) {
            self.figures.count("reverted");
            if self.journal.ops[original].reverts.is_some() {
                self.figures.count("redone");
            }
        }
    }

    fn is_answered(&self, at: usize, answer: &Answer, fate: Fate) -> Result<(), String> {
        if matches!(fate, Fate::CrashBefore | Fate::CrashAfter) {
            return Ok(());
        }
        let state = self.journal.ops[at].state;
        let as_it_is = answer.failed == (state != State::Applied);
        let code = match (state, fate) {
            (State::Unknown, _) => Some("UPSTREAM_UNAVAILABLE"),
            (State::Failed, Fate::Refused) => Some("INSUFFICIENT_PERMISSIONS"),
            _ => answer.refusal(),
        };
        if as_it_is && answer.refusal() == code {
            Ok(())
        } else {
            Err(format!("{} was answered {:#}", state.name(), answer.body))
        }
    }

    async fn commit_of_another(&mut self, plan: usize) -> Result<(), String> {
        let kept = &self.plans[plan];
        let expected = match (&kept.act.does, self.expected(kept)) {
            // An operation is its owner's, whatever has become of it.
            (Does::Undo { .. }, _) => Expected::Told("NOT_FOUND"),
            (_, Expected::Refused) => Expected::Refused,
            (_, Expected::Told("CONFLICT")) => Expected::Told("CONFLICT"),
            _ => Expected::Told("CONSENT_REQUIRED"),
        };
        let answer = self
            .world
            .call_as_other(kept.act.tool, committed(kept))
            .await;
        self.is_told(&answer, &expected)
    }

    fn is_told(&mut self, answer: &Answer, expected: &Expected) -> Result<(), String> {
        let told = answer.refusal();
        let right = match expected {
            Expected::Told(code) => told == Some(code),
            Expected::Refused => answer.failed,
            Expected::Sent => false,
        };
        if !right {
            return Err(format!("expected {expected:?}: {:#}", answer.body));
        }
        self.figures
            .count(format!("told {}", told.unwrap_or("nothing")));
        Ok(())
    }

    async fn outside(&mut self, wish: &Wish, told: bool) {
        let Some(mut wanted) = self.tenant.plain(wish) else {
            return;
        };
        if let (Wanted::Set(thing, cells), Wish::Set { value, .. }) = (&mut wanted, wish)
            && thing.kind == Kind::Archive
            && value % 2 == 1
        {
            // By the tools this comes only as an undo.
            cells.insert("archived".to_owned(), String::new());
        }
        let whole = self.world.whole();
        let made = self.world.outside.carry_out(&wanted, &whole).await;
        if !told {
            return;
        }
        match (wanted, made) {
            (Wanted::Create(cells), Some(id)) => {
                let owner = self.world.outside.account().to_owned();
                self.tenant.create(&id, &owner, cells);
            }
            (Wanted::Set(thing, cells), _) => self.tenant.set(&thing, &cells),
            (Wanted::Delete(thing), _) => self.tenant.delete(&thing),
            (Wanted::Create(_), None) => {}
        }
    }

    /// The server looks at what it has to look at, which the model leaves open: an operation is then
    /// either as it was or as a look decides.
    async fn reconcile(&mut self) -> Result<(), String> {
        self.world.reconcile().await;
        let listed = self.world.listed().await;
        for at in 0..self.journal.ops.len() {
            let op = &self.journal.ops[at];
            let now = listed.iter().find(|entry| entry["operation_id"] == *op.id);
            let now = now.ok_or_else(|| format!("operation {at} is not listed"))?;
            let ruling = self.journal.ruling(at, &self.tenant, self.world.now);
            if now["state"] != op.state.name() && now["state"] == ruling.name() {
                self.looked(at, ruling);
            }
        }
        self.is_listed(&listed)
    }

    fn looked(&mut self, at: usize, ruling: State) {
        if !ruling.is_open() {
            self.figures.count("settled by looking");
        }
        self.journal.settle(at, ruling);
    }

    async fn ask(&mut self, at: usize) -> Result<(), String> {
        let ruling = self.journal.ruling(at, &self.tenant, self.world.now);
        if ruling != self.journal.ops[at].state {
            self.looked(at, ruling);
        }
        self.is_recorded(at).await
    }

    /// The entry of an operation, and of the one that it undoes, as they must be.
    async fn is_recorded(&self, at: usize) -> Result<(), String> {
        let original = self.journal.ops[at].reverts;
        for at in [Some(at), original].into_iter().flatten() {
            let op = &self.journal.ops[at];
            // Asking looks, and the model must be asked first.
            if op.state != self.journal.ruling(at, &self.tenant, self.world.now) {
                continue;
            }
            let get = json!({"operation_id": op.id});
            let answer = self.world.call("operation_get", get).await;
            self.is_entry(at, &answer.body["result"])?;
        }
        Ok(())
    }

    fn is_entry(&self, at: usize, entry: &Value) -> Result<(), String> {
        let op = &self.journal.ops[at];
        let by = op.reverted_by.map(|by| json!(self.journal.ops[by].id));
        let same = entry["state"] == op.state.name()
            && entry.get("reverted_by").cloned().unwrap_or_default() == by.unwrap_or_default();
        if same {
            Ok(())
        } else {
            Err(format!("operation {at} should be {op:?}, and is {entry:#}"))
        }
    }

    fn is_listed(&self, listed: &[Value]) -> Result<(), String> {
        if listed.len() != self.journal.ops.len() {
            let (listed, known) = (listed.len(), self.journal.ops.len());
            return Err(format!(
                "{listed} operations are listed, and there were {known}"
            ));
        }
        for (at, op) in self.journal.ops.iter().enumerate() {
            let entry = listed.iter().find(|entry| entry["operation_id"] == *op.id);
            self.is_entry(at, entry.unwrap_or(&Value::Null))?;
        }
        Ok(())
    }

    /// At the end everything that can be known is known.
    async fn ended(&mut self) -> Result<(), String> {
        for _ in 0..LAST_LOOKS {
            self.world.pass(LAST_PAUSE);
            self.reconcile().await?;
        }
        for at in 0..self.journal.ops.len() {
            let op = &self.journal.ops[at];
            if op.state != self.journal.ruling(at, &self.tenant, self.world.now) {
                return Err(format!("operation {at} was never settled: {op:?}"));
            }
        }
        self.compared()
    }
}

fn nth(count: usize, nth: u8) -> Option<usize> {
    usize::from(nth).checked_rem(count)
}

fn changed(present: &Cells, cells: &Cells) -> Intent {
    let mut to = present.clone();
    to.extend(cells.clone());
    Intent::Change {
        from: present.clone(),
        to,
    }
}

fn committed(kept: &Kept) -> Value {
    let mut arguments = kept.act.arguments.clone();
    arguments["commit"] = json!(true);
    arguments["plan_id"] = kept.id.clone();
    arguments
}

/// The tool and its arguments; nothing where no tool does it.
fn said(wanted: &Wanted) -> Option<(&'static str, Value)> {
    let (thing, cells) = match wanted {
        Wanted::Create(cells) => {
            let mut arguments = json!({"jql": JQL});
            lay(&mut arguments, cells);
            return Some(("filter_create", arguments));
        }
        Wanted::Delete(thing) => {
            let id: u64 = thing.id.parse().ok()?;
            return Some(("filter_delete", json!({"filterId": id})));
        }
        Wanted::Set(thing, cells) => (thing, cells),
    };
    let id = &thing.id;
    let number = || id.parse::<u64>().unwrap_or_default();
    let (tool, mut arguments) = match thing.kind {
        Kind::Filter => ("filter_update", json!({"filterId": number()})),
        Kind::Dashboard => ("dashboard_update", json!({"dashboardId": id})),
        Kind::Field => ("custom_field_update", json!({"fieldId": id})),
        Kind::Scheme => ("notification_scheme_update", json!({"schemeId": id})),
        Kind::Members => {
            let accounts: Vec<&String> = cells.keys().collect();
            let tool = if cells.values().all(|value| value == ON) {
                "jsm_organization_user_add"
            } else {
                "jsm_organization_user_remove"
            };
            return Some((tool, json!({"organizationId": id, "accountIds": accounts})));
        }
        Kind::Assignment => {
            let scheme: u64 = cells["scheme"].parse().ok()?;
            let arguments = json!({"projectKeyOrId": id, "schemeId": scheme});
            return Some(("permission_scheme_assign", arguments));
        }
        Kind::Archive => return Some(("project_archive", json!({ "project": id }))),
    };
    lay(&mut arguments, cells);
    Some((tool, arguments))
}

fn lay(arguments: &mut Value, cells: &Cells) {
    for (name, text) in cells {
        arguments[name] = json!(text);
    }
}
