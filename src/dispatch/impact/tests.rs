//! What is found out about the reach of a change, and what when it cannot be.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::Instant;

use super::ask::Found;
use super::bounds::TIME;
use super::*;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Effect, Paging};
use crate::catalog::table::IMPACTS;
use crate::upstream::Request;

/// What Atlassian is made to answer.
type Answer = fn(&Request) -> Result<Value, Fault>;

/// A line that answers from a script, and counts.
struct Script {
    answer: Answer,
    /// How long an answer takes.
    takes: Duration,
    /// Whether every list has one more page.
    endless: bool,
    asked: AtomicU32,
    flying: AtomicUsize,
    most: AtomicUsize,
}

impl Script {
    fn of(answer: Answer) -> Self {
        Self {
            answer,
            takes: Duration::from_millis(1),
            endless: false,
            asked: AtomicU32::new(0),
            flying: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Ask for Script {
    async fn ask(
        &self,
        request: &Request,
        paging: Paging,
        _: Option<&str>,
    ) -> Result<Found, Fault> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let flying = 1 + self.flying.fetch_add(1, Ordering::SeqCst);
        self.most.fetch_max(flying, Ordering::SeqCst);
        tokio::time::sleep(self.takes).await;
        self.flying.fetch_sub(1, Ordering::SeqCst);
        let body = (self.answer)(request)?;
        let items = match paging {
            Paging::None { .. } => vec![body],
            Paging::Offset { items, .. } | Paging::Cursor { items, .. } => {
                pointer::find(&body, items)
                    .unwrap()
                    .as_array()
                    .unwrap()
                    .clone()
            }
        };
        let next =
            (self.endless && !matches!(paging, Paging::None { .. })).then(|| "more".to_owned());
        Ok(Found { items, next })
    }
}

fn impact_of(kind: &str) -> &'static Impact {
    IMPACTS.iter().find(|impact| impact.kind == kind).unwrap()
}

async fn report(kind: &str, line: &Script) -> Report {
    let arguments = json!({
        "fieldId": "customfield_7", "directoryId": "d", "objectTypeId": "5", "schemeId": "7",
        "screenId": "7", "contextId": "7", "projectId": "1",
    });
    let looking = Looking {
        tool: catalog::tool("permission_scheme_update").unwrap(),
        facts: Facts {
            arguments: arguments.as_object(),
            target: Some("7"),
            org: Some("o"),
            ..Facts::default()
        },
    };
    looking
        .report(
            impact_of(kind),
            line,
            &Bounds::within(Deadline::within(TIME)),
        )
        .await
}

/// A site with two projects, 1 and 2, that use everything; a third uses nothing.
#[expect(clippy::unnecessary_wraps, reason = "other sites do not answer")]
fn small(request: &Request) -> Result<Value, Fault> {
    let (_, id) = request.operation.key.split_once(':').unwrap();
    Ok(match id {
        "searchProjects" => json!({"values": [
            {"id": "1", "key": "ONE", "name": "First", "style": "classic", "issueTypes": [{"id": "7"}]},
            {"id": "2", "key": "TWO", "name": "Second", "style": "classic", "issueTypes": [{"id": "8"}, {"id": "7"}]},
            {"id": "3", "key": "TRI", "name": "Third", "style": "next-gen", "issueTypes": [{"id": "8"}]},
        ]}),
        "searchProjectsUsingSecuritySchemes" => json!({"values": [
            {"issueSecuritySchemeId": "7", "projectId": "1"},
            {"issueSecuritySchemeId": "7", "projectId": "2"},
        ]}),
        "getAssignedPermissionScheme" if request.params["projectKeyOrId"] == "3" => {
            json!({"id": 8})
        }
        "getAssignedPermissionScheme" => json!({"id": 7}),
        "getNotificationSchemeToProjectMappings" => json!({"values": [
            {"notificationSchemeId": "7", "projectId": "1"},
            {"notificationSchemeId": "7", "projectId": "2"},
        ]}),
        "getProjectUsagesForWorkflowScheme"
        | "getProjectUsagesForWorkflow"
        | "getProjectUsagesForStatus" => {
            json!({"projects": {"values": [{"id": "1"}, {"id": "2"}]}})
        }
        "getIssueTypeSchemeForProjects" => json!({"values": [
            {"issueTypeScheme": {"id": "7"}, "projectIds": ["1", "2"]},
            {"issueTypeScheme": {"id": "8"}, "projectIds": ["3"]},
        ]}),
        "getScreenSchemes" => {
            let mut schemes = vec![
                json!({"id": 7, "screens": {"default": 9, "create": 1, "edit": 7}, "issueTypeScreenSchemes": {"values": [{"id": "20"}, {"id": "21"}]}}),
                json!({"id": 8, "screens": {"default": 9}, "issueTypeScreenSchemes": {"values": [{"id": "22"}]}}),
            ];
            schemes.retain(|scheme| request.params.get("id").is_none() || scheme["id"] == 7);
            json!({ "values": schemes })
        }
        "getProjectsForIssueTypeScreenScheme" => {
            let asked = request.params["issueTypeScreenSchemeId"].as_str().unwrap();
            let project = match asked {
                "7" | "20" => vec!["1", "2"],
                "21" => vec!["2"],
                _ => vec!["3"],
            };
            json!({"values": project.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()})
        }
        "getProjectsWithFieldSchemes" => json!({"values": [{"projectId": 1, "schemeId": 7}]}),
        "searchFieldAssociationSchemeProjects" | "getProjectsByPriorityScheme" => {
            json!({"values": [{"id": "1"}, {"id": "2"}]})
        }
        "getProjectContextMapping" => json!({"values": [
            {"contextId": "7", "projectId": "1"}, {"contextId": "7", "projectId": "2"},
        ]}),
        "getScreensForField" => json!({"total": 3, "values": [{}]}),
        "getUsersFromGroup" => json!({"total": 12, "values": [{}]}),
        "getGroup" => json!({"data": {"counts": {"users": 12}}}),
        "countObjectsByAql" => json!({"totalCount": 41}),
        "getPrioritySchemes" => json!({"values": [{"id": "7"}]}),
        "countIssues" => {
            let jql = request.body.as_ref().unwrap()["jql"].as_str().unwrap();
            let own = ["issuetype = 7", "priority = 7", "resolution = 7"];
            assert!(jql == "project in (1, 2)" || own.contains(&jql), "{jql}");
            json!({"count": 90})
        }
        other => panic!("{other} is not expected"),
    })
}

#[tokio::test(start_paused = true)]
async fn every_kind_leads_to_its_projects_or_says_that_nothing_does() {
    for impact in IMPACTS {
        let line = Script::of(small);
        let report = report(impact.kind, &line).await;
        let warning = report.warning();
        let shown = report.into_json();
        if impact.walk.is_empty() {
            assert_eq!(shown.get("projects"), None, "{shown:#}");
            assert!(
                shown["untold"].as_str().unwrap().contains("cannot be told"),
                "{shown:#}"
            );
            assert_eq!(
                shown["others"].is_object(),
                !impact.counts.is_empty(),
                "{shown:#}"
            );
            assert_eq!(warning, None);
            continue;
        }
        let projects = json!([
            {"id": "1", "key": "ONE", "name": "First"}, {"id": "2", "key": "TWO", "name": "Second"},
        ]);
        assert_eq!(shown["projects"], projects, "{}: {shown:#}", impact.kind);
        assert_eq!(shown["total"], 2);
        assert_eq!(
            (&shown["issues"], &shown["approximate"]),
            (&json!(90), &json!(true))
        );
        assert_eq!(shown.get("untold"), None, "{shown:#}");
        let said = format!("2 projects share this {}; all of them change", impact.what);
        assert_eq!(warning, Some(said));
    }
}

/// A target that several projects may share, of every kind that this server knows.
#[test]
fn every_shared_kind_has_an_impact() {
    let kinds: BTreeSet<&str> = IMPACTS.iter().map(|impact| impact.kind).collect();
    for kind in [
        "permission_scheme",
        "notification_scheme",
        "workflow_scheme",
        "workflow",
        "screen",
        "screen_scheme",
        "issue_type_scheme",
        "issue_type_screen_scheme",
        "field_scheme",
        "issue_security_scheme",
        "issue_security_level",
        "project_role",
        "custom_field",
        "custom_field_context",
        "status",
        "group",
        "org_group",
        "asset_type",
        "asset_attribute",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let mut told = 0;
    // What the manifest declines with a reason.
    let declined = ["custom_field_restore"];
    for tool in catalog::tools()
        .iter()
        .filter(|tool| !declined.contains(&tool.name))
    {
        let changes = !matches!(tool.effect, Effect::Read | Effect::Create);
        let shared = tool
            .target
            .as_ref()
            .is_some_and(|target| kinds.contains(target.kind));
        assert_eq!(tool.impact.is_some(), changes && shared, "{}", tool.name);
        told += usize::from(tool.impact.is_some());
    }
    assert!(told >= 15, "{told}");
}

#[tokio::test(start_paused = true)]
async fn what_applies_everywhere_names_no_project() {
    let line = Script::of(|request| {
        Ok(match request.operation.key {
            "jira-platform:getProjectContextMapping" => {
                json!({"values": [{"contextId": "1", "isGlobalContext": true}]})
            }
            _ => json!({"total": 1}),
        })
    });
    let report = report("custom_field", &line).await;
    assert_eq!(
        report.warning().unwrap(),
        "this custom field applies in every project, and all of them change"
    );
    let shown = report.into_json();
    assert_eq!(
        shown,
        json!({"of": "custom field", "everywhere": true, "others": {"screens": 1}})
    );
    assert_eq!(line.asked(), 2);
}

/// Some kinds have nothing that could be read, and only say so.
fn asks(impact: &Impact) -> bool {
    !impact.walk.is_empty() || !impact.counts.is_empty()
}

#[tokio::test(start_paused = true)]
async fn an_atlassian_that_does_not_answer_is_said_and_not_fatal() {
    for impact in IMPACTS.iter().filter(|impact| asks(impact)) {
        let line = Script::of(|_| Err(Fault::new(Code::InsufficientPermissions, "no")));
        let report = report(impact.kind, &line).await;
        let warned = report.warning().is_some();
        let shown = report.into_json();
        assert_eq!(warned, !impact.walk.is_empty(), "{shown:#}");
        assert_eq!(shown.get("projects"), None, "{shown:#}");
        let untold = shown["untold"].as_str().unwrap();
        assert!(untold.contains("INSUFFICIENT_PERMISSIONS"), "{untold}");
    }
}

#[tokio::test(start_paused = true)]
async fn some_projects_that_cannot_be_read_make_the_number_a_least() {
    let line = Script::of(|request| match request.params.get("projectKeyOrId") {
        Some(id) if id == "2" => Err(Fault::new(Code::NotFound, "hidden")),
        _ => small(request),
    });
    let report = report("permission_scheme", &line).await;
    assert!(
        report
            .warning()
            .unwrap()
            .contains("could not be told how many")
    );
    let shown = report.into_json();
    assert_eq!(
        (&shown["total"], &shown["at_least"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(shown["projects"][0]["key"], "ONE");
    assert_eq!(shown.get("issues"), None, "{shown:#}");
    assert!(shown["untold"].as_str().unwrap().contains("NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_atlassian_costs_eight_seconds_and_no_more() {
    for impact in IMPACTS.iter().filter(|impact| asks(impact)) {
        let mut line = Script::of(small);
        line.takes = Duration::from_hours(1);
        let begun = Instant::now();
        let shown = report(impact.kind, &line).await.into_json();
        assert!(
            begun.elapsed() <= TIME + Duration::from_millis(10),
            "{:?}",
            begun.elapsed()
        );
        assert!(
            shown["untold"].as_str().unwrap().contains("no time left"),
            "{shown:#}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn reads_are_bounded_in_number_and_at_once() {
    let mut endless = Script::of(small);
    endless.endless = true;
    let shown = report("notification_scheme", &endless).await.into_json();
    assert_eq!(shown["at_least"], true);
    assert!(
        shown["untold"].as_str().unwrap().contains("more reads"),
        "{shown:#}"
    );
    assert!(endless.asked() <= 80, "{}", endless.asked());

    let sixty = Script::of(|request| many(request, 60));
    let shown = report("permission_scheme", &sixty).await.into_json();
    assert_eq!(shown["total"], 60, "{shown:#}");
    assert_eq!(shown["projects"].as_array().unwrap().len(), MOST_NAMED);
    assert!(sixty.asked() <= 80, "{}", sixty.asked());
    assert_eq!(sixty.most.load(Ordering::SeqCst), 4);

    let more = Script::of(|request| many(request, 61));
    let report = report("permission_scheme", &more).await;
    assert_eq!(report.stop, Some(Stop::Many(61)));
    assert!(
        report
            .warning()
            .unwrap()
            .contains("could not be told how many")
    );
    assert!(
        report.into_json()["untold"]
            .as_str()
            .unwrap()
            .contains("61 things")
    );
    assert_eq!(more.asked(), 1);
}

#[expect(clippy::unnecessary_wraps, reason = "other sites do not answer")]
fn many(request: &Request, projects: usize) -> Result<Value, Fault> {
    Ok(match request.operation.key {
        "jira-platform:searchProjects" => {
            let all: Vec<Value> = (0..projects)
                .map(|id| json!({"id": id.to_string()}))
                .collect();
            json!({ "values": all })
        }
        "jira-platform:getAssignedPermissionScheme" => json!({"id": 7}),
        _ => json!({"count": 5}),
    })
}
