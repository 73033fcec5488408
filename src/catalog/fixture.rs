//! A plain tool for unit tests, to be changed by struct update.

use super::model::{
    Before, BodyPlan, Credential, Effect, Evidence, Operation, Paging, Retry, Revert, Takes, Tool,
};

/// A read of a project that has no parameters.
pub(crate) const OPERATION: Operation = Operation {
    key: "jira-platform:getProject",
    api: "jira-platform",
    method: "GET",
    path: "/rest/api/3/project/{projectIdOrKey}",
    params: &[],
    body: None,
    scopes: &["read:jira-work"],
    takes: Takes {
        oauth: true,
        token: true,
    },
    headers: &[],
    retry: Retry::Safe,
    experimental: false,
    deprecated: false,
};

/// A read tool that accepts anything.
pub(crate) const TOOL: Tool = Tool {
    name: "project_get",
    title: "Get project",
    aliases: &["projects.getJiraProject"],
    group: "read_projects",
    about: "Read one project.",
    effect: Effect::Read,
    credential: Credential::Oauth,
    operation: Some(&OPERATION),
    handler: None,
    uses: &[],
    listed_schema: r#"{"type":"object"}"#,
    full_schema: r#"{"type":"object"}"#,
    defaults: &[],
    params: &[],
    body: BodyPlan::None,
    target: None,
    before: Before::NotNeeded,
    after: None,
    draft: None,
    traces: None,
    shape: None,
    becomes: &[],
    steps: &[],
    revert: Revert::No("a read"),
    paging: Paging::None { items: None },
    task: None,
    plan: None,
    evidence: Evidence::Spec,
    warning: None,
    impact: None,
    unseen: None,
    secrets: &[],
    core: false,
    words: "",
};
