//! Each act on kinds that no product has.

mod deletes;
mod writes;

use serde_json::{Value, json};

use super::run::run;
use super::table::{Act, Filter, List, Paging, Parent, Plain, Reply, Shape, Shelf, Unique, Write};
use crate::host::call::Call;
use crate::host::exchange::{Answer, Content};
use crate::spec::check::Arguments;
use crate::state::kind::Kind;
use crate::state::seed;
use crate::state::tenant::Tenant;

const BERTH: Kind = Kind("Berth");
const HARBOUR: Kind = Kind("Harbour");
const SHIP: Kind = Kind("Ship");

const IN_HARBOUR: Parent = Parent {
    kind: HARBOUR,
    noun: "harbour",
    param: "harbour",
    by: &["id", "key"],
    member: "harbourId",
    above: None,
};

const BERTHS: Shelf = Shelf {
    kind: BERTH,
    noun: "berth",
    parent: Some(&IN_HARBOUR),
    show: Shape {
        hide: &["harbourId"],
        lacking: &[("length", Plain::Num(10))],
        links: &[("self", "/berth/{id}")],
        ..Shape::WHOLE
    },
    ..Shelf::PLAIN
};

const SHIPS: Shelf = Shelf {
    kind: SHIP,
    noun: "ship",
    ..Shelf::PLAIN
};

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: true,
    otherwise: (409, "There is such a berth."),
};

fn tenant() -> Tenant {
    let mut tenant = seed::tenant(1, 0).unwrap();
    for (id, key) in [("1", "NORTH"), ("2", "SOUTH")] {
        let harbour = json!({ "id": id, "key": key, "open": true });
        tenant.of_mut(HARBOUR).put(id, harbour);
    }
    for (id, harbour, name) in [
        ("1", "1", "Long quay"),
        ("2", "1", "Mole"),
        ("3", "2", "Mole"),
    ] {
        let berth = json!({ "id": id, "harbourId": harbour, "name": name });
        tenant.of_mut(BERTH).put(id, berth);
    }
    for (id, berth, crew) in [("7", "1", json!(["a", "b"])), ("8", "2", json!(["c"]))] {
        let ship = json!({ "id": id, "berth": berth, "crew": crew, "flag": id == "7" });
        tenant.of_mut(SHIP).put(id, ship);
    }
    tenant
}

/// Status and body of what an act answers to these parameters and this body.
fn ask(
    tenant: &mut Tenant,
    shelf: &Shelf,
    act: &Act,
    given: &[(&str, &str)],
    body: Value,
) -> (u16, Value) {
    let mut call = Call {
        tenant,
        arguments: Arguments::default(),
        body,
        account: "me".to_owned(),
        base: "http://site".to_owned(),
        path: "/here".to_owned(),
    };
    for (name, value) in given {
        let values = call.arguments.entry((*name).to_owned()).or_default();
        values.push((*value).to_owned());
    }
    let answer = run(shelf, act, &mut call);
    let Answer { status, body, .. } =
        answer.unwrap_or_else(|refusal| refusal.answer("jira-platform"));
    match body {
        Content::Json(value) => (status, value),
        Content::None | Content::Html(_) => (status, Value::Null),
    }
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|i| i["name"].as_str().unwrap()).collect()
}

#[test]
fn one_document_is_shown_within_its_parent() {
    let mut tenant = tenant();
    let (status, shown) = ask(
        &mut tenant,
        &BERTHS,
        &Act::Get,
        &[("harbour", "NORTH"), ("id", "2")],
        Value::Null,
    );
    assert_eq!(status, 200);
    assert_eq!(
        shown,
        json!({ "id": "2", "name": "Mole", "length": 10, "self": "http://site/berth/2" })
    );
    for given in [
        [("harbour", "NORTH"), ("id", "3")],
        [("harbour", "WEST"), ("id", "2")],
    ] {
        assert_eq!(
            ask(&mut tenant, &BERTHS, &Act::Get, &given, Value::Null).0,
            404
        );
    }
    let whole = ask(
        &mut tenant,
        &SHIPS,
        &Act::GetAt("crew"),
        &[("id", "7")],
        Value::Null,
    );
    assert_eq!(whole, (200, json!(["a", "b"])));
}

