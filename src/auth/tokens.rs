//! Access and refresh tokens: opaque, in families, rotated at every use.
//!
//! A token's text begins with its kind and its family's id, so that all records of one family share
//! a group of keys and a rotation is one atomic step. A family is revoked by removing its record:
//! no token is good without it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::events::AuthEventKind;
use super::families::{FAMILY_TTL, Family, family_key};
use super::principal::{Principal, Scopes};
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::random::{RandomError, token};
use crate::base::secret::Secret;
use crate::store::keys::{Key, Kind, digest};
use crate::store::vault::expect_held;
use crate::store::{Step, StoreError};

/// Life of an access token.
const ACCESS_TTL: Duration = Duration::from_hours(1);
/// Life of a refresh token that is not used.
const REFRESH_TTL: Duration = Duration::from_hours(30 * 24);
/// How long a rotated refresh token still gives the pair it was rotated to: clients do race.
const RACE: Duration = Duration::from_secs(10);
/// Attempts at a rotation; more than two mean that others rotate in between.
const ATTEMPTS: usize = 3;

/// The three kinds of text that begin with a family's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Code,
    Access,
    Refresh,
}

impl Wire {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Code => "gjc_",
            Self::Access => "gja_",
            Self::Refresh => "gjr_",
        }
    }

    pub(super) fn write(self, family: &str, secret: &str) -> String {
        format!("{}{family}.{secret}", self.prefix())
    }

    /// The family that a text of this kind names; `None` when it is not of this kind.
    pub(super) fn family(self, text: &str) -> Option<&str> {
        let (family, secret) = text.strip_prefix(self.prefix())?.split_once('.')?;
        let fits = family.len() == 36
            && secret.len() == 43
            && family
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        fits.then_some(family)
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct AccessRecord {
    scopes: Scopes,
}

#[derive(Debug, Serialize, Deserialize)]
struct RefreshRecord {
    /// Set when it was rotated.
    rotated: bool,
}

/// The pair that a rotation gave, kept for the time of a race.
#[derive(Serialize, Deserialize)]
struct KeptPair {
    access: String,
    refresh: String,
    scopes: Scopes,
    expires_at: Timestamp,
}

/// What the token endpoint gives.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// The access token.
    pub access: Secret<String>,
    /// The refresh token.
    pub refresh: Secret<String>,
    /// Life of the access token.
    pub expires_in: Duration,
    /// What it is good for.
    pub scopes: Scopes,
}

