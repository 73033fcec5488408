//! The locks of a commit: taken before the state is read, given back when the write has ended.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::requests::id_text;
use super::turn::Turn;
use crate::base::fault::{Code, Fault};
use crate::base::tenant::Tenant;
use crate::consent::{ConsentError, Hold, Locked};
use crate::grants::Access;
use crate::journal::Object;

/// When a commit that found a lock may be tried again.
const AGAIN: Duration = Duration::from_secs(2);

impl Turn {
    /// Locks what a commit is going to change, with the further names that its plan knows; nothing
    /// for a dry run.
    pub(super) async fn hold(&self, access: &Access, names: &[String]) -> Result<Hold, Fault> {
        self.hold_over(access, names, &[]).await
    }

    /// As [`Turn::hold`], for the undoing of writes of unknown fate: what those have left locked is
    /// taken over.
    pub(super) async fn hold_over(
        &self,
        access: &Access,
        names: &[String],
        left: &[Locked],
    ) -> Result<Hold, Fault> {
        let asked = self.asked();
        if !asked.commit {
            return Ok(Hold::nothing());
        }
        let consent = &self.dispatcher.parts().consent;
        let mut names = names.to_vec();
        if let Some(id) = &asked.plan_id {
            let plan = consent.plan(self.principal(), id).await;
            let plan = plan.map_err(|error| unlocked(&error))?;
            names.extend(plan.map(|plan| plan.preview.names).unwrap_or_default());
        }
        let tenant = access.tenant().map(Tenant::cloud_id);
        let hold = consent.hold_over(tenant, &names, left).await;
        hold.map_err(|error| unlocked(&error))?.ok_or_else(taken)
    }

    /// Locks names that were learnt by reading; true when there were new ones, so that what was
    /// read is to be read again.
    pub(super) async fn hold_also(&self, hold: &mut Hold, names: &[String]) -> Result<bool, Fault> {
        if !self.asked().commit || hold.lacks(names).is_empty() {
            return Ok(false);
        }
        match hold.add(names).await {
            Ok(true) => Ok(true),
            Ok(false) => Err(taken()),
            Err(error) => Err(unlocked(&error)),
        }
    }
}

/// The names under which a target is locked: its kind with its id, and where a state of it shows
/// that the id is one of several, with the others, because a project goes by its id and its key.
pub(super) fn names<'a>(
    target: Option<&Object>,
    states: impl IntoIterator<Item = &'a Value>,
) -> Vec<String> {
    let Some((kind, id)) = target.and_then(|target| Some((&target.kind, target.id.as_ref()?)))
    else {
        return Vec::new();
    };
    let mut ids = BTreeSet::from([id.clone()]);
    for state in states {
        let own = ["id", "key"].map(|name| state.get(name).and_then(id_text));
        if own.iter().flatten().any(|own| own.eq_ignore_ascii_case(id)) {
            ids.extend(own.into_iter().flatten());
        }
    }
    ids.iter().map(|id| format!("{kind}|{id}")).collect()
}

fn taken() -> Fault {
    let what = "nothing was changed: another change of the same object is under way";
    let mut fault = Fault::new(Code::Conflict, what)
        .with_mend("Try again in a moment; a plan that was named is still there.");
    fault.retry_after_ms = u64::try_from(AGAIN.as_millis()).ok();
    fault
}

fn unlocked(error: &ConsentError) -> Fault {
    tracing::error!(%error, "cannot lock what is to be changed");
    Fault::new(
        Code::UnexpectedError,
        "nothing was changed: the server could not reach its store",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(id: &str) -> Object {
        Object {
            kind: "project".to_owned(),
            id: Some(id.to_owned()),
        }
    }

    #[test]
    fn a_target_is_locked_under_all_its_names() {
        let state = json!({"id": "10000", "key": "ACME"});
        for id in ["10000", "ACME"] {
            let names = names(Some(&object(id)), [&state]);
            assert_eq!(names, ["project|10000", "project|ACME"]);
        }
        let lower = names(Some(&object("acme")), [&state]);
        assert_eq!(lower, ["project|10000", "project|ACME", "project|acme"]);
    }

    #[test]
    fn a_state_of_something_else_gives_no_name() {
        let role = json!({"id": 10002, "name": "Administrators"});
        assert_eq!(names(Some(&object("ACME")), [&role]), ["project|ACME"]);
        assert!(names(None, [&role]).is_empty());
    }
}
