//! What became of a recorded write: read again, closed in the journal, answered.

use serde_json::{Map, Value, json};

use super::done::Done;
use super::predict::{Verdict, present_read};
use super::reconcile::verdict;
use super::requests;
use super::send::Sending;
use super::snapshot::Reading;
use super::stages;
use super::traces::{Made, is_nameless};
use super::undo;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Effect;
use crate::journal::{Closing, Entry, State};
use crate::projection::sources::Facts;
use crate::upstream::Answer;

impl Sending {
    pub(super) async fn failed(self, fault: Fault) -> Result<Done, Fault> {
        self.close(Closing::not_applied(State::Failed, &fault))
            .await;
        Err(self.marked(fault, State::Failed, None))
    }

    /// The answer was lost: what is there now may tell what became of the write.
    pub(super) async fn lost(self, fault: Fault) -> Result<Done, Fault> {
        if let Some((id, after)) = self.made().await {
            self.close(Closing {
                state: State::Applied,
                target_id: Some(id.clone()),
                after,
                result: None,
                status: None,
                failure: None,
            })
            .await;
            let note = "Atlassian's answer was lost, but what was to be made is there";
            return Ok(self.answer(Value::Null, Some(id)).with("note", note));
        }
        let now = self.read_after(None).await;
        let found = now.as_ref().map_or(Verdict::Undecided, |now| {
            verdict(self.tool(), self.recorded.entry(), now)
        });
        if found == Verdict::Applied {
            let closing = Closing {
                state: State::Applied,
                target_id: None,
                after: now,
                result: None,
                status: None,
                failure: None,
            };
            self.close(closing).await;
            let note = "Atlassian's answer was lost, but the target reads as intended";
            return Ok(self.answer(Value::Null, None).with("note", note));
        }
        let found = match (found, &now) {
            (Verdict::Unchanged, _) => "the target still reads as before; the write may yet arrive",
            (_, Some(_)) => "the target reads neither as before nor as intended",
            (_, None) => "the target could not be read again",
        };
        let mut closing = Closing::not_applied(State::Unknown, &fault);
        closing.after = now;
        self.close(closing).await;
        let fault = Fault {
            code: Code::UpstreamUnavailable,
            ..fault
        };
        let mend =
            "Look at the target before you try again; operation_get shows what was recorded.";
        Err(self
            .marked(fault, State::Unknown, Some(found.to_owned()))
            .with_mend(mend))
    }

    pub(super) async fn done(self, answer: Answer) -> Result<Done, Fault> {
        let body = answer.body;
        // Atlassian has done it: whatever its answer looks like, the entry must say so.
        let created = self
            .created_id(&body)
            .inspect_err(|fault| tracing::warn!(%fault, "a success without a readable id"))
            .unwrap_or_default();
        let created = match created {
            None => self.made().await.map(|(id, _)| id),
            created => created,
        };
        let after = self.read_after(Some((&body, created.as_deref()))).await;
        self.close(Closing {
            state: State::Applied,
            target_id: created.clone(),
            after,
            result: Some(body.clone()),
            status: Some(answer.status),
            failure: None,
        })
        .await;
        let nameless = created.is_none() && self.names_what_it_made();
        let done = self.answer(body, created);
        Ok(if nameless {
            let note = "it was done, but Atlassian's answer has no id that could be read";
            done.with("note", note)
        } else {
            done
        })
    }

    /// What was made, with its state, when nobody has told its id and only one thing fits.
    async fn made(&self) -> Option<(String, Option<Value>)> {
        let (tool, entry) = (self.tool(), self.recorded.entry());
        if !is_nameless(tool, entry) {
            return None;
        }
        let more = || self.frame.tell_page();
        let by = Reading::told(&self.access, self.deadline, &more);
        match self.dispatcher.made(tool, entry, by).await {
            Made::One { id, after } => Some((id, after)),
            Made::Nothing | Made::Unnamed | Made::Several | Made::Unreadable | Made::Untold => None,
        }
    }

    /// Whether the answer is where the id of the target must be found.
    fn names_what_it_made(&self) -> bool {
        let target = self.recorded.entry().target.as_ref();
        target.is_some_and(|target| target.id.is_none())
    }

    /// The id of what was created, from the answer.
    pub(super) fn created_id(&self, body: &Value) -> Result<Option<String>, Fault> {
        let entry = self.recorded.entry();
        let known = entry.target.as_ref().and_then(|target| target.id.clone());
        let (Some(target), None) = (&self.tool().target, known) else {
            return Ok(None);
        };
        let facts = Facts {
            result: Some(body),
            ..undo::facts(entry, None)
        };
        let id = facts
            .resolve(target.id)
            .map_err(|error| requests::unfit(self.tool(), &error))?;
        Ok(id.as_ref().and_then(requests::id_text))
    }

    /// The state after, if it can be read; null when there is nothing any more.
    pub(super) async fn read_after(&self, made: Option<(&Value, Option<&str>)>) -> Option<Value> {
        let tool = self.tool();
        let read = present_read(tool)?;
        let entry = self.recorded.entry();
        let org = self.dispatcher.parts().org_id.as_deref();
        let mut facts = undo::facts(entry, org);
        // What a revert is about was made by the write that it undoes.
        if let Some(original) = &self.change.reverts {
            facts = undo::facts(original, org);
        }
        if let Some((body, created)) = made
            && self.change.reverts.is_none()
        {
            facts.result = Some(body);
            facts.target = created.or(facts.target);
        }
        if facts.target.is_none() && tool.effect == Effect::Create && made.is_none() {
            return None;
        }
        let more = || self.frame.tell_page();
        let by = Reading::told(&self.access, self.deadline, &more);
        let after = self.dispatcher.present(tool, read, &facts, by).await;
        after
            .inspect_err(|fault| tracing::warn!(tool = tool.name, %fault, "no state after"))
            .ok()
    }

    pub(super) async fn close(&self, closing: Closing) {
        let journal = &self.dispatcher.parts().journal;
        journal.close(&self.recorded, closing).await;
    }

    pub(super) fn answer(&self, result: Value, created: Option<String>) -> Done {
        let entry: &Entry = self.recorded.entry();
        let mut target = entry.target.clone();
        if let (Some(target), Some(id)) = (&mut target, created) {
            target.id = Some(id);
        }
        let mut done = Done::of(result)
            .with("operation_id", entry.id.as_str())
            .with("target", json!(target))
            .with("revertible", self.change.revertible);
        if let Some(reverts) = &entry.reverts {
            done = done.with("reverts", reverts.as_str());
        }
        done
    }

    /// The fault with the operation that it belongs to.
    pub(super) fn marked(&self, mut fault: Fault, state: State, found: Option<String>) -> Fault {
        let mut details = match fault.details.take() {
            Some(Value::Object(details)) => details,
            Some(other) => Map::from_iter([("upstream".to_owned(), other)]),
            None => Map::new(),
        };
        details.insert(
            "operation_id".to_owned(),
            json!(self.recorded.operation_id()),
        );
        details.insert("state".to_owned(), json!(state));
        details.extend(stages::standing(self.recorded.entry()));
        if let Some(found) = found {
            details.insert("found".to_owned(), json!(found));
        }
        fault.details = Some(Value::Object(details));
        fault
    }
}
