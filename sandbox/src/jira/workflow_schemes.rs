//! Workflow schemes and their drafts: made, changed and deleted, and which workflow they give to
//! an issue type.

use serde_json::{Map, Value, json};

use super::projects::text;
use super::publish;
use super::usages;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;
use crate::state::time;

pub(crate) const NONE: &str = "The workflow scheme does not exist.";
pub(crate) const NO_DRAFT: &str = "The workflow scheme does not have a draft.";
/// The scheme of projects that were given no other.
pub(crate) const DEFAULT: &str = "10100";
/// The workflow of schemes that name no other.
pub(crate) const OWN: &str = "jira";
/// How often each scheme was changed.
pub(crate) const CHANGES: Kind = Kind("WorkflowSchemeChanges");

/// What a request is about: a scheme, or its draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Scheme,
    Draft,
}

impl Of {
    const fn kind(self) -> Kind {
        match self {
            Self::Scheme => Kind::WorkflowScheme,
            Self::Draft => Kind::WorkflowSchemeDraft,
        }
    }
}

/// The scheme that the path names, or its draft.
pub(crate) fn held(call: &Call<'_>, of: Of) -> Result<Value, Refusal> {
    let id = call.id("id");
    let scheme = call.find(Kind::WorkflowScheme, &id, NONE)?;
    match of {
        Of::Scheme => Ok(scheme),
        Of::Draft => call.find(Kind::WorkflowSchemeDraft, &id, NO_DRAFT),
    }
}

/// What a read is about: the draft where it is asked for and there is one.
pub(crate) fn read_from(call: &Call<'_>, of: Of) -> Result<Value, Refusal> {
    if of == Of::Scheme && call.flag("returnDraftIfExists") {
        return held(call, Of::Draft).or_else(|_| held(call, Of::Scheme));
    }
    held(call, of)
}

/// What a change goes to. A scheme that projects use is not changed; its draft is, where the
/// request wants that.
pub(crate) fn editable(call: &mut Call<'_>, of: Of) -> Result<Of, Refusal> {
    let stored = held(call, of)?;
    let id = call.id("id");
    if of == Of::Draft || !is_active(call, &id) {
        return Ok(of);
    }
    if !(call.flag("updateDraftIfNeeded") || call.body["updateDraftIfNeeded"] == true) {
        return Err(Refusal::bad(
            "The workflow scheme is active and cannot be edited; its draft can.",
        ));
    }
    if call.of(Kind::WorkflowSchemeDraft).get(&id).is_none() {
        begin(call, &id, &stored);
    }
    Ok(Of::Draft)
}

/// Changes a scheme or a draft and answers it.
pub(crate) fn change(call: &mut Call<'_>, of: Of, how: impl FnOnce(&mut Value)) -> Outcome {
    let (id, now) = (call.id("id"), time::jira(call.now()));
    if let Some(stored) = call.of_mut(of.kind()).get_mut(&id) {
        how(stored);
        if of == Of::Draft {
            stored["lastModified"] = json!(now);
        }
    }
    if of == Of::Scheme {
        count(call.tenant, &id);
    }
    shown(call, of)
}

fn shown(call: &Call<'_>, of: Of) -> Outcome {
    let scheme = held(call, Of::Scheme)?;
    Ok(Answer::ok(match of {
        Of::Scheme => publish::show(call, &scheme),
        Of::Draft => publish::show_draft(call, &scheme, &held(call, of)?),
    }))
}

/// `POST /workflowscheme`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    is_free(call, &name, "")?;
    names_what_exists(call, &call.body)?;
    let id = call.of_mut(Kind::WorkflowScheme).allocate();
    let mut scheme = json!({
        "id": id, "name": name, "description": "", "defaultWorkflow": OWN, "issueTypeMappings": {},
    });
    call.merge(
        &mut scheme,
        &["description", "defaultWorkflow", "issueTypeMappings"],
    );
    let answer = publish::show(call, &scheme);
    call.of_mut(Kind::WorkflowScheme)
        .put(id.to_string(), scheme);
    Ok(Answer::created(answer))
}

/// `PUT /workflowscheme/{id}`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    held(call, Of::Scheme)?;
    if call.text("name").is_some() {
        is_free(call, &call.demand("name")?, &call.id("id"))?;
    }
    names_what_exists(call, &call.body)?;
    let of = editable(call, Of::Scheme)?;
    let mut members = vec!["description", "defaultWorkflow", "issueTypeMappings"];
    if of == Of::Scheme {
        members.push("name");
    }
    lay(call, of, &members)
}

/// `DELETE /workflowscheme/{id}`: only one that no project uses.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    held(call, Of::Scheme)?;
    let id = call.id("id");
    if id == DEFAULT || is_active(call, &id) {
        return Err(Refusal::bad(
            "The workflow scheme is active and cannot be deleted.",
        ));
    }
    call.of_mut(Kind::WorkflowScheme).remove(&id);
    Ok(Answer::empty(204))
}