/// Why the token endpoint gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The code or refresh token is not good (RFC 6749, section 5.2).
    #[error("{0}")]
    InvalidGrant(&'static str),
    /// The resource is not ours (RFC 8707, section 2).
    #[error("resource is not served here")]
    InvalidTarget,
    /// More scopes than the person agreed to.
    #[error("scope exceeds what was granted")]
    InvalidScope,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

fn token_key(kind: Kind, family: &str, text: &str) -> Key {
    Key::new(kind, digest(text), family)
}

fn kept_key(family: &str, refresh: &str) -> Key {
    Key::new(Kind::RotatedPair, digest(refresh), family)
}

impl AuthServer {
    /// Makes a new pair and adds the steps that store it and its family.
    pub(super) fn mint(
        &self,
        id: &str,
        family: &Family,
        scopes: Scopes,
        steps: &mut Vec<Step>,
    ) -> Result<TokenPair, TokenError> {
        let now = self.clock.now();
        let left = now.until(family.since.plus(FAMILY_TTL));
        let family = Family {
            last_used: now,
            ..family.clone()
        };
        let access = Wire::Access.write(id, &token(self.random.as_ref())?);
        let refresh = Wire::Refresh.write(id, &token(self.random.as_ref())?);
        let expires_in = ACCESS_TTL.min(left);
        let access_key = token_key(Kind::AccessToken, id, &access);
        let refresh_key = token_key(Kind::RefreshToken, id, &refresh);
        let fresh = RefreshRecord { rotated: false };
        steps.extend([
            self.vault.put_step(&family_key(id), &family, Some(left))?,
            self.vault
                .put_step(&access_key, &AccessRecord { scopes }, Some(expires_in))?,
            self.vault
                .put_step(&refresh_key, &fresh, Some(REFRESH_TTL.min(left)))?,
        ]);
        Ok(TokenPair {
            access: Secret::new(access),
            refresh: Secret::new(refresh),
            expires_in,
            scopes,
        })
    }

    /// Rotates a refresh token.
    ///
    /// # Errors
    /// [`TokenError`]; a token that was rotated more than ten seconds ago also revokes its family.
    pub async fn refresh(
        &self,
        client: &Client,
        shown: &str,
        scope: Option<&str>,
        resource: Option<&str>,
    ) -> Result<TokenPair, TokenError> {
        let unknown = TokenError::InvalidGrant("refresh token is unknown, expired or revoked");
        let Some(id) = Wire::Refresh.family(shown) else {
            return Err(unknown);
        };
        if resource.is_some_and(|asked| !self.is_our_resource(asked)) {
            return Err(TokenError::InvalidTarget);
        }
        let key = token_key(Kind::RefreshToken, id, shown);
        for _ in 0..ATTEMPTS {
            let Some(held) = self.vault.hold::<RefreshRecord>(&key).await? else {
                return Err(unknown);
            };
            let Some(family) = self.vault.hold::<Family>(&family_key(id)).await? else {
                return Err(unknown);
            };
            if family.value.client != client.id {
                return Err(TokenError::InvalidGrant(
                    "refresh token belongs to another client",
                ));
            }
            if held.value.rotated {
                return self.second_use(id, &family.value, shown).await;
            }
            let scopes = narrowed(scope, family.value.scopes)?;
            let left = self.clock.now().until(family.value.since.plus(FAMILY_TTL));
            if left.is_zero() {
                return Err(unknown);
            }
            let mut steps = vec![
                expect_held(&key, &held),
                expect_held(&family_key(id), &family),
            ];
            let pair = self.mint(id, &family.value, scopes, &mut steps)?;
            let kept = KeptPair {
                access: pair.access.expose().clone(),
                refresh: pair.refresh.expose().clone(),
                scopes,
                expires_at: self.clock.now().plus(pair.expires_in),
            };
            // Remembered as long as its family, so that it is known when it comes again.
            let rotated = RefreshRecord { rotated: true };
            steps.push(self.vault.put_step(&key, &rotated, Some(left))?);
            steps.push(
                self.vault
                    .put_step(&kept_key(id, shown), &kept, Some(RACE))?,
            );
            if self.vault.apply(steps).await? {
                self.tell_family(AuthEventKind::TokenRefreshed, id, &family.value)
                    .await;
                return Ok(pair);
            }
        }
        Err(unknown)
    }

    /// What a rotated refresh token gives: the same pair within the race, the alarm afterwards.
    async fn second_use(
        &self,
        id: &str,
        family: &Family,
        shown: &str,
    ) -> Result<TokenPair, TokenError> {
        if let Some(kept) = self.vault.get::<KeptPair>(&kept_key(id, shown)).await? {
            return Ok(TokenPair {
                expires_in: self.clock.now().until(kept.expires_at),
                access: Secret::new(kept.access),
                refresh: Secret::new(kept.refresh),
                scopes: kept.scopes,
            });
        }
        self.end_family(id, &family.person.account).await?;
        self.tell_family(AuthEventKind::RefreshTokenReuse, id, family)
            .await;
        tracing::warn!(
            family = id,
            "a rotated refresh token came again; its family is revoked"
        );
        Err(TokenError::InvalidGrant(
            "refresh token was used before; sign in again",
        ))
    }

    /// Whom an access token stands for; `None` when it is unknown, expired or revoked.
    pub async fn principal(&self, shown: &str) -> Result<Option<Principal>, StoreError> {
        let Some(id) = Wire::Access.family(shown) else {
            return Ok(None);
        };
        let key = token_key(Kind::AccessToken, id, shown);
        let Some(access) = self.vault.get::<AccessRecord>(&key).await? else {
            return Ok(None);
        };
        let family = self.vault.get::<Family>(&family_key(id)).await?;
        Ok(family
            .filter(|family| family.resource == self.resource())
            .map(|family| Principal {
                account: family.person.account,
                client: family.client,
                scopes: access.scopes,
                family: id.to_owned(),
                name: family.person.name,
            }))
    }

    /// Revokes the family of an access or refresh token (RFC 7009). An unknown token is no error.
    ///
    /// # Errors
    /// [`TokenError::InvalidGrant`] when the token was given to another client.
    pub async fn revoke(&self, client: &Client, shown: &str) -> Result<(), TokenError> {
        let found = [
            (Wire::Refresh, Kind::RefreshToken),
            (Wire::Access, Kind::AccessToken),
        ]
        .into_iter()
        .find_map(|(wire, kind)| Some((wire.family(shown)?, kind)));
        let Some((id, kind)) = found else {
            return Ok(());
        };
        let known = self
            .vault
            .store()
            .get(&token_key(kind, id, shown).text())
            .await?
            .is_some();
        let family = self.vault.get::<Family>(&family_key(id)).await?;
        let Some(family) = family.filter(|_| known) else {
            return Ok(());
        };
        if family.client != client.id {
            return Err(TokenError::InvalidGrant("token belongs to another client"));
        }
        self.end_family(id, &family.person.account).await?;
        self.tell_family(AuthEventKind::Revoked, id, &family).await;
        Ok(())
    }
}

/// The scopes of a refreshed access token: all of the family's, or fewer when fewer are asked for.
fn narrowed(asked: Option<&str>, granted: Scopes) -> Result<Scopes, TokenError> {
    let asked = asked
        .unwrap_or_default()
        .split(' ')
        .filter(|name| !name.is_empty() && *name != "offline_access")
        .try_fold(Scopes::NONE, |set, name| {
            Scopes::parse(name).map(|scope| set.or(scope))
        })
        .map_err(|_| TokenError::InvalidScope)?;
    if asked.is_empty() {
        Ok(granted)
    } else if granted.covers(asked) {
        Ok(asked)
    } else {
        Err(TokenError::InvalidScope)
    }
}
