//! Change sets: several wishes are planned, carried out and undone as one, and the server may die
//! on the way. Each of their steps is an operation like any other.

use std::time::Duration;

use serde_json::{Value, json};

use super::acts::changed;
use super::journal::{Intent, Op, State, Undo};
use super::run::Walk;
use super::steps::Wish;
use super::tenant::{Cells, Thing};

/// Longer than a call may take, so that what is open has lost its server.
const LONG_GONE: Duration = Duration::from_mins(3);
/// Records of a step in the journal: before it is sent, and after it was answered.
const RECORDS: usize = 2;

/// One step as it is planned.
#[derive(Debug)]
struct Part {
    step: Value,
    does: Does,
}

#[derive(Debug)]
enum Does {
    Make(Cells),
    Set(Thing, Cells),
    /// Changes what the step before it has made, which it names by a reference.
    SetMade(Cells),
}

impl Walk {
    /// Plans a set, applies it and may take it back. With `dies` the server goes away after one of
    /// its records, and another carries on.
    pub(super) async fn set(
        &mut self,
        wishes: &[Wish],
        dies: Option<u8>,
        undone: bool,
    ) -> Result<(), String> {
        let parts = self.parts(wishes);
        if parts.len() < 2 {
            return Ok(());
        }
        let steps: Vec<&Value> = parts.iter().map(|part| &part.step).collect();
        let given = json!({"title": "Walk", "steps": steps});
        let plan = self.planned("change_set_plan", given).await?;
        let record = dies.map(|nth| 1 + usize::from(nth) % (RECORDS * parts.len()));
        let done = self.applied(&plan, record, "applied").await?;
        self.figures.count("sets");
        let first = self.journal.ops.len();
        for (part, line) in parts.into_iter().zip(lines(&done)) {
            self.done(part.does, line)?;
        }
        if undone {
            let given = json!({"change_set": done["change_set"]});
            let plan = self.planned("change_set_revert", given).await?;
            let done = self.applied(&plan, None, "reverted").await?;
            self.figures.count("sets undone");
            for line in lines(&done) {
                self.taken_back(line)?;
            }
        }
        for at in first..self.journal.ops.len() {
            self.is_recorded(at).await?;
        }
        Ok(())
    }

    /// What can be done of the wishes at once: each changes another thing, and none is locked. What
    /// is made is changed as well.
    fn parts(&mut self, wishes: &[Wish]) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for wish in wishes {
            let Some(act) = self.wanted(wish) else {
                continue;
            };
            let step = |name: &str, tool: &str, arguments: &Value| json!({"name": name, "operation": tool, "arguments": arguments});
            let name = format!("step_{}", parts.len() + 1);
            match (self.outcome(&act), self.thing(&act)) {
                (Some(Intent::Make(cells)), _) => {
                    let described = Cells::from([("description".to_owned(), name.clone())]);
                    let arguments = json!({
                        "filterId": format!("${{{name}.id}}"), "description": name,
                    });
                    parts.push(Part {
                        step: step(&name, act.tool, &act.arguments),
                        does: Does::Make(cells),
                    });
                    parts.push(Part {
                        step: step(&format!("{name}_described"), "filter_update", &arguments),
                        does: Does::SetMade(described),
                    });
                }
                (Some(Intent::Change { from, to }), Some(thing)) => {
                    let taken = parts
                        .iter()
                        .any(|part| matches!(&part.does, Does::Set(other, _) if *other == thing));
                    if from != to && !taken && !self.journal.is_locked(&thing, None, self.world.now)
                    {
                        parts.push(Part {
                            step: step(&name, act.tool, &act.arguments),
                            does: Does::Set(thing, to),
                        });
                    }
                }
                _ => {}
            }
        }
        parts
    }

    async fn planned(&mut self, tool: &str, given: Value) -> Result<Value, String> {
        let answer = self.world.call(tool, given).await;
        let plan = &answer.body["result"]["plan_id"];
        if answer.failed || !plan.is_string() {
            return Err(format!("no plan: {:#}", answer.body));
        }
        Ok(json!({ "plan_id": plan }))
    }

    /// Applies a plan, with another server where the first dies; the result.
    async fn applied(
        &mut self,
        plan: &Value,
        record: Option<usize>,
        state: &str,
    ) -> Result<Value, String> {
        if let Some(record) = record {
            self.world
                .die_at(record, "change_set_apply", plan.clone())
                .await;
            self.world.pass(LONG_GONE);
            self.figures.count("sets crashed");
        }
        let answer = self.world.call("change_set_apply", plan.clone()).await;
        let result = &answer.body["result"];
        if answer.failed || result["state"] != state {
            return Err(format!("the set is not {state}: {:#}", answer.body));
        }
        Ok(result.clone())
    }

    /// A step that was carried out.
    fn done(&mut self, does: Does, line: &Value) -> Result<(), String> {
        let (thing, intent) = match does {
            Does::Make(cells) => {
                let id = line["target"]["id"].as_str().ok_or("nothing was made")?;
                let owner = self.world.account();
                let thing = self.tenant.create(id, &owner, cells.clone());
                (thing, Intent::Make(cells))
            }
            Does::Set(thing, cells) => {
                let present = self.tenant.things.get(&thing).ok_or("nothing there")?;
                let intent = changed(present, &cells);
                self.tenant.set(&thing, &cells);
                (thing, intent)
            }
            Does::SetMade(cells) => {
                let made = self.journal.ops.last().and_then(|op| op.made.clone());
                let thing = made.ok_or("nothing was made before")?;
                return self.done(Does::Set(thing, cells), line);
            }
        };
        let made = matches!(intent, Intent::Make(_)).then(|| thing.clone());
        self.recorded(line, thing, made, intent, None)
    }

    /// An undo that was carried out.
    fn taken_back(&mut self, line: &Value) -> Result<(), String> {
        let undone = line["reverts"].as_str().unwrap_or_default();
        let of = self.journal.ops.iter().position(|op| op.id == undone);
        let of = of.ok_or_else(|| format!("undoes nothing: {line:#}"))?;
        let undo = self.journal.undo(of, false, &self.tenant);
        let thing = self.journal.ops[of].thing.clone().ok_or("no thing")?;
        let present = self.tenant.things.get(&thing).ok_or("nothing there")?;
        let intent = match undo.ok_or("should have been refused")? {
            Undo::Unmake => Intent::Unmake(present.clone()),
            Undo::Set(cells) => changed(present, &cells),
        };
        match &intent {
            Intent::Change { to, .. } => self.tenant.set(&thing, to),
            _ => self.tenant.delete(&thing),
        }
        self.recorded(line, thing, None, intent, Some(of))
    }

    fn recorded(
        &mut self,
        line: &Value,
        thing: Thing,
        made: Option<Thing>,
        intent: Intent,
        reverts: Option<usize>,
    ) -> Result<(), String> {
        let id = line["operation_id"].as_str();
        let id = id.ok_or_else(|| format!("no operation: {line:#}"))?;
        let at = self.journal.open(Op {
            id: id.to_owned(),
            thing: Some(thing),
            made,
            intent,
            state: State::Pending,
            reverts,
            reverted_by: None,
            opened_at: self.world.now,
        });
        self.journal.settle(at, State::Applied);
        Ok(())
    }
}

fn lines(result: &Value) -> &[Value] {
    result["steps"].as_array().map_or(&[], Vec::as_slice)
}
