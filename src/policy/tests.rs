//! Each rule alone, over tools that differ in one fact.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::auth::{Principal, Scope, Scopes};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, ClientId};
use crate::catalog::fixture::TOOL;
use crate::catalog::model::{Bind, BodyPlan, Credential, Effect, Place, Source, Target, Tool};
use crate::config::Fence;

static READ: Tool = TOOL;

static WRITE: Tool = Tool {
    name: "project_archive",
    group: "write_projects",
    effect: Effect::Action,
    params: &[Bind {
        param: "projectIdOrKey",
        place: Place::Path,
        from: Source::Argument("which"),
    }],
    ..TOOL
};

static CREATE: Tool = Tool {
    name: "project_create",
    group: "write_projects",
    effect: Effect::Create,
    body: BodyPlan::Fields(&[("/key", Source::Argument("key"))]),
    target: Some(Target {
        kind: "project",
        id: Source::Result("/id"),
    }),
    ..TOOL
};

static WHOLE: Tool = Tool {
    name: "workflow_create",
    group: "write_projects",
    effect: Effect::Create,
    body: BodyPlan::Whole("workflow", &[]),
    ..TOOL
};

static ELSEWHERE: Tool = Tool {
    name: "filter_update",
    group: "write_projects",
    effect: Effect::Replace,
    ..TOOL
};

static ORG: Tool = Tool {
    name: "org_group_list",
    group: "admin_org",
    credential: Credential::OrgAdmin,
    ..TOOL
};

static SIGN_OUT: Tool = Tool {
    name: "gojira_sign_out",
    group: "utility",
    effect: Effect::Action,
    credential: Credential::Local,
    handler: Some("account::sign_out"),
    ..TOOL
};

static UNDO: Tool = Tool {
    name: "operation_revert",
    group: "utility",
    effect: Effect::Action,
    credential: Credential::Local,
    handler: Some("journal::revert"),
    ..TOOL
};

fn caller(scopes: Scopes) -> Principal {
    Principal {
        account: AccountId::new("ann"),
        client: ClientId::new("cli"),
        scopes,
        family: "fam".to_owned(),
        name: None,
    }
}

fn open() -> Rules {
    Rules {
        groups: ["read_projects", "write_projects", "admin_org", "utility"]
            .map(str::to_owned)
            .into(),
        org_admins: Some(BTreeSet::from([AccountId::new("ann")])),
        ..Rules::default()
    }
}

fn ask(rules: Rules, scopes: Scopes, tool: &'static Tool) -> Result<(), Refusal> {
    let policy = Policy::new(rules);
    let caller = caller(scopes);
    let answer = policy.permit(&caller, tool, Map::new()).map(drop);
    assert_eq!(policy.visible(&caller, tool), answer.is_ok());
    answer
}

#[test]
fn everything_enabled_is_permitted() {
    for tool in [&READ, &WRITE, &CREATE, &ORG, &SIGN_OUT, &UNDO] {
        assert_eq!(ask(open(), Scopes::ALL, tool), Ok(()), "{}", tool.name);
    }
}

#[test]
fn a_group_or_tool_that_is_off_is_refused() {
    let group = "read_projects";
    let mut rules = open();
    rules.groups.remove(group);
    assert_eq!(
        ask(rules, Scopes::ALL, &READ),
        Err(Refusal::Group { group })
    );
    let mut rules = open();
    rules.disabled_tools.insert("project_get".to_owned());
    let tool = "project_get";
    assert_eq!(
        ask(rules, Scopes::ALL, &READ),
        Err(Refusal::Disabled { tool })
    );
    assert_eq!(
        ask(Rules::default(), Scopes::ALL, &UNDO),
        Err(Refusal::Group { group: "utility" })
    );
}

#[test]
fn read_only_stops_every_write_and_nothing_else() {
    let rules = || Rules {
        read_only: true,
        ..open()
    };
    for tool in [&READ, &ORG, &SIGN_OUT] {
        assert_eq!(ask(rules(), Scopes::ALL, tool), Ok(()), "{}", tool.name);
    }
    for tool in [&WRITE, &CREATE, &UNDO] {
        let answer = ask(rules(), Scopes::ALL, tool);
        assert_eq!(answer, Err(Refusal::ReadOnly), "{}", tool.name);
    }
}

