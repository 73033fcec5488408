//! The journal as its owner sees it, and auditors.

mod shown;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

pub(super) use self::shown::line;
use self::shown::{has_words, whole};
use crate::audit::Channel;
use crate::base::clock::Timestamp;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, OperationId};
use crate::catalog;
use crate::dispatch::{self, Done, Turn};
use crate::journal::{Entry, Filter, Place, State};
use crate::store::StoreError;
use crate::upstream::pages::{Content, Page};

/// How many entries are listed when the caller does not say.
const LISTED: usize = 25;
/// How many are listed at most.
const MOST_LISTED: usize = 200;
/// What an auditor asks for to see everybody's.
const EVERYBODY: &str = "*";

/// `operation_list`.
pub(super) async fn list(turn: Turn) -> Result<Done, Fault> {
    let limit = turn
        .automatic
        .limit
        .map_or(LISTED, |limit| usize::try_from(limit).unwrap_or(LISTED));
    let parts = turn.dispatcher.parts();
    let own = turn.principal().account.clone();
    let owner = match turn.text("account") {
        None => Some(own.clone()),
        Some(EVERYBODY) => None,
        Some(account) => Some(AccountId::new(account)),
    };
    let of_others = owner.as_ref() != Some(&own);
    if of_others {
        audited(&turn, owner.as_ref())?;
    }
    let filter = Filter {
        of_sites_only: !is_auditor(&turn)
            && parts.policy.may_see_organisation(turn.principal()).is_err(),
        since: moment(&turn, "since")?,
        until: moment(&turn, "until")?,
        tool: turn.text("tool").map(|name| {
            catalog::tool(name)
                .map_or(name, |tool| tool.name)
                .to_owned()
        }),
        state: turn.text("state").and_then(State::parse),
        target: turn.text("target").map(target),
        change_set: turn.automatic.change_set.clone(),
        limit: limit.clamp(1, MOST_LISTED),
    };
    let after = turn.automatic.page.as_deref().map(place).transpose()?;
    let words = turn.text("text").map(str::to_lowercase);
    let fits = |entry: &Entry| words.as_ref().is_none_or(|words| has_words(entry, words));
    let walk = parts
        .journal
        .walk(owner.as_ref(), &filter, after, fits)
        .await
        .map_err(|error| unread(&error))?;
    let cursors = walk.found.iter().map(|(_, place)| cursor(place)).collect();
    let lines: Vec<Value> = walk.found.iter().map(|(entry, _)| line(entry)).collect();
    let few = lines.len() < filter.limit;
    let next = walk.next.as_ref().map(cursor);
    let ended_early = few && next.is_some();
    let done = Done::from(Content::List(Page::local(lines, cursors, next)));
    Ok(if ended_early {
        done.with("searched", walk.looked_at)
    } else {
        done
    })
}

/// `operation_get`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let id = OperationId::new(turn.text("operation_id").unwrap_or_default());
    let parts = turn.dispatcher.parts();
    let own = turn.principal().account.clone();
    let named = turn.text("account").map(AccountId::new);
    let of_others = named.as_ref().is_some_and(|account| *account != own);
    if of_others && !is_auditor(&turn) {
        return Err(not_an_auditor());
    }
    let found = if of_others {
        Ok(None)
    } else {
        parts.journal.get(&own, &id).await
    };
    if let Some(entry) = found.map_err(|error| unread(&error))? {
        if entry.tenant.is_none() && !is_auditor(&turn) {
            parts.policy.may_see_organisation(turn.principal())?;
        }
        return Ok(Done::of(whole(&turn.looked_at(entry).await)));
    }
    let found = match (&named, is_auditor(&turn)) {
        (Some(account), true) => parts.journal.get(account, &id).await,
        (None, true) => parts.journal.get_of_any(&id).await,
        (_, false) => Ok(None),
    };
    let Some(entry) = found.map_err(|error| unread(&error))? else {
        // Says that it is not there, in the words for everybody.
        let entry = turn.dispatcher.entry(&own, &id).await?;
        return Ok(Done::of(whole(&entry)));
    };
    note_reading(&turn, Some(&entry.account), Some(&entry));
    Ok(Done::of(whole(&entry)))
}

/// `operation_revert`.
pub(super) async fn revert(turn: Turn) -> Result<Done, Fault> {
    let id = OperationId::new(turn.text("operation_id").unwrap_or_default());
    let overwrite = turn.arguments().get("overwrite") == Some(&Value::Bool(true));
    dispatch::revert(turn, id, overwrite).await
}

fn is_auditor(turn: &Turn) -> bool {
    let auditors = &turn.dispatcher.parts().auditors;
    auditors.contains(&turn.principal().account)
}

/// Lets an auditor read what others did, and records that they do. Without an owner: everybody's.
fn audited(turn: &Turn, owner: Option<&AccountId>) -> Result<(), Fault> {
    if !is_auditor(turn) {
        return Err(not_an_auditor());
    }
    note_reading(turn, owner, None);
    Ok(())
}

fn note_reading(turn: &Turn, owner: Option<&AccountId>, entry: Option<&Entry>) {
    let mut facts = Map::from_iter([
        ("account".to_owned(), json!(turn.principal().account)),
        (
            "owner".to_owned(),
            json!(owner.map_or(EVERYBODY, AccountId::as_str)),
        ),
    ]);
    if let Some(entry) = entry {
        facts.insert("operation_id".to_owned(), json!(entry.id));
    }
    let tool = entry.and_then(|entry| catalog::tool(&entry.tool));
    let audit = &turn.dispatcher.parts().audit;
    audit.event(Channel::of(tool), "JOURNAL_READ", facts);
}

fn not_an_auditor() -> Fault {
    Fault::new(
        Code::InsufficientPermissions,
        "/account: only auditors read what others did",
    )
    .with_mend("Leave `account` out for your own operations.")
}

/// `kind:id` where the kind is one of the catalogue, else an id.
fn target(text: &str) -> (Option<String>, String) {
    let is_kind = |kind: &str| {
        let targets = catalog::tools()
            .iter()
            .filter_map(|tool| tool.target.as_ref());
        targets.into_iter().any(|target| target.kind == kind)
    };
    match text.split_once(':') {
        Some((kind, id)) if is_kind(kind) => (Some(kind.to_owned()), id.to_owned()),
        _ => (None, text.to_owned()),
    }
}

fn cursor(place: &Place) -> String {
    URL_SAFE_NO_PAD.encode(place.text())
}

fn place(cursor: &str) -> Result<Place, Fault> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok();
    text.and_then(|text| String::from_utf8(text).ok())
        .and_then(|text| Place::parse(&text))
        .ok_or_else(|| {
            Fault::new(
                Code::ValidationError,
                "/page: not a cursor of operation_list",
            )
            .with_mend("Leave page out for the first page.")
        })
}

fn moment(turn: &Turn, name: &str) -> Result<Option<Timestamp>, Fault> {
    turn.text(name)
        .map(|text| {
            Timestamp::parse(text).ok_or_else(|| {
                Fault::new(
                    Code::ValidationError,
                    format!("/{name}: {text:?} is not a time like 2026-01-31T08:00:00Z"),
                )
            })
        })
        .transpose()
}

pub(super) fn unread(error: &StoreError) -> Fault {
    tracing::error!(%error, "cannot read the journal");
    Fault::new(Code::UnexpectedError, "the journal could not be read")
}
