//! The runs that this process carries out, so that a call which is said again does not carry one out
//! beside itself. Between processes the journal settles it: a step is recorded once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::ids::PlanId;

/// The plans that are being carried out.
#[derive(Debug, Clone, Default)]
pub(in crate::dispatch) struct Runs(Arc<Mutex<BTreeSet<String>>>);

/// One of them, until this is dropped.
#[derive(Debug)]
pub(super) struct Inside {
    runs: Runs,
    plan: String,
}

impl Runs {
    /// Begins or goes on with a run; `None` when that is being done already.
    pub(super) fn enter(&self, plan: &PlanId) -> Option<Inside> {
        let plan = plan.as_str().to_owned();
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(plan.clone()).then(|| Inside {
            runs: self.clone(),
            plan,
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut plans = self.runs.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.remove(&self.plan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_entered_once_at_a_time() {
        let (runs, plan) = (Runs::default(), PlanId::new("p"));
        let inside = runs.enter(&plan).unwrap();
        assert!(runs.enter(&plan).is_none());
        assert!(runs.enter(&PlanId::new("other")).is_some());
        drop(inside);
        assert!(runs.enter(&plan).is_some());
    }
}
