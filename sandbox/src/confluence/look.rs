//! Themes of the site and of spaces, and the colours of both.

use serde_json::{Value, json};

use super::spaces;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

const THEME: Kind = Kind("Theme");
const COLOURS: Kind = Kind("LookAndFeel");

/// Under this id stand the colours of the site; under the id of a space those of the space.
const SITE: &str = "site";

/// `GET /wiki/rest/api/settings/theme`: all but the default one.
pub(crate) fn themes(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = call.of(THEME).values().map(theme_without_links).collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `GET /wiki/rest/api/settings/theme/{themeKey}`.
pub(crate) fn theme(call: &mut Call<'_>) -> Outcome {
    let key = call.id("themeKey");
    Ok(Answer::ok(find_theme(call, &key, 404)?))
}

/// `GET /wiki/rest/api/settings/theme/selected`: 404 where it is the default one.
pub(crate) fn site_theme(call: &mut Call<'_>) -> Outcome {
    let selected = call.of(THEME).find(|t| t["selected"] == true);
    let key = selected.map(|t| text(t, "themeKey")).unwrap_or_default();
    Ok(Answer::ok(find_theme(call, &key, 404)?))
}

/// `GET /wiki/rest/api/space/{spaceKey}/theme`: 404 where the space looks like the site.
pub(crate) fn space_theme(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    Ok(Answer::ok(find_theme(
        call,
        &text(&space, "themeKey"),
        404,
    )?))
}

/// `PUT /wiki/rest/api/space/{spaceKey}/theme`.
pub(crate) fn set_space_theme(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_key(call)?;
    let key = call.demand("themeKey")?;
    let theme = find_theme(call, &key, 400)?;
    space["themeKey"] = json!(key);
    spaces::store(call, &space);
    Ok(Answer::ok(theme))
}

/// `DELETE /wiki/rest/api/space/{spaceKey}/theme`.
pub(crate) fn reset_space_theme(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_key(call)?;
    if let Some(members) = space.as_object_mut() {
        members.remove("themeKey");
    }
    spaces::store(call, &space);
    Ok(Answer::empty(204))
}

fn find_theme(call: &Call<'_>, key: &str, otherwise: u16) -> Result<Value, Refusal> {
    let found = call.of(THEME).find(|t| t["themeKey"] == key);
    let found = found.ok_or_else(|| Refusal::new(otherwise, "No theme found"))?;
    let mut shown = theme_without_links(found);
    let here = format!("/wiki/rest/api/settings/theme/{key}");
    shown["_links"] = json!({ "self": call.link(&here) });
    Ok(shown)
}

fn theme_without_links(theme: &Value) -> Value {
    let mut shown = pick(theme, &["themeKey", "name", "description"]);
    shown["icon"] =
        json!({ "path": "/wiki/theme.png", "width": 110, "height": 73, "isDefault": false });
    shown
}

/// `GET /wiki/rest/api/settings/lookandfeel`.
pub(crate) fn colours(call: &mut Call<'_>) -> Outcome {
    let id = place(call, call.get("spaceKey"))?;
    let held = held(call, &id);
    Ok(Answer::ok(pick(&held, &["selected", "custom", "global"])))
}

/// `POST /wiki/rest/api/settings/lookandfeel/custom`: in the place of what there was.
pub(crate) fn set_colours(call: &mut Call<'_>) -> Outcome {
    let id = place(call, call.get("spaceKey"))?;
    let mut held = held(call, &id);
    held["custom"] = call.body.clone();
    put(call, &id, &held);
    Ok(Answer::ok(held["custom"].clone()))
}

/// `DELETE /wiki/rest/api/settings/lookandfeel/custom`: the own colours become the default ones.
pub(crate) fn reset_colours(call: &mut Call<'_>) -> Outcome {
    let id = place(call, call.get("spaceKey"))?;
    let mut held = held(call, &id);
    held["custom"] = held["global"].clone();
    put(call, &id, &held);
    Ok(Answer::empty(204))
}

/// `PUT /wiki/rest/api/settings/lookandfeel`: which colours a space uses.
pub(crate) fn select_colours(call: &mut Call<'_>) -> Outcome {
    let key = call.demand("spaceKey")?;
    let id = place(call, Some(&key))?;
    let space = call.find(Kind::Space, &id, "No space found")?;
    let wanted = call.demand("lookAndFeelType")?;
    if wanted != "global" && space.get("themeKey").is_none() {
        return Err(Refusal::bad("The space has no theme."));
    }
    let mut held = held(call, &id);
    held["selected"] = json!(wanted);
    put(call, &id, &held);
    Ok(Answer::ok(
        json!({ "spaceKey": key, "lookAndFeelType": wanted }),
    ))
}

/// The id of the space of this key; without a key, the site's.
fn place(call: &Call<'_>, key: Option<&str>) -> Result<String, Refusal> {
    key.map_or_else(
        || Ok(SITE.to_owned()),
        |key| Ok(text(&spaces::of_key(call, key)?, "id")),
    )
}

/// What is kept of a place. A space without colours of its own has those of the site.
fn held(call: &Call<'_>, id: &str) -> Value {
    let site = call.tenant.get(COLOURS, SITE).cloned().unwrap_or_default();
    let of_space = call.tenant.get(COLOURS, id).cloned();
    let mut held = of_space.unwrap_or_else(
        || json!({ "id": id, "selected": "global", "custom": site["custom"].clone() }),
    );
    if id != SITE {
        held["global"] = site["custom"].clone();
    }
    held
}

fn put(call: &mut Call<'_>, id: &str, held: &Value) {
    let mut kept = held.clone();
    if let (true, Some(members)) = (id != SITE, kept.as_object_mut()) {
        members.remove("global");
    }
    call.of_mut(COLOURS).put(id, kept);
}
