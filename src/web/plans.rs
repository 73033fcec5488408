//! The pages on which a person looks at what waits to be changed in their name, and decides.

use askama::Template;
use serde_json::{Map, Value};

use super::change::{ChangeView, capital};
use super::notice::Notice;
use crate::catalog;
use crate::catalog::model::{Effect, Tool};
use crate::consent::{Plan, Shown, ShownStep};
use crate::dispatch::plans::standing;
use crate::projection::words::label;

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
            target: target(&plan.shown),
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
    change: ChangeView,
    /// The steps of a change set, in their order; none for a single change.
    steps: Vec<StepView>,
}

/// A step of a change set.
#[derive(Debug)]
struct StepView {
    number: usize,
    name: String,
    heading: String,
    about: &'static str,
    kind: &'static str,
    target: String,
    tool: String,
    undoes: Option<String>,
    /// Why what is there now is not shown.
    later: Option<String>,
    /// The earlier step that changes the same thing.
    follows: Option<String>,
    change: ChangeView,
}

impl PlanView {
    /// What is shown of a plan; what the catalogue calls secret is not.
    pub fn new(plan: &Plan) -> Self {
        let tool = catalog::tool(&plan.tool);
        let secrets = plan.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let shown = &plan.shown;
        let planned = plan.steps();
        let steps = shown.steps.iter().enumerate().map(|(at, step)| {
            let given = planned.get(at).map(|planned| &planned.arguments);
            StepView::new(at, step, given.unwrap_or(&Map::new()))
        });
        Self {
            title: title(plan),
            about: tool.map_or("", |tool| tool.about),
            tool: plan.tool.clone(),
            kind: tool.map_or("Change", kind),
            target: target(shown),
            heading: heading(&title(plan), shown),
            site: shown.site.clone(),
            undoes: plan.preview.reverts.as_ref().map(ToString::to_string),
            change_set: plan.preview.change_set.clone(),
            standing: standing(plan),
            made_at: super::overview::minute(plan.made_at),
            expires_at: super::overview::minute(plan.expires_at),
            change: ChangeView::new(shown, &plan.preview.arguments, &secrets, false),
            steps: steps.collect(),
        }
    }
}

impl StepView {
    fn new(at: usize, step: &ShownStep, arguments: &Map<String, Value>) -> Self {
        let tool = catalog::tool(&step.tool);
        let title = titled(&step.tool, step.reverts.is_some());
        Self {
            number: at + 1,
            name: step.name.clone(),
            heading: heading(&title, &step.shown),
            about: tool.map_or("", |tool| tool.about),
            kind: tool.map_or("Change", kind),
            target: target(&step.shown),
            tool: step.tool.clone(),
            undoes: step.reverts.as_ref().map(ToString::to_string),
            later: step.deferred.as_deref().map(later),
            follows: step.follows.clone(),
            change: ChangeView::new(
                &step.shown,
                arguments,
                tool.map_or(&[], |tool| tool.secrets),
                true,
            ),
        }
    }
}

/// Why what is there now is not shown, as a sentence.
fn later(why: &str) -> String {
    if why.starts_with("is ") {
        format!("What is there now {why}.")
    } else {
        format!("{}.", capital(why))
    }
}

/// What is to be done, in the words of the catalogue.
fn title(plan: &Plan) -> String {
    let undoes = plan.preview.arguments.get("undoes") == Some(&Value::Bool(true));
    let undoes = plan.preview.reverts.is_some() || (undoes && plan.of_set().is_some());
    titled(&plan.tool, undoes)
}

fn titled(tool: &str, undoes: bool) -> String {
    let title = catalog::tool(tool).map_or(tool, |tool| tool.title);
    if undoes {
        format!("Undo: {title}")
    } else {
        title.to_owned()
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
fn heading(title: &str, shown: &Shown) -> String {
    match name(shown) {
        Some(name) => format!("{title}: {name}"),
        None => format!("{title}: {}", target(shown)),
    }
}

/// What is changed, as its state is called now, or as it will be.
fn name(shown: &Shown) -> Option<&str> {
    let states = [
        Some(&shown.target),
        Some(&shown.before),
        shown.after.as_ref(),
    ];
    let mut names = states.into_iter().flatten().flat_map(|state| {
        ["name", "displayName", "title"].map(|name| state.get(name).and_then(Value::as_str))
    });
    names.find_map(|name| name.filter(|name| !name.is_empty()))
}

fn target(shown: &Shown) -> String {
    let target = &shown.target;
    let text = |name: &str| target.get(name).and_then(Value::as_str);
    match (text("kind"), text("id"), name(shown)) {
        (Some(kind), Some(id), Some(name)) => format!("{} {name} ({id})", label(kind)),
        (Some(kind), Some(id), None) => format!("{} {id}", label(kind)),
        (Some(kind), None, Some(name)) => format!("a new {}, {name}", label(kind).to_lowercase()),
        (Some(kind), None, None) => format!("a new {}", label(kind).to_lowercase()),
        _ => "the site as a whole".to_owned(),
    }
}
