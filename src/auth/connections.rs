//! The clients that act for a person, as the person sees and withdraws them.

use super::approvals::Approval;
use super::events::{AuthEvent, AuthEventKind};
use super::families::Family;
use super::principal::Scopes;
use super::redirect::RedirectUri;
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId};
use crate::store::StoreError;

/// A client that a person let act for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The client.
    pub client: ClientId,
    /// The name it gave itself; nobody vouches for it.
    pub name: Option<String>,
    /// Where it was last sent back to.
    pub redirect: RedirectUri,
    /// What it may do: what the person agreed to last, and what earlier sign-ins still allow.
    pub scopes: Scopes,
    /// When the person was last asked and agreed.
    pub approved_at: Timestamp,
    /// The newest sign-in or rotation among its living sign-ins.
    pub last_used: Option<Timestamp>,
    /// How many sign-ins of it live.
    pub sign_ins: usize,
}

impl Connection {
    fn of(approval: Approval, families: &[(String, Family)]) -> Self {
        let own = || {
            let families = families.iter().map(|(_, family)| family);
            families.filter(|family| family.client == approval.client)
        };
        Self {
            scopes: own()
                .map(|family| family.scopes)
                .fold(approval.scopes, Scopes::or),
            last_used: own().map(|family| family.last_used).max(),
            sign_ins: own().count(),
            client: approval.client,
            name: approval.name,
            redirect: approval.redirect,
            approved_at: approval.at,
        }
    }
}

impl AuthServer {
    /// The clients that a person let act for them, the last approved first.
    pub async fn connections(&self, account: &AccountId) -> Result<Vec<Connection>, StoreError> {
        let families = self.families(account).await?;
        let approvals = self.approvals(account).await?;
        Ok(approvals
            .into_iter()
            .map(|approval| Connection::of(approval, &families))
            .collect())
    }

    /// Takes back what a person let a client do: its tokens are void at once, a code on its way
    /// gives nothing, and the person is asked when it comes again. False when there was nothing to
    /// take back.
    pub async fn withdraw(
        &self,
        account: &AccountId,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        // Whoever agreed before and is still at Atlassian comes back to nothing.
        self.note_withdrawal(account, Some(client)).await?;
        // The approval goes before the sign-ins: whatever signs in after this line does not find it and ends
        // itself, whatever signed in before it is in the list that is read next.
        let mut found = self.forget_approval(account, client).await?;
        let mut ended = 0_usize;
        for (id, family) in self.families(account).await? {
            if family.client == *client {
                self.end_family(&id, account).await?;
                ended += 1;
            }
        }
        found |= ended > 0;
        if found {
            let event = AuthEvent::new(AuthEventKind::ApprovalWithdrawn)
                .of(account)
                .by(client)
                .noting(format!("{ended} sign-ins ended"));
            self.tell(event).await;
        }
        Ok(found)
    }

    /// Ends everything that acts for a person: all approvals and all sign-ins of all clients, and
    /// the sessions of all their browsers on our pages. Gives how many sign-ins were ended.
    pub async fn end_all(&self, account: &AccountId) -> Result<usize, StoreError> {
        self.note_withdrawal(account, None).await?;
        let approvals = self.approvals(account).await?;
        for approval in &approvals {
            self.forget_approval(account, &approval.client).await?;
        }
        let families = self.families(account).await?;
        for (id, _) in &families {
            self.end_family(id, account).await?;
        }
        let event = AuthEvent::new(AuthEventKind::SignedOut)
            .of(account)
            .noting(format!(
                "{} sign-ins and {} approvals ended",
                families.len(),
                approvals.len()
            ));
        self.tell(event).await;
        Ok(families.len())
    }
}
