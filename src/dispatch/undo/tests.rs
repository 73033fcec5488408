//! What an undo sends, and when it refuses.

mod redo;

use serde_json::{Map, Value, json};

use super::*;
use crate::base::clock::Timestamp;
use crate::base::fault::Code;
use crate::base::ids::{AccountId, ClientId, OperationId};
use crate::catalog;
use crate::catalog::fixture::{OPERATION, TOOL};
use crate::catalog::model::{
    Before, Bind, Call, CallBody, Effect, Keyed, Place, Projection, Read, Source,
};
use crate::journal::{Object, Sent, State};

const SHAPE: Projection = Projection {
    from: Source::Before(""),
    whole: false,
    pick: &["name", "description", "grants"],
    map: &[("/iconId", "/icon/id")],
    absent: &[("/description", "\"\"")],
    set: &[],
    drop: &[],
    skip: &[],
    keyed: None,
};

const CALL: Call = Call {
    operation: &OPERATION,
    params: &[Bind {
        param: "id",
        place: Place::Path,
        from: Source::Target,
    }],
    body: CallBody::None,
};

const READ: Read = Read {
    call: CALL,
    at: "",
    all_pages: false,
    item: &[],
    ignore: &["/lastUsed"],
    absent_ok: false,
    list: "",
};

static UPDATE: Tool = Tool {
    name: "field_update",
    effect: Effect::Update,
    before: Before::Read(READ),
    shape: Some(SHAPE),
    revert: Revert::Restore { always: &["name"] },
    ..TOOL
};

static REPLACE: Tool = Tool {
    name: "scheme_update",
    effect: Effect::Replace,
    ..UPDATE_BASE
};

const UPDATE_BASE: Tool = Tool {
    before: Before::Read(READ),
    shape: Some(SHAPE),
    revert: Revert::Restore { always: &[] },
    ..TOOL
};

static CREATE: Tool = Tool {
    name: "field_create",
    effect: Effect::Create,
    before: Before::None("not there yet"),
    after: Some(READ),
    revert: Revert::Recipe {
        call: CALL,
        when: None,
        steps: &[],
    },
    ..TOOL
};

static DELETE: Tool = Tool {
    name: "project_delete",
    effect: Effect::Delete,
    before: Before::Read(READ),
    revert: Revert::Recipe {
        call: CALL,
        when: Some(("permanent", "false")),
        steps: &[],
    },
    ..TOOL
};

static ADD: Tool = Tool {
    name: "member_add",
    effect: Effect::Action,
    before: Before::Read(READ),
    revert: Revert::Difference {
        key: "/accountId",
        added: Some(Call {
            body: CallBody::Fields(&[("/accountIds", Source::Keys)]),
            ..CALL
        }),
        removed: None,
    },
    ..TOOL
};

fn entry(before: Value, sent: Value, after: Option<Value>) -> Entry {
    Entry {
        id: OperationId::new("op"),
        account: AccountId::new("alice"),
        client: ClientId::new("client"),
        tool: "field_update".to_owned(),
        tenant: None,
        target: Some(Object {
            kind: "thing".to_owned(),
            id: Some("7".to_owned()),
        }),
        arguments: Map::new(),
        requests: vec![Sent {
            operation: OPERATION.key.to_owned(),
            params: Map::from_iter([("fieldId".to_owned(), json!("7"))]),
            body: Some(sent),
        }],
        stages: Vec::new(),
        before,
        after,
        result: None,
        opened_at: Timestamp(0),
        closed_at: None,
        state: State::Applied,
        status: None,
        failure: None,
        task: None,
        reverts: None,
        reverted_by: None,
        change_set: None,
        intent: None,
        traces: None,
        lock: None,
        settled_by: None,
        looks: 0,
    }
}

fn undo(tool: &Tool, entry: &Entry, present: &Value) -> Result<Undo, Fault> {
    compute(tool, entry, None, present, None)
}

fn bodies(undo: &Undo) -> Vec<Option<Value>> {
    undo.requests
        .iter()
        .map(|request| request.body.clone())
        .collect()
}

