//! A plan that is committed: whether it may be sent, what becomes of it, and what the journal says.

use std::time::Duration;

use super::acts::{Act, Does, Kept, committed};
use super::journal::{Intent, Op, State};
use super::run::Walk;
use super::steps::Fate;
use super::tenant::Kind;
use super::world::Answer;

/// How long a plan can be committed.
const PLAN_TTL: Duration = Duration::from_mins(15);

/// What is to be expected of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// It is sent.
    Sent,
    /// It is refused so.
    Told(&'static str),
    /// It is refused, in Atlassian's words: what it is about is gone.
    Refused,
}

impl Walk {
    pub(super) fn expected(&self, kept: &Kept) -> Expected {
        let act = &kept.act;
        let undone = match act.does {
            Does::Undo { of, .. } => Some(of),
            Does::Wanted(_) => None,
        };
        let now = self.world.now;
        let locked = self
            .thing(act)
            .is_some_and(|thing| self.journal.is_locked(&thing, undone, now));
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

    pub(super) async fn commit(&mut self, plan: usize, fate: Fate) -> Result<(), String> {
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
            made: None,
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
                self.journal.ops[at].thing = told.map(|_| thing.clone());
                self.journal.ops[at].made = Some(thing);
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
        // What was made may be found at once by what it left; then the answer names it.
        let found = matches!(intent, Intent::Make(_)) && self.journal.ops[at].thing.is_some();
        let seen = found || !matches!(intent, Intent::Make(_));
        let state = match fate {
            Fate::Well if possible => State::Applied,
            Fate::Well | Fate::Refused => State::Failed,
            Fate::AnswerLost if seen => State::Applied,
            // What is as intended anyway needs no request to have arrived.
            Fate::NeverArrives if idle => State::Applied,
            Fate::AnswerLost | Fate::NeverArrives => State::Unknown,
            Fate::CrashBefore | Fate::CrashAfter => State::Pending,
        };
        // What it took over from an earlier undo is its own, and given back with it.
        if let Some(thing) = self.journal.ops[at].thing.clone() {
            self.journal.unlock(&thing);
        }
        self.journal.settle(at, state);
        self.figures.count(state.name());
        if state.is_open()
            && let Some(thing) = self.journal.ops[at].thing.clone()
            && !matches!(intent, Intent::Make(_))
        {
            self.journal.lock(&thing, at, self.world.now);
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

    pub(super) async fn commit_of_another(&mut self, plan: usize) -> Result<(), String> {
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
}
