//! The pages on which a person looks at what waits to be changed in their name, and decides.

use askama::Template;
use serde_json::Value;

use super::notice::Notice;
use crate::audit::redact;
use crate::catalog;
use crate::catalog::model::{Effect, Tool};
use crate::consent::Plan;
use crate::dispatch::plans::standing;
use crate::projection::difference::{self, Change};
use crate::projection::words::{bounded, label};

/// Longest value on the page, in characters.
const LONGEST: usize = 4000;
/// Most values that differ on the page.
const MOST: usize = 300;
/// Longest block of JSON on the page, in characters.
const LONGEST_JSON: usize = 60_000;

/// The page with everything that waits.
#[derive(Debug, Template)]
#[template(path = "plans.html")]
pub struct PlansPage {
    /// Who is signed in.
    pub person: Option<String>,
    /// What their last form came to.
    pub notice: Option<Notice>,
    /// What waits, the newest first.
    pub plans: Vec<PlanLine>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// Whether each needs a person's word.
    pub asks: bool,
    /// Where the form of the sign-in goes.
    pub action: String,
    /// Against forgery.
    pub form_token: String,
}

/// A plan in the list.
#[derive(Debug)]
pub struct PlanLine {
    path: String,
    title: String,
    target: String,
    standing: &'static str,
    made_at: String,
    expires_at: String,
}

impl From<&Plan> for PlanLine {
    fn from(plan: &Plan) -> Self {
        Self {
            path: format!("/connect/plans/{}", plan.id),
            title: title(plan),
            target: target(plan),
            standing: standing(plan),
            made_at: super::overview::minute(plan.made_at),
            expires_at: super::overview::minute(plan.expires_at),
        }
    }
}

/// The page of one plan.
#[derive(Debug, Template)]
#[template(path = "plan.html")]
pub struct PlanPage {
    /// Who is signed in.
    pub person: String,
    /// What the client that prepared it calls itself.
    pub client: Option<String>,
    /// What their last form came to.
    pub notice: Option<Notice>,
    /// Whether a change waits for a person's word.
    pub asks: bool,
    /// Where the form goes.
    pub action: String,
    /// Against forgery.
    pub form_token: String,
    /// The plan.
    pub plan: PlanView,
}

/// A plan as it is shown.
#[derive(Debug)]
pub struct PlanView {
    title: String,
    about: &'static str,
    tool: String,
    kind: &'static str,
    target: String,
    heading: String,
    site: Option<String>,
    undoes: Option<String>,
    change_set: Option<String>,
    standing: &'static str,
    made_at: String,
    expires_at: String,
    warnings: Vec<String>,
    impact: Vec<(String, String)>,
    revertible: bool,
    undo: String,
    told: bool,
    rows: Vec<RowView>,
    more_rows: usize,
    arguments: Vec<(String, String)>,
    calls: Vec<String>,
    patch: String,
    requests: String,
}

/// One value that differs.
#[derive(Debug)]
struct RowView {
    place: String,
    change: &'static str,
    badge: &'static str,
    was: Option<String>,
    becomes: Option<String>,
}

impl PlanView {
    /// What is shown of a plan; what the catalogue calls secret is not.
    pub fn new(plan: &Plan) -> Self {
        let tool = catalog::tool(&plan.tool);
        let secrets = plan.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let secrets = secrets.as_slice();
        let shown = &plan.shown;
        let after = shown.after.clone().unwrap_or_default();
        let told = shown.patch.is_some();
        let is_list = shown.before.is_array() || after.is_array();
        let rows = if told {
            difference::rows(&shown.before, &after, secrets)
        } else {
            Vec::new()
        };
        let arguments = Value::Object(plan.preview.arguments.clone());
        let arguments = difference::rows(&Value::Null, &redact::value(arguments, secrets), secrets);
        Self {
            title: title(plan),
            about: tool.map_or("", |tool| tool.about),
            tool: plan.tool.clone(),
            kind: tool.map_or("Change", kind),
            target: target(plan),
            heading: heading(plan),
            site: shown.site.clone(),
            undoes: plan.preview.reverts.as_ref().map(ToString::to_string),
            change_set: plan.preview.change_set.clone(),
            standing: standing(plan),
            made_at: super::overview::minute(plan.made_at),
            expires_at: super::overview::minute(plan.expires_at),
            warnings: shown.warnings.iter().map(|words| capital(words)).collect(),
            impact: shown.impact.as_ref().map(impact).unwrap_or_default(),
            revertible: shown.revertible,
            undo: shown.undo.clone(),
            told,
            more_rows: rows.len().saturating_sub(MOST),
            rows: rows
                .into_iter()
                .take(MOST)
                .map(|row| RowView::new(row, is_list))
                .collect(),
            arguments: arguments
                .into_iter()
                .map(|row| (row.place.join(", "), row.becomes.unwrap_or_default()))
                .map(|(name, value)| (name, bounded(&redact::text(&value), LONGEST)))
                .collect(),
            calls: calls(&shown.requests),
            patch: json(shown.patch.as_ref().unwrap_or(&Value::Null), secrets),
            requests: json(&shown.requests, secrets),
        }
    }
}