#[test]
fn the_organisation_key_is_for_named_accounts() {
    for org_admins in [
        None,
        Some(BTreeSet::new()),
        Some(BTreeSet::from([AccountId::new("bob")])),
    ] {
        let rules = Rules {
            org_admins,
            ..open()
        };
        assert_eq!(ask(rules, Scopes::ALL, &ORG), Err(Refusal::NotOrgAdmin));
    }
}

#[test]
fn a_missing_scope_names_all_that_are_needed() {
    let read = Scopes::from(Scope::Read);
    let org = read.with(Scope::AdminOrg);
    let cases = [
        (&READ, Scopes::NONE, Some(read)),
        (&READ, read, None),
        (&WRITE, read, Some(Scopes::DEFAULT)),
        (&WRITE, Scopes::from(Scope::Write), Some(Scopes::DEFAULT)),
        (&WRITE, Scopes::DEFAULT, None),
        (&ORG, Scopes::DEFAULT, Some(org)),
        (&ORG, org, None),
        (&SIGN_OUT, read, None),
        (&UNDO, read, Some(Scopes::DEFAULT)),
    ];
    for (tool, held, needed) in cases {
        let refusal = ask(open(), held, tool).err();
        assert_eq!(
            refusal.as_ref().and_then(Refusal::needed_scopes),
            needed,
            "{} with {held}",
            tool.name
        );
        if let Some(refusal) = refusal {
            let fault = Fault::from(refusal);
            assert_eq!(fault.code, Code::InsufficientPermissions);
            assert!(fault.mend.is_some());
        }
    }
}

#[test]
fn writes_stay_inside_the_fence_and_reads_stay_wide() {
    let rules = Rules {
        fence: Some(Fence {
            projects: BTreeSet::from(["ABC".to_owned(), "10001".to_owned()]),
            ..Fence::default()
        }),
        ..open()
    };
    let policy = Policy::new(rules);
    let outside = |name: &str| {
        Err(Refusal::OutsideFence {
            area: Area::Project,
            name: name.to_owned(),
        })
    };
    let whole = |project: Value| json!({"workflow": {"scope": {"type": "PROJECT", "project": {"id": project}}}});
    let cases: Vec<(&'static Tool, Value, Result<(), Refusal>)> = vec![
        (&READ, json!({}), Ok(())),
        (&SIGN_OUT, json!({}), Ok(())),
        (&WRITE, json!({"which": "abc"}), Ok(())),
        (&WRITE, json!({"which": "10001"}), Ok(())),
        (&WRITE, json!({"which": "XYZ"}), outside("XYZ")),
        (&WRITE, json!({}), Err(Refusal::Unfenceable)),
        (&CREATE, json!({"key": "ABC"}), Ok(())),
        (&CREATE, json!({"key": "NEW"}), outside("NEW")),
        (&WHOLE, json!({"workflow": {}}), Err(Refusal::Unfenceable)),
        (&WHOLE, whole(json!("10001")), Ok(())),
        (&WHOLE, whole(json!(10002)), outside("10002")),
        (
            &WHOLE,
            json!({"workflow": {"projectIds": ["10001", 7]}}),
            outside("7"),
        ),
        (
            &WHOLE,
            json!({"workflow": {"shares": [{"project": {"id": "10001"}}]}}),
            Err(Refusal::Unfenceable),
        ),
        (
            &ELSEWHERE,
            json!({"filterId": "1", "share": {"project": {"id": "10001"}}}),
            Err(Refusal::Unfenceable),
        ),
        (
            &WRITE,
            json!({"which": "ABC", "moves": [{"projectKey": "XYZ"}]}),
            outside("XYZ"),
        ),
    ];
    for (tool, arguments, expected) in cases {
        let Value::Object(map) = arguments.clone() else {
            unreachable!("the table holds objects")
        };
        let answer = policy.permit(&caller(Scopes::ALL), tool, map).map(drop);
        assert_eq!(answer, expected, "{} {arguments}", tool.name);
    }
}

#[test]
fn what_is_permitted_is_what_was_asked() {
    let policy = Policy::new(open());
    let arguments = Map::from_iter([("which".to_owned(), json!("ABC"))]);
    let permitted = policy
        .permit(&caller(Scopes::ALL), &WRITE, arguments.clone())
        .unwrap();
    assert_eq!(permitted.principal().account, AccountId::new("ann"));
    assert_eq!(permitted.tool().name, "project_archive");
    assert_eq!(permitted.arguments(), &arguments);
}
