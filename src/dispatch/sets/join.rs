//! A single change that joins a change set: only one of the caller's, open, and of that site.

use super::fault::refused;
use crate::base::fault::Fault;
use crate::base::ids::ChangeSetId;
use crate::base::tenant::Tenant;
use crate::consent::Consented;
use crate::dispatch::turn::Turn;
use crate::grants::Access;

impl Turn {
    /// Whether the change may join the set that the call names; nothing when it names none.
    pub(in crate::dispatch) async fn may_join(&self, access: &Access) -> Result<(), Fault> {
        let Some(set) = self.joined() else {
            return Ok(());
        };
        let site = access.tenant().map(Tenant::cloud_id);
        let sets = &self.dispatcher.parts().change_sets;
        let may = sets.may_join(&self.principal().account, &set, site);
        may.await.map_err(|error| refused(&error))
    }

    /// Lets the change join the set that the call names, if that is still as it was when the change
    /// is recorded.
    pub(in crate::dispatch) async fn join(&self, consented: Consented) -> Result<Consented, Fault> {
        let Some(set) = self.joined() else {
            return Ok(consented);
        };
        let sets = &self.dispatcher.parts().change_sets;
        let joined = sets.join(&self.principal().account, &set, consented.tenant());
        let guard = joined.await.map_err(|error| refused(&error))?;
        Ok(consented.only_if(guard))
    }

    /// The set that a single change names. A step of a set belongs to it by its consent.
    fn joined(&self) -> Option<ChangeSetId> {
        if self.in_set.is_some() {
            return None;
        }
        self.automatic.change_set.clone().map(ChangeSetId::new)
    }
}
