//! The gate itself.

use serde_json::{Map, Value};

use super::fence;
use super::refusal::Refusal;
use super::rules::Rules;
use crate::auth::{Principal, Scope, Scopes};
use crate::base::ids::AccountId;
use crate::catalog::model::{Credential, Effect, Tool};

/// Decides what is listed and what is called.
#[derive(Debug, Clone)]
pub struct Policy {
    rules: Rules,
}

/// Proof that this caller may call this tool with these arguments. Only [`Policy::permit`] makes
/// one, and it holds what was looked at, so that nothing else can be called with it.
#[derive(Debug, Clone)]
pub struct Permitted {
    principal: Principal,
    tool: &'static Tool,
    arguments: Map<String, Value>,
}

impl Permitted {
    /// Who calls.
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The tool.
    pub const fn tool(&self) -> &'static Tool {
        self.tool
    }

    /// The tool's own arguments, checked and without the automatic ones.
    pub const fn arguments(&self) -> &Map<String, Value> {
        &self.arguments
    }
}

impl Policy {
    /// A policy of these rules.
    pub const fn new(rules: Rules) -> Self {
        Self { rules }
    }

    /// Whether the tool is listed for this caller.
    pub fn visible(&self, principal: &Principal, tool: &Tool) -> bool {
        self.allow(principal, tool).is_ok()
    }

    /// Whether the group is enabled at all.
    pub fn enabled(&self, tool: &Tool) -> bool {
        self.rules.groups.contains(tool.group) && !self.rules.disabled_tools.contains(tool.name)
    }

    /// Whether this deployment offers the tool to anybody.
    pub fn offers(&self, tool: &Tool) -> bool {
        let rules = &self.rules;
        self.enabled(tool)
            && !(rules.read_only && writes(tool))
            && (tool.credential != Credential::OrgAdmin || rules.org_admins.is_some())
    }

    /// The scopes that the caller would need for the tool and has not, when nothing else stands in
    /// the way (for a 403 `insufficient_scope`).
    pub fn missing_scopes(&self, principal: &Principal, tool: &Tool) -> Option<Scopes> {
        self.allow(principal, tool).err()?.needed_scopes()
    }

    /// The first rule that keeps this caller from the tool, whatever the arguments.
    pub fn refusal(&self, principal: &Principal, tool: &Tool) -> Option<Refusal> {
        self.allow(principal, tool).err()
    }

    /// Lets the caller look at work that the tool began: a read, but behind the tool's own gates.
    ///
    /// # Errors
    /// [`Refusal`] names the first rule that stands in the way.
    pub fn may_follow(&self, principal: &Principal, tool: &Tool) -> Result<(), Refusal> {
        self.reach(&principal.account, tool)?;
        let mut needed = Scopes::from(Scope::Read);
        if tool.credential == Credential::OrgAdmin {
            needed = needed.with(Scope::AdminOrg);
        }
        demand(principal, needed)
    }

    /// Lets the caller look at what was done with the organisation's key. Whoever has left the gate
    /// sees nothing of it, not even what they did themselves.
    ///
    /// # Errors
    /// [`Refusal`] names the first rule that stands in the way.
    pub fn may_see_organisation(&self, principal: &Principal) -> Result<(), Refusal> {
        self.inside_gate(&principal.account)?;
        demand(principal, Scopes::from(Scope::Read).with(Scope::AdminOrg))
    }

    /// Lets a person see and decide on a plan of theirs on the page, where there is no bearer whose
    /// scopes could be asked for.
    ///
    /// # Errors
    /// [`Refusal`] names the first rule that stands in the way.
    pub fn may_decide(&self, account: &AccountId, tool: &Tool) -> Result<(), Refusal> {
        self.reach(account, tool)
    }

    /// Lets the call through, or says why not.
    ///
    /// # Errors
    /// [`Refusal`] names the first rule that stands in the way.
    pub fn permit(
        &self,
        principal: &Principal,
        tool: &'static Tool,
        arguments: Map<String, Value>,
    ) -> Result<Permitted, Refusal> {
        self.allow(principal, tool)?;
        if let Some(fence) = &self.rules.fence
            && writes(tool)
            && tool.credential != Credential::Local
        {
            fence::check(fence, tool, &arguments)?;
        }
        Ok(Permitted {
            principal: principal.clone(),
            tool,
            arguments,
        })
    }

    fn allow(&self, principal: &Principal, tool: &Tool) -> Result<(), Refusal> {
        self.reach(&principal.account, tool)?;
        if self.rules.read_only && writes(tool) {
            return Err(Refusal::ReadOnly);
        }
        demand(principal, needed_scopes(tool))
    }

    /// The gates that stand before a tool whatever is done with it.
    fn reach(&self, account: &AccountId, tool: &Tool) -> Result<(), Refusal> {
        let rules = &self.rules;
        if !rules.groups.contains(tool.group) {
            return Err(Refusal::Group { group: tool.group });
        }
        if rules.disabled_tools.contains(tool.name) {
            return Err(Refusal::Disabled { tool: tool.name });
        }
        if tool.credential == Credential::OrgAdmin {
            self.inside_gate(account)?;
        }
        Ok(())
    }

    fn inside_gate(&self, account: &AccountId) -> Result<(), Refusal> {
        let admins = self.rules.org_admins.as_ref();
        if admins.is_some_and(|admins| admins.contains(account)) {
            Ok(())
        } else {
            Err(Refusal::NotOrgAdmin)
        }
    }
}

fn demand(principal: &Principal, needed: Scopes) -> Result<(), Refusal> {
    if principal.scopes.covers(needed) {
        Ok(())
    } else {
        Err(Refusal::Scopes { needed })
    }
}

/// Whether a tool changes the site. The tools for the caller's own sign-in (connect, sign out) and
/// for their plans change nothing there, whatever their effect.
fn writes(tool: &Tool) -> bool {
    let own = |handler: &str| handler.starts_with("account::") || handler.starts_with("plans::");
    tool.effect != Effect::Read && !tool.handler.is_some_and(own)
}

/// Every scope of ours that a call of this tool needs. A write reads its target first.
fn needed_scopes(tool: &Tool) -> Scopes {
    let mut scopes = Scopes::from(Scope::Read);
    if writes(tool) {
        scopes = scopes.with(Scope::Write);
    }
    if tool.credential == Credential::OrgAdmin {
        scopes = scopes.with(Scope::AdminOrg);
    }
    scopes
}
