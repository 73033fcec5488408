//! Imports that were set up for a schema, and their runs. An external import is fed by another
//! program and runs until that program has ended it; the others end by themselves.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// How long a run goes on that needs nobody, in milliseconds.
const RUN_MILLIS: i64 = 60_000;

const EXTERNAL: &str = "rlabs-import-type-external";

/// `GET /importsource/{id}`: with its schedule where it has one.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "id")?;
    let mut shown = pick(
        &import,
        &[
            "id",
            "collectionId",
            "name",
            "created",
            "updated",
            "description",
            "importSourceModuleKey",
            "defaultConcatenator",
            "defaultHandleEmptyValues",
            "defaultHandleUnknownValues",
            "dateFormat",
            "dateTimeFormat",
            "tokenGenerated",
        ],
    );
    shown["importStatus"] =
        json!({ "configurationStatusType": "ENABLED", "validationStatusType": "VALID" });
    let scheduled = schedule(call, &import).map(|schedule| {
        json!({
            "importScheduleId": schedule["id"], "startTime": schedule["startTime"],
            "runFrequency": schedule["runInterval"], "createdAt": schedule["created"],
        })
    });
    shown["isImportSourceSchedulingEnabled"] = json!(import["importSourceModuleKey"] != EXTERNAL);
    if let Some(scheduled) = scheduled {
        shown["scheduledImportDetails"] = scheduled;
    }
    Ok(Answer::ok(shown))
}

/// `GET /importsource/{importSourceId}/configstatus`.
pub(crate) fn status(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "importSourceId")?;
    let status = if runs(call, &import).any(|run| is_running(call, run)) {
        "RUNNING"
    } else if lacks_mapping(&import) {
        "MISSING_MAPPING"
    } else {
        "IDLE"
    };
    Ok(Answer::ok(json!({ "status": status })))
}

/// `POST /import/start/{id}`.
pub(crate) fn start(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "id")?;
    let id = call.tenant.entropy.uuid();
    let run = json!({
        "id": id, "importSourceId": import["id"], "status": "PROCESSING", "started": call.now(),
    });
    call.of_mut(Kind::AssetImportRun).put(&id, run.clone());
    Ok(Answer::ok(progress_of(call, &run)))
}

/// `GET /progress/category/imports/{id}`: of the last run.
pub(crate) fn progress(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "id")?;
    let last = runs(call, &import).last();
    let last = last.ok_or_else(|| Refusal::not_found("The import has never run."))?;
    Ok(Answer::ok(progress_of(call, last)))
}

/// `GET /importsource/{importSourceId}/executions/status`.
pub(crate) fn last_run(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "importSourceId")?;
    let last = runs(call, &import).last();
    let last = last.ok_or_else(|| Refusal::bad("The import has never run."))?;
    Ok(Answer::ok(show_run(call, last)))
}

/// `GET /importsource/{importSourceId}/executions/{importExecutionId}/status`.
pub(crate) fn run(call: &mut Call<'_>) -> Outcome {
    let run = find_run(call)?;
    Ok(Answer::ok(show_run(call, &run)))
}

/// `DELETE /importsource/{importSourceId}/executions/{importExecutionId}`: only while it runs.
pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let mut run = find_run(call)?;
    if !is_running(call, &run) {
        return Err(Refusal::bad("The execution is not running."));
    }
    run["status"] = json!("CANCELLED");
    run["ended"] = json!(call.now());
    let id = text(&run, "id");
    call.of_mut(Kind::AssetImportRun).put(id, run);
    Ok(Answer::empty(200))
}

/// `GET /importsource/{importSourceId}/schema-and-mapping`.
pub(crate) fn mapping(call: &mut Call<'_>) -> Outcome {
    let import = external(call)?;
    if lacks_mapping(&import) {
        return Err(Refusal::bad("The import has no mapping."));
    }
    Ok(Answer::ok(pick(&import, &["schema", "mapping"])))
}

/// `PUT /importsource/{importSourceId}/mapping`: the first one.
pub(crate) fn first_mapping(call: &mut Call<'_>) -> Outcome {
    let import = external(call)?;
    if !lacks_mapping(&import) {
        return Err(Refusal::conflict(
            "A mapping already exists for this import.",
        ));
    }
    write_mapping(call, import)
}

/// `PATCH /importsource/{importSourceId}/mapping`: each part that is given becomes what is given.
pub(crate) fn change_mapping(call: &mut Call<'_>) -> Outcome {
    let import = external(call)?;
    if lacks_mapping(&import) {
        return Err(Refusal::bad("The import has no mapping."));
    }
    write_mapping(call, import)
}

