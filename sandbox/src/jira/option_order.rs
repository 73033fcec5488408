//! What becomes of options of select fields: their order, their end, and the issues that have them.

use serde_json::{Value, json};

use super::options::{of, select};
use super::projects::text;
use super::tasks;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// `GET /customFieldOption/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let option = call.find(Kind::FieldOption, &id, "The option was not found.")?;
    let at = call.link(&format!("/rest/api/3/customFieldOption/{id}"));
    Ok(Answer::ok(json!({ "self": at, "value": option["value"] })))
}

/// `PUT /field/{fieldId}/context/{contextId}/option/move`. The context holds the order only where it
/// is not the one in which the options were made.
pub(crate) fn reorder(call: &mut Call<'_>) -> Outcome {
    let id = select(call)?;
    let mut order: Vec<String> = of(call, &id).iter().map(|o| text(o, "id")).collect();
    let moved: Vec<String> = call.body["customFieldOptionIds"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| Some(id.as_str()?.to_owned()))
        .collect();
    if let Some(unknown) = moved.iter().find(|id| !order.contains(id)) {
        return Err(Refusal::not_found(format!(
            "Option {unknown} was not found."
        )));
    }
    order.retain(|id| !moved.contains(id));
    let at = match (call.text("after"), call.text("position")) {
        (Some(after), _) => {
            let found = order.iter().position(|id| id == after);
            found.ok_or_else(|| Refusal::not_found(format!("Option {after} was not found.")))? + 1
        }
        (None, Some("First")) => 0,
        (None, Some("Last")) => order.len(),
        (None, _) => return Err(Refusal::bad("Either after or position is required.")),
    };
    order.splice(at..at, moved);
    let options = call.of(Kind::FieldOption).entries();
    let made: Vec<&str> = options
        .filter(|(_, option)| option["contextId"] == *id)
        .map(|(id, _)| id)
        .collect();
    let as_made = made == order;
    if let Some(Value::Object(context)) = call.of_mut(Kind::FieldContext).get_mut(&id) {
        if as_made {
            context.remove("optionOrder");
        } else {
            context.insert("optionOrder".to_owned(), json!(order));
        }
    }
    Ok(Answer::empty(204))
}

/// `DELETE /field/{fieldId}/context/{contextId}/option/{optionId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let (context, id) = (select(call)?, option(call)?);
    let below = call.of(Kind::FieldOption).find(|o| o["optionId"] == *id);
    if below.is_some() {
        return Err(Refusal::bad("The option has cascading options."));
    }
    call.of_mut(Kind::FieldOption).remove(&id);
    if let Some(context) = call.of_mut(Kind::FieldContext).get_mut(&context)
        && let Some(order) = context["optionOrder"].as_array_mut()
    {
        order.retain(|held| *held != *id);
    }
    Ok(Answer::empty(204))
}

/// `DELETE /field/{fieldId}/context/{contextId}/option/{optionId}/issue`: a task does it.
pub(crate) fn replace(call: &mut Call<'_>) -> Outcome {
    let (context, id) = (select(call)?, option(call)?);
    let other = call.get("replaceWith").map(str::to_owned);
    if let Some(other) = &other
        && !of(call, &context).iter().any(|o| o["id"] == **other)
    {
        return Err(Refusal::not_found("The replacing option was not found."));
    }
    let with = json!({ "field": call.id("fieldId"), "option": id, "other": other });
    Ok(tasks::started(call, "replace option", &with))
}

/// What the task does: issues that have the option have the other one, or none.
pub(crate) fn exchange(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let field = text(with, "field");
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if issue[&field] == with["option"] {
            issue[&field] = with["other"].clone();
        }
    }
    Ok("The option was replaced.".to_owned())
}

/// The option of the path, which is one of the context.
fn option(call: &Call<'_>) -> Result<String, Refusal> {
    let (context, id) = (call.id("contextId"), call.id("optionId"));
    let found = call.find(Kind::FieldOption, &id, "The option was not found.")?;
    if found["contextId"] != *context {
        return Err(Refusal::not_found("The option was not found."));
    }
    Ok(id)
}
