//! One walk: each step done on the real side and on the model, and the two compared.

use std::time::Duration;

use serde_json::{Value, json};

use super::acts::{Act, Does, Kept, changed, said};
use super::commits::Expected;
use super::figures::Figures;
use super::journal::{Intent, Journal, State, Undo};
use super::steps::{Fate, Step, Wish};
use super::tenant::{Cells, Kind, Tenant, Thing, Wanted};
use super::world::{Answer, World};

/// How often the server looks at what is open at the end of a walk, and the pause before each time:
/// longer than any pause between two looks.
const LAST_LOOKS: u32 = 2;
const LAST_PAUSE: Duration = Duration::from_hours(5);

/// Where a walk failed, and how.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) how: String,
}

/// Both sides, and what was kept of the way.
pub(super) struct Walk {
    pub(super) world: World,
    pub(super) tenant: Tenant,
    pub(super) journal: Journal,
    pub(super) plans: Vec<Kept>,
    pub(super) figures: Figures,
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
        let done = done.and_then(|()| walk.compared(step));
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
            Step::Set {
                wishes,
                dies,
                undone,
            } => self.set(wishes, *dies, *undone).await,
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

    /// The site must be as the model has it; where time only passed, that is seen later.
    fn compared(&self, after: &Step) -> Result<(), String> {
        if matches!(after, Step::Pass(_) | Step::Ask { .. }) {
            return Ok(());
        }
        self.tenant.differs(self.world.whole()).map_or(Ok(()), Err)
    }

    fn nth_plan(&self, plan: u8) -> Option<usize> {
        nth(self.plans.len(), plan)
    }

    /// How a wish is said to the tools; nothing where no tool does it.
    pub(super) fn wanted(&mut self, wish: &Wish) -> Option<Act> {
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

    pub(super) fn thing(&self, act: &Act) -> Option<Thing> {
        match &act.does {
            Does::Wanted(Wanted::Create(_)) => None,
            Does::Wanted(Wanted::Set(thing, _) | Wanted::Delete(thing)) => Some(thing.clone()),
            Does::Undo { of, .. } => self.journal.ops[*of].thing.clone(),
        }
    }

    pub(super) fn present(&self, act: &Act) -> Option<&Cells> {
        self.tenant.things.get(&self.thing(act)?)
    }

    /// The cells as the act leaves them; nothing where it would be refused.
    pub(super) fn outcome(&self, act: &Act) -> Option<Intent> {
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
    pub(super) fn refused(&self, act: &Act) -> Option<Expected> {
        if self.outcome(act).is_some() {
            return None;
        }
        // An operation whose state forbids it is refused without a look at what it is about.
        let settled = match &act.does {
            Does::Undo { of, .. } => {
                let op = &self.journal.ops[*of];
                let lasts = matches!(op.intent, Intent::Remove(_) | Intent::Unmake(_));
                op.state != State::Applied || lasts
            }
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

    pub(super) fn is_told(&mut self, answer: &Answer, expected: &Expected) -> Result<(), String> {
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
            && !value.is_multiple_of(2)
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

    /// The server looks at what it has to look at, and then the owner at all that is open: whoever
    /// of the two was first, an operation is then what a look decides.
    async fn reconcile(&mut self) -> Result<(), String> {
        self.world.reconcile().await;
        for at in 0..self.journal.ops.len() {
            if self.journal.ops[at].state.is_open() {
                self.ask(at).await?;
            }
        }
        Ok(())
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
    pub(super) async fn is_recorded(&mut self, at: usize) -> Result<(), String> {
        let original = self.journal.ops[at].reverts;
        for at in [Some(at), original].into_iter().flatten() {
            self.found(at).await?;
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

    /// A creation that nobody saw end may be found by what it left. It is never called failed: under
    /// another name it could not be told from one that was never made.
    async fn found(&mut self, at: usize) -> Result<(), String> {
        let op = &self.journal.ops[at];
        if !matches!(op.intent, Intent::Make(_)) || !op.state.is_open() {
            return Ok(());
        }
        let get = json!({"operation_id": op.id});
        let answer = self.world.call("operation_get", get).await;
        let entry = &answer.body["result"];
        match (entry["state"].as_str(), &op.made) {
            (Some("applied"), Some(made)) if entry["target"]["id"] == made.id => {
                let made = op.made.clone();
                self.journal.ops[at].thing = made;
                self.looked(at, State::Applied);
                Ok(())
            }
            (Some("applied" | "failed"), made) => {
                Err(format!("operation {at} made {made:?}, and is {entry:#}"))
            }
            _ => Ok(()),
        }
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

    /// At the end everything that can be known is known.
    async fn ended(&mut self) -> Result<(), String> {
        for _ in 0..LAST_LOOKS {
            self.world.pass(LAST_PAUSE);
            self.world.reconcile().await;
        }
        // An undo before what it undoes, which its outcome decides.
        for at in (0..self.journal.ops.len()).rev() {
            self.ask(at).await?;
        }
        self.compared(&Step::Reconcile)
    }
}

fn nth(count: usize, nth: u8) -> Option<usize> {
    usize::from(nth).checked_rem(count)
}