/// `POST /workflowscheme/{id}/createdraft`.
pub(crate) fn create_draft(call: &mut Call<'_>) -> Outcome {
    let scheme = held(call, Of::Scheme)?;
    let id = call.id("id");
    if !is_active(call, &id) {
        return Err(Refusal::bad("The workflow scheme is not active."));
    }
    if held(call, Of::Draft).is_ok() {
        return Err(Refusal::bad("The workflow scheme has a draft already."));
    }
    begin(call, &id, &scheme);
    let draft = held(call, Of::Draft)?;
    Ok(Answer::created(publish::show_draft(call, &scheme, &draft)))
}

/// `PUT /workflowscheme/{id}/draft`: makes it where there is none.
pub(crate) fn update_draft(call: &mut Call<'_>) -> Outcome {
    let scheme = held(call, Of::Scheme)?;
    names_what_exists(call, &call.body)?;
    let id = call.id("id");
    if held(call, Of::Draft).is_err() {
        if !is_active(call, &id) {
            return Err(Refusal::not_found(NO_DRAFT));
        }
        begin(call, &id, &scheme);
    }
    let members = ["description", "defaultWorkflow", "issueTypeMappings"];
    lay(call, Of::Draft, &members)
}

/// `DELETE /workflowscheme/{id}/draft`.
pub(crate) fn delete_draft(call: &mut Call<'_>) -> Outcome {
    held(call, Of::Draft)?;
    let id = call.id("id");
    call.of_mut(Kind::WorkflowSchemeDraft).remove(&id);
    Ok(Answer::empty(204))
}

fn lay(call: &mut Call<'_>, of: Of, members: &[&str]) -> Outcome {
    let mut stored = held(call, of)?;
    call.merge(&mut stored, members);
    change(call, of, |slot| *slot = stored)
}

fn begin(call: &mut Call<'_>, id: &str, scheme: &Value) {
    let draft = json!({
        "id": scheme["id"], "description": scheme["description"],
        "defaultWorkflow": scheme["defaultWorkflow"],
        "issueTypeMappings": scheme["issueTypeMappings"],
        "lastModified": time::jira(call.now()),
    });
    call.of_mut(Kind::WorkflowSchemeDraft).put(id, draft);
}

/// Whether a project uses the scheme.
pub(crate) fn is_active(call: &Call<'_>, id: &str) -> bool {
    let projects = usages::standing(call);
    projects.iter().any(|p| text(p, "workflowScheme") == id)
}

/// Refuses a name that another scheme has.
pub(crate) fn is_free(call: &Call<'_>, name: &str, id: &str) -> Result<(), Refusal> {
    let mut others = call.of(Kind::WorkflowScheme).entries();
    if others.any(|(other, s)| other != id && text(s, "name").eq_ignore_ascii_case(name)) {
        return Err(Refusal::field(
            "name",
            "A workflow scheme with this name exists already.",
        ));
    }
    Ok(())
}

/// Refuses workflows and issue types that do not exist.
fn names_what_exists(call: &Call<'_>, given: &Value) -> Result<(), Refusal> {
    if let Some(name) = given["defaultWorkflow"].as_str() {
        is_workflow(call, name)?;
    }
    for (of, workflow) in given["issueTypeMappings"].as_object().into_iter().flatten() {
        if call.of(Kind::IssueType).get(of).is_none() {
            return Err(Refusal::bad(format!("There is no issue type {of}.")));
        }
        is_workflow(call, workflow.as_str().unwrap_or_default())?;
    }
    Ok(())
}

/// Refuses the name of a workflow that does not exist.
pub(crate) fn is_workflow(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    match named(call, name) {
        Some(_) => Ok(()),
        None => Err(Refusal::bad(format!("There is no workflow '{name}'."))),
    }
}

/// The workflow of a name.
pub(crate) fn named<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a Value> {
    call.of(Kind::Workflow).find(|w| w["name"] == *name)
}

/// The workflow that a scheme (or a draft) gives to issues of a type.
pub(crate) fn workflow_for<'a>(call: &'a Call<'_>, scheme: &Value, of: &str) -> Option<&'a Value> {
    let own = scheme["issueTypeMappings"][of].as_str();
    named(call, own.or(scheme["defaultWorkflow"].as_str())?)
}

/// The workflows of single issue types, to be changed.
pub(crate) fn mappings(scheme: &mut Value) -> Option<&mut Map<String, Value>> {
    scheme["issueTypeMappings"].as_object_mut()
}

/// Counts a change of a scheme.
pub(crate) fn count(tenant: &mut Tenant, id: &str) {
    let number = changes(tenant, id) + 1;
    tenant.of_mut(CHANGES).put(id, json!(number));
}

/// The version of a scheme: its number follows from the changes, its id from both.
pub(crate) fn version(tenant: &Tenant, id: &str) -> Value {
    let number = changes(tenant, id) + 1;
    let uuid = format!("{number:08}-0000-4000-8000-{id:0>12}");
    json!({ "id": uuid, "versionNumber": number })
}

fn changes(tenant: &Tenant, id: &str) -> u64 {
    tenant.get(CHANGES, id).and_then(Value::as_u64).unwrap_or(0)
}