/// `GET /importsource/{importSourceId}/schedule`: where a schedule is made, and where it is.
pub(crate) fn schedule_links(call: &mut Call<'_>) -> Outcome {
    let import = find(call, "importSourceId")?;
    let all = call.link(&format!(
        "/importsource/{}/importschedule",
        text(&import, "id")
    ));
    let mut links = json!({ "createSchedule": all });
    if let Some(schedule) = schedule(call, &import) {
        links["schedule"] = json!(format!("{all}/{}", text(schedule, "id")));
    }
    Ok(Answer::ok(json!({ "links": links, "result": "success" })))
}

/// Refuses a schedule for an import that another program feeds.
pub(crate) fn can_be_scheduled(call: &mut Call<'_>, _: &mut Value) -> Result<(), Refusal> {
    let import = find(call, "importSourceId")?;
    if import["importSourceModuleKey"] == EXTERNAL {
        return Err(Refusal::bad("This type of import cannot be scheduled."));
    }
    Ok(())
}

fn find(call: &Call<'_>, param: &str) -> Result<Value, Refusal> {
    call.find(
        Kind::AssetImport,
        &call.id(param),
        "The import does not exist.",
    )
}

/// The import, if it is one whose mapping is given by a program.
fn external(call: &Call<'_>) -> Result<Value, Refusal> {
    let import = find(call, "importSourceId")?;
    if import["importSourceModuleKey"] == EXTERNAL {
        Ok(import)
    } else {
        Err(Refusal::bad("The import is not an external one."))
    }
}

fn lacks_mapping(import: &Value) -> bool {
    import["importSourceModuleKey"] == EXTERNAL && import["mapping"].is_null()
}

fn write_mapping(call: &mut Call<'_>, mut import: Value) -> Outcome {
    if runs(call, &import).any(|run| is_running(call, run)) {
        return Err(Refusal::bad("The import is running."));
    }
    let mappings = &call.body["mapping"]["objectTypeMappings"];
    if !call.body["mapping"].is_null() && !mappings.is_array() {
        return Err(Refusal::field("mapping", "names no object types"));
    }
    call.merge(&mut import, &["schema", "mapping"]);
    let id = text(&import, "id");
    call.of_mut(Kind::AssetImport).put(id, import);
    Ok(Answer::empty(204))
}

fn schedule<'a>(call: &'a Call<'_>, import: &Value) -> Option<&'a Value> {
    call.of(Kind::AssetImportSchedule)
        .find(|s| s["importSourceId"] == import["id"])
}

fn runs<'a>(call: &'a Call<'_>, import: &Value) -> impl Iterator<Item = &'a Value> {
    let id = import["id"].clone();
    let all = call.of(Kind::AssetImportRun).values();
    all.filter(move |run| run["importSourceId"] == id)
}

fn find_run(call: &Call<'_>) -> Result<Value, Refusal> {
    let import = find(call, "importSourceId")?;
    let id = call.id("importExecutionId");
    let found = runs(call, &import).find(|run| run["id"] == *id);
    found
        .cloned()
        .ok_or_else(|| Refusal::not_found("The execution does not exist."))
}

/// How a run stands now: one that needs nobody is done after a while.
fn standing(call: &Call<'_>, run: &Value) -> String {
    let started = run["started"].as_i64().unwrap_or_default();
    let status = text(run, "status");
    if status == "PROCESSING" && call.now() >= started + RUN_MILLIS {
        return "DONE".to_owned();
    }
    status
}

fn is_running(call: &Call<'_>, run: &Value) -> bool {
    matches!(standing(call, run).as_str(), "INGESTING" | "PROCESSING")
}

fn show_run(call: &Call<'_>, run: &Value) -> Value {
    let running = is_running(call, run);
    json!({
        "status": standing(call, run),
        "progressResult": {
            "type": "IMPORT", "jobId": run["id"], "importSourceId": run["importSourceId"],
            "started": time::iso(run["started"].as_i64().unwrap_or_default()),
            "status": if running { "IN_PROGRESS" } else { "FINISHED" },
            "objectTypeResultMap": {}, "errorMessages": null, "totalNumberEntriesInImport": 0,
        },
    })
}

fn progress_of(call: &Call<'_>, run: &Value) -> Value {
    let running = is_running(call, run);
    json!({
        "progressInPercent": if running { 0 } else { 100 }, "resourceId": run["importSourceId"],
        "category": "imports", "status": if running { "IN_PROGRESS" } else { "FINISHED" },
        "currentStep": if running { 1 } else { 3 }, "numberOfSteps": 3, "executionUUID": run["id"],
        "startDate": time::iso(run["started"].as_i64().unwrap_or_default()), "actor": call.account,
    })
}