#[test]
fn a_list_is_filtered_sorted_and_cut() {
    let mut tenant = tenant();
    let act = |page| {
        Act::List(Box::leak(Box::new(List {
            page,
            filters: &[
                Filter::Words("query", "name"),
                Filter::In("ids", "id"),
                Filter::InBody("names", "name"),
                Filter::Is("name", "name"),
                Filter::Flag("wet", "wet"),
                Filter::Hand(|_, d| d["sunk"] != true),
            ],
            sort: Some(("orderBy", "name")),
            ..List::PLAIN
        })))
    };
    let bare = act(Paging::Bare);
    let north = ("harbour", "1");
    let mut listed = |given: &[(&str, &str)], body: Value| {
        let (status, list) = ask(&mut tenant, &BERTHS, &bare, given, body);
        assert_eq!(status, 200);
        names(&list).join(",")
    };
    assert_eq!(listed(&[north], Value::Null), "Long quay,Mole");
    assert_eq!(
        listed(&[north, ("orderBy", "-name")], Value::Null),
        "Mole,Long quay"
    );
    assert_eq!(
        listed(&[north, ("query", "QUAY")], Value::Null),
        "Long quay"
    );
    assert_eq!(
        listed(&[north, ("ids", "2"), ("ids", "3")], Value::Null),
        "Mole"
    );
    assert_eq!(listed(&[north, ("name", "Mole")], Value::Null), "Mole");
    assert_eq!(listed(&[north, ("wet", "true")], Value::Null), "");
    assert_eq!(listed(&[north], json!({ "names": ["Mole"] })), "Mole");
    let pages = [
        (Paging::Wrap("berths"), "/berths/0/id"),
        (Paging::Jira(1, 50), "/values/0/id"),
        (Paging::Agile, "/values/0/id"),
        (Paging::Jsm, "/values/0/id"),
        (Paging::Content, "/results/0/id"),
        (Paging::Cursor, "/results/0/id"),
        (Paging::Data(1), "/data/0/id"),
        (Paging::Scim, "/Resources/0/id"),
        (
            Paging::Hand(|_, all| Ok(json!({ "count": all.len() }))),
            "/count",
        ),
    ];
    for (page, at) in pages {
        let (_, list) = ask(&mut tenant, &BERTHS, &act(page), &[north], Value::Null);
        assert!(list.pointer(at).is_some(), "{page:?} {list}");
    }
}

#[test]
fn members_of_a_document_are_listed_as_what_they_are() {
    let mut tenant = tenant();
    tenant.of_mut(SHIP).put(
        "9",
        json!({ "id": "9", "berths": ["3", "1"], "logs": [{ "id": "x" }] }),
    );
    let of = |at, kind| {
        Act::List(Box::leak(Box::new(List {
            members: Some((at, kind)),
            shape: Some(&Shape {
                pick: &["id"],
                ..Shape::WHOLE
            }),
            ..List::PLAIN
        })))
    };
    let held = ask(
        &mut tenant,
        &SHIPS,
        &of("berths", Some(BERTH)),
        &[("id", "9")],
        Value::Null,
    );
    assert_eq!(held, (200, json!([{ "id": "3" }, { "id": "1" }])));
    let held = ask(
        &mut tenant,
        &SHIPS,
        &of("logs", None),
        &[("id", "9")],
        Value::Null,
    );
    assert_eq!(held, (200, json!([{ "id": "x" }])));
}

#[test]
fn a_function_answers_and_adds_where_data_is_not_enough() {
    let mut tenant = tenant();
    let shelf = Shelf {
        show: Shape {
            pick: &["id"],
            more: Some(|call, _, shown| shown["for"] = json!(call.account)),
            ..Shape::WHOLE
        },
        ..SHIPS
    };
    let shown = ask(&mut tenant, &shelf, &Act::Get, &[("id", "7")], Value::Null);
    assert_eq!(shown, (200, json!({ "id": "7", "for": "me" })));
    let act = Act::Hand(|_| Ok(Answer::empty(202)));
    assert_eq!(ask(&mut tenant, &shelf, &act, &[], Value::Null).0, 202);
    let act = Act::Update(&Write {
        reply: Reply::Hand(|_, all| Ok(Answer::ok(json!(all.len())))),
        ..Write::PLAIN
    });
    assert_eq!(
        ask(&mut tenant, &shelf, &act, &[("id", "7")], json!({})),
        (200, json!(1))
    );
}
