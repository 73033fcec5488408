//! Resolves one tool against the documents: what fills every parameter and field, and what may not be.

mod automatic;
mod body;
mod call;
mod handler;
mod impact;
mod keyed;
mod paging;
mod params;
mod places;
mod scope;
mod source;
mod steps;
mod traces;
mod writes;

use super::enums::{Effect, Evidence};
use super::model::{Group, Tool};
use super::plan::{self, Before, BodyPlan, Paging, Revert};
use crate::schema::{Converter, Side, full, listed};
use crate::spec::{Document, Operation};
use scope::Scope;

pub(super) use impact::{impact, projects};
pub(super) use params::declared;
pub(super) use places::{answer, request};
pub(super) use scope::World;

/// How deep bodies are listed unless the manifest says otherwise.
const DEPTH: usize = 2;

/// Bytes of a listed tool that are neither schema nor words: annotations, keys, punctuation.
const FRAME_BYTES: usize = 260;

/// The tool resolved, and how many bytes it takes in a list; faults are told to the sink.
pub(super) fn bind(tool: &Tool, group: &Group, world: World<'_>) -> (plan::Tool, usize) {
    let specs = world.specs;
    let found = tool.operation.as_ref().and_then(|key| {
        let operation = specs.operation(&key.value)?;
        Some((specs.documents.get(operation.api)?, operation))
    });
    let mut resolved = skeleton(tool, group);
    let mut scope = Scope::new(tool, world);
    match found {
        Some((document, operation)) => {
            with_operation(&mut scope, &mut resolved, document, operation);
        }
        None => handler::inputs(&mut scope, &mut resolved),
    }
    automatic::arguments(&mut scope, &resolved);
    writes::bind(&mut scope, &mut resolved, found);
    scope.unused_inputs(&resolved);
    resolved.defaults = scope
        .arguments
        .iter()
        .filter_map(|argument| Some((argument.name.clone(), argument.default.clone()?)))
        .collect();
    resolved.full = full(&scope.arguments, &scope.definitions);
    let depth = tool.body.as_ref().and_then(|body| body.depth);
    let beside = FRAME_BYTES + resolved.name.len() + resolved.title.len() + resolved.about.len();
    let listed = listed(&resolved.full, depth.unwrap_or(DEPTH), beside);
    resolved.listed = listed.schema;
    (resolved, listed.bytes)
}

fn with_operation(
    scope: &mut Scope<'_>,
    resolved: &mut plan::Tool,
    document: &Document,
    operation: Operation<'_>,
) {
    let (paging, consumed) = paging::of(scope, document, operation, resolved.effect);
    resolved.paging = paging;
    let mut converter = Converter::new(document, Side::Shown);
    resolved.params = params::bind(scope, document, operation, &consumed, &mut converter);
    body::arguments(scope, document, operation, &consumed, &mut converter);
    handler::extra_inputs(scope);
    resolved.body = body::plan(scope, document, operation, &consumed);
    scope.definitions = converter.finish();
    if resolved.evidence == Evidence::Spec
        && operation
            .value
            .get("x-evidence")
            .and_then(serde_json::Value::as_str)
            == Some("documented")
    {
        resolved.evidence = Evidence::Documented;
    }
}

fn skeleton(tool: &Tool, group: &Group) -> plan::Tool {
    let text = |text: &super::model::Spanned<String>| text.value.clone();
    plan::Tool {
        name: text(&tool.name),
        title: tool
            .title
            .as_ref()
            .map_or_else(|| title(&tool.name.value), text),
        aliases: tool.alias.iter().map(text).collect(),
        group: text(&tool.group),
        about: text(&tool.about),
        effect: tool.effect,
        credential: tool.credential.unwrap_or(group.credential),
        operation: tool.operation.as_ref().map(text),
        handler: tool.handler.as_ref().map(text),
        uses: tool.uses.iter().map(text).collect(),
        listed: serde_json::Value::Null,
        full: serde_json::Value::Null,
        defaults: Vec::new(),
        params: Vec::new(),
        body: BodyPlan::None,
        target: None,
        before: Before::NotNeeded,
        after: None,
        draft: None,
        traces: None,
        shape: None,
        becomes: Vec::new(),
        steps: Vec::new(),
        revert: Revert::No(if tool.effect == Effect::Read {
            "it changes nothing".to_owned()
        } else {
            String::new()
        }),
        paging: Paging::None { items: None },
        task: tool.task.as_ref().map(text),
        plan: tool.plan.as_ref().map(text),
        evidence: tool.evidence.unwrap_or(Evidence::Spec),
        warning: tool.warning.as_ref().map(text),
        impact: None,
        unseen: tool.fate.as_ref().map(text),
        secrets: tool.secret.iter().map(text).collect(),
        core: tool.core,
        words: tool.words.as_ref().map(text).unwrap_or_default(),
    }
}

const ACRONYMS: &[(&str, &str)] = &[
    ("jsm", "JSM"),
    ("sla", "SLA"),
    ("api", "API"),
    ("scim", "SCIM"),
];
const NOUNS: &[&str] = &["list", "details", "health", "whoami"];

/// A title from a name: `custom_field_update` is "Update custom field", `project_list` "Project list".
fn title(name: &str) -> String {
    let mut words: Vec<&str> = name.split('_').collect();
    if let Some(verb) = words.pop() {
        if NOUNS.contains(&verb) {
            words.push(verb);
        } else {
            words.insert(0, verb);
        }
    }
    let spelled: Vec<&str> = words
        .into_iter()
        .map(|word| {
            ACRONYMS
                .iter()
                .find(|(plain, _)| *plain == word)
                .map_or(word, |(_, spelled)| spelled)
        })
        .collect();
    let text = spelled.join(" ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn titles_follow_names() {
        assert_eq!(title("custom_field_update"), "Update custom field");
        assert_eq!(title("project_list"), "Project list");
        assert_eq!(
            title("jsm_organization_user_add"),
            "Add JSM organization user"
        );
    }
}