impl RowView {
    /// `is_list` says that what is changed is itself a list.
    fn new(row: difference::Row, is_list: bool) -> Self {
        let text = |side: Option<String>| side.map(|text| bounded(&redact::text(&text), LONGEST));
        let (change, badge) = match row.change {
            Change::Added => ("added", "Added"),
            Change::Removed => ("removed", "Removed"),
            Change::Changed => ("changed", "Changed"),
            Change::Moved => ("changed", "New order"),
        };
        let place = match row.place.join(" \u{203a} ") {
            place if place.is_empty() && is_list => "An entry of the list".to_owned(),
            place if place.is_empty() => "The whole of it".to_owned(),
            place => place,
        };
        Self {
            place,
            change,
            badge,
            was: text(row.was),
            becomes: text(row.becomes),
        }
    }
}

/// What is to be done, in the words of the catalogue.
fn title(plan: &Plan) -> String {
    let title = catalog::tool(&plan.tool).map_or(plan.tool.as_str(), |tool| tool.title);
    if plan.preview.reverts.is_some() {
        format!("Undo: {title}")
    } else {
        title.to_owned()
    }
}

/// The words as a sentence begins.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}

const fn kind(tool: &Tool) -> &'static str {
    match tool.effect {
        Effect::Read => "Look",
        Effect::Create => "Create",
        Effect::Update => "Change",
        Effect::Replace => "Replace",
        Effect::Delete => "Delete",
        Effect::Action => "Carry out",
    }
}

/// The title with the name of what is changed, where a state tells it.
fn heading(plan: &Plan) -> String {
    let title = title(plan);
    match name(plan) {
        Some(name) => format!("{title}: {name}"),
        None => format!("{title}: {}", target(plan)),
    }
}

/// What is changed, as its state is called now, or as it will be.
fn name(plan: &Plan) -> Option<&str> {
    let states = [Some(&plan.shown.before), plan.shown.after.as_ref()];
    let mut names = states.into_iter().flatten().flat_map(|state| {
        ["name", "displayName", "title"].map(|name| state.get(name).and_then(Value::as_str))
    });
    names.find_map(|name| name.filter(|name| !name.is_empty()))
}

fn target(plan: &Plan) -> String {
    let target = &plan.shown.target;
    let text = |name: &str| target.get(name).and_then(Value::as_str);
    match (text("kind"), text("id"), name(plan)) {
        (Some(kind), Some(id), Some(name)) => format!("{} {name} ({id})", label(kind)),
        (Some(kind), Some(id), None) => format!("{} {id}", label(kind)),
        (Some(kind), None, Some(name)) => format!("a new {}, {name}", label(kind).to_lowercase()),
        (Some(kind), None, None) => format!("a new {}", label(kind).to_lowercase()),
        _ => "the site as a whole".to_owned(),
    }
}

/// What else is reached, one line a fact.
fn impact(impact: &Value) -> Vec<(String, String)> {
    let rows = difference::rows(&Value::Null, impact, &[]);
    rows.into_iter()
        .map(|row| (row.place.join(", "), row.becomes.unwrap_or_default()))
        .map(|(name, value)| (name, bounded(&value, LONGEST)))
        .collect()
}

fn calls(requests: &Value) -> Vec<String> {
    let requests = requests.as_array().map_or(&[][..], Vec::as_slice);
    requests
        .iter()
        .filter_map(|request| request.get("call")?.as_str().map(str::to_owned))
        .collect()
}

/// JSON for those who read it; hidden whole where the catalogue knows of secrets in the tool.
fn json(value: &Value, secrets: &[&str]) -> String {
    if !secrets.is_empty() {
        return "Not shown: this tool takes secrets.".to_owned();
    }
    let shown = redact::value(value.clone(), &[]);
    let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    bounded(&text, LONGEST_JSON)
}