#[test]
fn an_update_gets_back_what_it_touched_and_nothing_else() {
    let entry = entry(
        json!({"name": "n", "grants": [1], "icon": {"id": "3"}}),
        json!({"name": "n", "description": "d", "iconId": "4"}),
        Some(json!({"name": "n", "description": "d", "grants": [1], "icon": {"id": "4"}})),
    );
    // Someone changed the name and the grants since: neither was touched here.
    let present =
        json!({"name": "m", "description": "d", "grants": [2], "icon": {"id": "4"}, "lastUsed": 1});
    let undo = undo(&UPDATE, &entry, &present).unwrap();
    assert_eq!(
        bodies(&undo),
        [Some(json!({"name": "m", "description": "", "iconId": "3"}))]
    );
    assert_eq!(undo.requests[0].params["fieldId"], "7");
    assert_eq!(undo.stale, None);
    assert_eq!(
        undo.prediction.to,
        Some(json!({"name": "m", "description": "", "iconId": "3", "grants": [2]}))
    );
}

#[test]
fn a_replacement_keeps_what_came_later() {
    let entry = entry(
        json!({"name": "n", "description": "d", "grants": [1]}),
        json!({"name": "n", "description": "new", "grants": [1]}),
        Some(json!({"name": "n", "description": "new", "grants": [1]})),
    );
    let present = json!({"name": "later", "description": "new", "grants": [1, 2]});
    let undo = undo(&REPLACE, &entry, &present).unwrap();
    assert_eq!(
        bodies(&undo),
        [Some(
            json!({"name": "later", "description": "d", "grants": [1, 2]})
        )]
    );
    assert_eq!(undo.stale, None);
}

#[test]
fn of_a_list_held_by_key_only_what_was_changed_goes_back() {
    static BY_KEY: Tool = Tool {
        shape: Some(Projection {
            pick: &["grants"],
            map: &[],
            absent: &[],
            keyed: Some(&Keyed {
                list: "grants",
                key: "id",
                value: "values",
            }),
            ..SHAPE
        }),
        revert: Revert::Restore { always: &[] },
        ..UPDATE_BASE
    };
    let state = |one: Value, two: Value, three: Value| {
        json!({"grants": [
            {"id": "1", "values": one}, {"id": "2", "values": two}, {"id": "3", "values": three},
        ]})
    };
    let before = state(json!(["a"]), json!([]), json!(["c"]));
    let sent = json!({"grants": [{"id": "1", "values": ["A"]}, {"id": "2", "values": ["b"]}]});
    // Somebody changed the third at the same time, and once more since.
    let after = state(json!(["A"]), json!(["b"]), json!(["C"]));
    let now = state(json!(["A"]), json!(["b"]), json!(["D"]));
    let undone = undo(&BY_KEY, &entry(before, sent, Some(after)), &now).unwrap();
    let items = json!([{"id": "1", "values": ["a"]}, {"id": "2", "values": []}]);
    assert_eq!(bodies(&undone), [Some(json!({"grants": items}))]);
    assert_eq!(undone.stale, None);
    let to = undone.prediction.to.unwrap();
    assert_eq!(to, json!({"grants": {"1": ["a"], "3": ["D"]}}));
}

#[test]
fn a_later_change_of_the_same_field_is_told() {
    let entry = entry(
        json!({"name": "n", "description": "d"}),
        json!({"description": "new"}),
        Some(json!({"name": "n", "description": "new"})),
    );
    let present = json!({"name": "n", "description": "later"});
    let undo = undo(&UPDATE, &entry, &present).unwrap();
    assert_eq!(
        undo.stale,
        Some(json!([{"op": "replace", "path": "/description", "value": "later"}]))
    );
}

static RULE: Tool = Tool {
    effect: Effect::Replace,
    shape: Some(Projection {
        pick: &["rule"],
        map: &[],
        absent: &[],
        ..SHAPE
    }),
    ..UPDATE_BASE
};

static SWITCH: Tool = Tool {
    name: "project_archive",
    effect: Effect::Action,
    before: Before::Read(READ),
    revert: Revert::Recipe {
        call: CALL,
        when: None,
        steps: &[],
    },
    ..TOOL
};

