//! Authorization codes: given once, exchanged once, and an alarm when they come again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authorization::AuthorizationRequest;
use super::client::Client;
use super::events::{AuthEvent, AuthEventKind};
use super::families::{Family, family_key};
use super::server::AuthServer;
use super::states::StateError;
use super::tokens::{TokenError, TokenPair, Wire};
use crate::base::ids::{AccountId, uuid};
use crate::base::random::token;
use crate::store::keys::{Key, Kind, digest};
use crate::store::vault::{expect_absent, expect_held};

/// How long a client may take to exchange its code.
const TTL: Duration = Duration::from_mins(5);

/// A person as Atlassian named them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// Their display name, when Atlassian gave one.
    pub name: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Code {
    /// Set when it was exchanged.
    used: bool,
    person: Person,
    request: AuthorizationRequest,
}

/// What a client brings to exchange a code.
#[derive(Debug)]
pub struct Redemption<'a> {
    /// The code.
    pub code: &'a str,
    /// `redirect_uri`, as in the authorization request.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub verifier: &'a str,
    /// `resource`, when sent.
    pub resource: Option<&'a str>,
}

impl AuthServer {
    /// Gives the code for a request that the person agreed to, and keeps their approval.
    ///
    /// # Errors
    /// [`StateError::Withdrawn`] when they were not asked because of an approval that they took
    /// back meanwhile; a fault of the store or of randomness.
    pub async fn give_code(
        &self,
        request: AuthorizationRequest,
        person: Person,
    ) -> Result<String, StateError> {
        if !self.keep_approval(&person.account, &request).await? {
            return Err(StateError::Withdrawn);
        }
        // The family is named now, so that code and tokens are one group of keys and the exchange
        // is one atomic step.
        let family = uuid(self.random.as_ref())?;
        let secret = token(self.random.as_ref())?;
        let wire = Wire::Code.write(&family, &secret);
        let code = Code {
            used: false,
            person,
            request,
        };
        let key = Key::new(Kind::Code, digest(&wire), &family);
        self.vault.put(&key, &code, Some(TTL)).await?;
        self.tell(
            AuthEvent::new(AuthEventKind::Consent)
                .of(&code.person.account)
                .by(&code.request.client)
                .in_family(&family)
                .noting(format!(
                    "scopes {}, back to {}",
                    code.request.scopes,
                    code.request.redirect.host()
                )),
        )
        .await;
        Ok(wire)
    }

    /// Exchanges a code for tokens.
    ///
    /// # Errors
    /// [`TokenError`]; a code that comes a second time also revokes what the first gave.
    pub async fn redeem_code(
        &self,
        client: &Client,
        brought: &Redemption<'_>,
    ) -> Result<TokenPair, TokenError> {
        let unknown = TokenError::InvalidGrant("code is unknown or expired");
        let Some(family) = Wire::Code.family(brought.code) else {
            return Err(unknown);
        };
        let key = Key::new(Kind::Code, digest(brought.code), family);
        let Some(held) = self.vault.hold::<Code>(&key).await? else {
            return Err(unknown);
        };
        if held.value.used {
            return Err(self.code_came_again(family, &held.value).await?);
        }
        let request = &held.value.request;
        if request.client != client.id {
            return Err(TokenError::InvalidGrant("code belongs to another client"));
        }
        if brought.redirect_uri != Some(request.redirect.as_str()) {
            return Err(TokenError::InvalidGrant(
                "redirect_uri differs from the authorization request",
            ));
        }
        if !request.challenge.is_met_by(brought.verifier) {
            return Err(TokenError::InvalidGrant(
                "code_verifier does not fit the code_challenge",
            ));
        }
        if brought
            .resource
            .is_some_and(|asked| !self.is_our_resource(asked))
        {
            return Err(TokenError::InvalidTarget);
        }
        let fresh = Family {
            person: held.value.person.clone(),
            client: client.id.clone(),
            scopes: request.scopes,
            resource: request.resource.clone(),
            since: self.clock.now(),
            last_used: self.clock.now(),
        };
        let used = Code {
            used: true,
            ..held.value.clone()
        };
        let mut steps = vec![
            expect_held(&key, &held),
            expect_absent(&family_key(family)),
            self.vault.put_step(&key, &used, Some(TTL))?,
        ];
        let pair = self.mint(family, &fresh, fresh.scopes, &mut steps)?;
        if !self.vault.apply(steps).await? {
            // Of two at once this one came second.
            return Err(self.code_came_again(family, &held.value).await?);
        }
        self.index_family(family, &fresh).await?;
        // After the list, so that of a withdrawal and a sign-in at once one sees the other.
        let account = &fresh.person.account;
        if self.approval(account, &client.id).await?.is_none() {
            self.end_family(family, account).await?;
            return Err(TokenError::InvalidGrant(
                "the person withdrew their consent",
            ));
        }
        self.keep_client(&client.id).await?;
        self.tell(
            AuthEvent::new(AuthEventKind::TokenIssued)
                .of(&fresh.person.account)
                .by(&client.id)
                .in_family(family)
                .noting(format!("scopes {}", fresh.scopes)),
        )
        .await;
        Ok(pair)
    }

    async fn code_came_again(&self, family: &str, code: &Code) -> Result<TokenError, TokenError> {
        self.end_family(family, &code.person.account).await?;
        self.tell(
            AuthEvent::new(AuthEventKind::CodeReuse)
                .of(&code.person.account)
                .by(&code.request.client)
                .in_family(family)
                .noting("an authorization code came a second time; its tokens are revoked"),
        )
        .await;
        Ok(TokenError::InvalidGrant("code was used before"))
    }
}