#[test]
fn an_undo_leaves_what_others_changed_since() {
    let rule = |name: &str, state: &str, labels: Value| json!({"rule": {"name": name, "state": state, "labels": labels}});
    let mut entry = entry(
        rule("n", "ON", json!([1])),
        rule("x", "ON", json!([1])),
        // The labels came from somebody else, between our two reads.
        Some(rule("x", "ON", json!([1, 2]))),
    );
    let present = rule("x", "OFF", json!([1, 2, 3]));
    let undone = undo(&RULE, &entry, &present).unwrap();
    assert_eq!(undone.stale, None);
    let wanted = rule("n", "OFF", json!([1, 2, 3]));
    assert_eq!(bodies(&undone), [Some(wanted)]);
    // Somebody else has put the name back: there is nothing left to undo.
    let back = undo(&RULE, &entry, &rule("n", "OFF", json!([])));
    assert_eq!(back.unwrap_err().code, Code::Conflict);
    // Over a later name only when that is asked for, and then over nothing else.
    let later = rule("later", "OFF", json!([7]));
    let over = undo(&RULE, &entry, &later).unwrap();
    let clash = json!([{"op": "replace", "path": "/rule/name", "value": "later"}]);
    assert_eq!(over.stale, Some(clash));
    assert_eq!(bodies(&over), [Some(rule("n", "OFF", json!([7])))]);
    entry.requests.clear();
    assert!(undo(&RULE, &entry, &later).is_err());
}

#[test]
fn only_an_overlap_is_stale() {
    let project = |archived: bool, note: &str| json!({"archived": archived, "note": note});
    let entry = entry(project(false, "a"), Value::Null, Some(project(true, "a")));
    let undone = undo(&SWITCH, &entry, &project(true, "b")).unwrap();
    assert_eq!(undone.stale, None);
    assert_eq!(undone.prediction.to, Some(project(false, "b")));
    let back = undo(&SWITCH, &entry, &project(false, "b")).unwrap_err();
    assert_eq!(back.code, Code::Conflict);
}

#[test]
fn what_was_switched_already_is_not_switched_back() {
    let archived = json!({"archived": true, "note": "a"});
    let entry = entry(archived.clone(), Value::Null, Some(archived.clone()));
    assert!(undo(&SWITCH, &entry, &archived).is_err());
}

#[test]
fn what_an_undo_took_out_is_put_in_again_as_it_was() {
    let list = |ids: &[&str]| -> Value {
        let member = |id: &&str| json!({"accountId": id});
        ids.iter().map(member).collect()
    };
    let mut added = entry(list(&["a"]), json!({"accountIds": ["a", "b", "c"]}), None);
    let undone = entry(list(&["a", "b", "c"]), Value::Null, Some(list(&["a"])));
    // Somebody has put one of them back already.
    let present = list(&["a", "c"]);
    let known = catalog::tool("jsm_organization_user_add").unwrap();
    added.requests[0].operation = known.operation.unwrap().key.to_owned();
    let redo = compute(known, &undone, Some(&added), &present, None).unwrap();
    assert_eq!(bodies(&redo), [Some(json!({"accountIds": ["b"]}))]);
    // Whoever was named in another way cannot be named again.
    added.requests[0].body = Some(json!({"usernames": ["b@example.org"]}));
    assert!(compute(known, &undone, Some(&added), &present, None).is_err());
}

/// Entries that get their number from the product: taken out by number, put back by what they say.
static GRANT: Tool = Tool {
    name: "grant_delete",
    effect: Effect::Update,
    operation: Some(&OPERATION),
    before: Before::Read(READ),
    revert: Revert::Difference {
        key: "/id",
        added: Some(Call {
            params: &[Bind {
                param: "grantId",
                place: Place::Path,
                from: Source::Key,
            }],
            ..CALL
        }),
        removed: Some(Call {
            body: CallBody::Fields(&[
                ("/who", Source::Item("/holder/type")),
                ("/groups", Source::Array(&[Source::Item("/holder/group")])),
            ]),
            ..CALL
        }),
    },
    ..TOOL
};

#[test]
fn an_entry_that_gets_a_new_number_is_put_back_by_what_it_says() {
    let everyone = json!({"id": 1, "holder": {"type": "anyone"}});
    let staff = |id: u32| json!({"id": id, "holder": {"type": "group", "group": "staff"}});
    let lead = json!({"id": 3, "holder": {"type": "lead"}});
    let taken = entry(
        json!([everyone, staff(2), lead]),
        Value::Null,
        Some(json!([everyone])),
    );
    let back = undo(&GRANT, &taken, &json!([everyone])).unwrap();
    let (group, alone) = (
        json!({"who": "group", "groups": ["staff"]}),
        json!({"who": "lead"}),
    );
    assert_eq!(bodies(&back), [Some(group), Some(alone)]);
    // Taking it out again names the number that it has now.
    let put = entry(
        json!([everyone]),
        Value::Null,
        Some(json!([everyone, staff(9)])),
    );
    let present = json!([everyone, staff(9)]);
    let again = compute(&GRANT, &put, Some(&taken), &present, None).unwrap();
    assert_eq!(again.requests.len(), 1);
    assert_eq!(again.requests[0].params["grantId"], 9);
    assert_eq!(again.prediction.to, Some(json!([everyone])));
}

#[test]
fn a_write_that_changed_nothing_has_no_undo() {
    let same = json!({"name": "n", "description": "d"});
    let entry = entry(same.clone(), json!({"name": "n"}), Some(same.clone()));
    let fault = undo(&UPDATE, &entry, &same).unwrap_err();
    assert_eq!(fault.code, Code::Conflict);
}

#[test]
fn what_was_created_is_removed_only_while_it_is_as_it_was_made() {
    let made = json!({"id": "7", "name": "n"});
    let entry = entry(Value::Null, json!({"name": "n"}), Some(made.clone()));
    let used = json!({"id": "7", "name": "n", "lastUsed": 9});
    let undone = undo(&CREATE, &entry, &used).unwrap();
    assert_eq!(undone.stale, None);
    assert_eq!(undone.requests[0].params["id"], "7");
    assert_eq!(undone.prediction.to, Some(Value::Null));
    let changed = json!({"id": "7", "name": "other"});
    assert!(undo(&CREATE, &entry, &changed).unwrap().stale.is_some());
}

#[test]
fn what_a_creation_found_there_is_not_removed() {
    let there = json!({"id": "7", "name": "n"});
    let entry = entry(there.clone(), json!({"name": "n"}), Some(there.clone()));
    let fault = undo(&CREATE, &entry, &there).unwrap_err();
    assert_eq!(fault.code, Code::Conflict);
}

#[test]
fn a_recipe_with_a_condition_asks_the_arguments() {
    let mut entry = entry(json!({"id": "7"}), Value::Null, Some(Value::Null));
    assert!(undo(&DELETE, &entry, &Value::Null).is_err());
    entry.arguments.insert("permanent".to_owned(), json!(true));
    assert!(undo(&DELETE, &entry, &Value::Null).is_err());
    assert!(!promise(&DELETE, &entry.arguments).0);
    entry.arguments.insert("permanent".to_owned(), json!(false));
    assert!(promise(&DELETE, &entry.arguments).0);
    let undone = undo(&DELETE, &entry, &Value::Null).unwrap();
    assert_eq!(undone.prediction.to, Some(json!({"id": "7"})));
    // It was brought back already by someone else.
    assert!(
        undo(&DELETE, &entry, &json!({"id": "7"}))
            .unwrap()
            .stale
            .is_some()
    );
}

fn people(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"accountId": name}))
        .collect()
}

#[test]
fn members_who_were_there_before_stay() {
    let entry = entry(
        people(&["a"]),
        json!({"accountIds": ["a", "b", "c"]}),
        Some(people(&["a", "b", "c"])),
    );
    // c left by themselves, d came later.
    let undone = undo(&ADD, &entry, &people(&["a", "b", "d"])).unwrap();
    assert_eq!(bodies(&undone), [Some(json!({"accountIds": ["b"]}))]);
    assert_eq!(undone.prediction.to, Some(people(&["a", "d"])));
    assert_eq!(undone.warnings.len(), 1);
    let gone = undo(&ADD, &entry, &people(&["a", "d"])).unwrap_err();
    assert_eq!(gone.code, Code::Conflict);
}
