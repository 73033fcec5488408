//! Creations and changes.

use serde_json::{Value, json};

use super::{BERTH, BERTHS, SHIP, SHIPS, TAKEN, ask, names, tenant};
use crate::host::refusal::Refusal;
use crate::shelf::table::{Act, Mint, Mode, Plain, Refer, Reply, Shape, Shelf, Write};
use crate::state::kind::Kind;

const MAKE: Act = Act::Create(&Write {
    take: &["name", "ship"],
    demand: &["name"],
    unique: Some(TAKEN),
    refers: &[Refer {
        at: "ship",
        kind: SHIP,
        otherwise: (404, "No such ship."),
    }],
    limit: Some((3, (400, "The harbour is full."))),
    defaults: &[
        ("by", Plain::Caller),
        ("state", Plain::Str("free")),
        ("list", Plain::List),
        ("map", Plain::Map),
    ],
    stamps: &[
        ("at", Plain::NowIso),
        ("on", Plain::NowJira),
        ("ms", Plain::NowMillis),
        ("token", Plain::Uuid),
        ("left", Plain::Null),
    ],
    reply: Reply::Under(201, "berth"),
    ..Write::PLAIN
});

#[test]
fn a_creation_mints_fills_in_and_refuses() {
    let mut tenant = tenant();
    let north = [("harbour", "NORTH")];
    let mut create = |body: Value| ask(&mut tenant, &BERTHS, &MAKE, &north, body);
    assert_eq!(create(json!({ "name": " " })).0, 400);
    assert_eq!(create(json!({ "name": "mole" })).0, 409);
    assert_eq!(create(json!({ "name": "New", "ship": "1" })).0, 404);
    let (status, made) = create(json!({ "name": "New", "ship": "7", "else": 1 }));
    assert_eq!((status, &made["berth"]["id"]), (201, &json!("4")));
    for (member, value) in [
        ("by", json!("me")),
        ("state", json!("free")),
        ("ms", json!(0)),
        ("ship", json!("7")),
        ("else", Value::Null),
    ] {
        assert_eq!(made["berth"][member], value, "{member}");
    }
    assert!(made["berth"]["token"].is_string());
    assert_eq!(create(json!({ "name": "Newer" })).0, 400);
    assert_eq!(tenant.get(BERTH, "4").unwrap()["harbourId"], "1");
}

#[test]
fn ids_are_of_the_kind_that_the_table_says() {
    let mint = |mint| {
        let mut tenant = tenant();
        let shelf = Shelf { mint, ..BERTHS };
        let act = Act::Create(&Write::PLAIN);
        let given = [("harbour", "1"), ("code", "c")];
        let (_, made) = ask(&mut tenant, &shelf, &act, &given, json!({ "id": "own" }));
        made["id"].clone()
    };
    assert_eq!(mint(Mint::Number), 4);
    assert_eq!(mint(Mint::Text), "4");
    assert_eq!(mint(Mint::Prefix("berth-")), "berth-4");
    assert_eq!(mint(Mint::Own), "own");
    assert_eq!(mint(Mint::Param("code")), "c");
    assert_eq!(mint(Mint::Uuid).as_str().unwrap().len(), 36);
}

#[test]
fn of_many_all_are_made_or_none() {
    let mut tenant = tenant();
    let act = Act::Create(&Write {
        each: Some("berths"),
        unique: Some(TAKEN),
        reply: Reply::Each(200, ""),
        ..Write::PLAIN
    });
    let north = [("harbour", "1")];
    let body = json!({ "berths": [{ "name": "A" }, { "name": "Mole" }] });
    assert_eq!(ask(&mut tenant, &BERTHS, &act, &north, body).0, 409);
    assert_eq!(tenant.of(BERTH).values().count(), 3);
    let body = json!({ "berths": [{ "name": "A" }, { "name": "B" }] });
    let (_, made) = ask(&mut tenant, &BERTHS, &act, &north, body);
    assert_eq!(names(&made), ["A", "B"]);
}

#[test]
fn an_update_merges_replaces_or_swaps() {
    let change = |mode, at, body: Value| {
        let mut tenant = tenant();
        tenant
            .of_mut(SHIP)
            .put("7", json!({ "id": "7", "name": "Gull", "mast": 2 }));
        let write = Write {
            mode,
            at,
            take: &["name", "mast"],
            reply: Reply::Empty(204),
            ..Write::PLAIN
        };
        let act = Act::Update(Box::leak(Box::new(write)));
        assert_eq!(
            ask(&mut tenant, &SHIPS, &act, &[("id", "7")], body),
            (204, Value::Null)
        );
        tenant.get(SHIP, "7").unwrap().clone()
    };
    let given = json!({ "name": "Tern" });
    assert_eq!(
        change(Mode::Merge, "", given.clone()),
        json!({ "id": "7", "name": "Tern", "mast": 2 })
    );
    assert_eq!(
        change(Mode::Merge, "", json!({ "mast": null })),
        json!({ "id": "7", "name": "Gull" })
    );
    assert_eq!(
        change(Mode::Replace, "", given.clone()),
        json!({ "id": "7", "name": "Tern" })
    );
    let swapped = change(Mode::Whole, "hull", json!("steel"));
    assert_eq!(swapped["hull"], "steel");
    let nested = change(Mode::Merge, "/a/b", given);
    assert_eq!(nested["a"]["b"]["name"], "Tern");
}

#[test]
fn a_flag_of_one_leaves_the_others_and_a_function_may_refuse() {
    let mut tenant = tenant();
    let act = Act::Update(&Write {
        only_one: Some("flag"),
        ..Write::PLAIN
    });
    ask(
        &mut tenant,
        &SHIPS,
        &act,
        &[("id", "8")],
        json!({ "flag": true }),
    );
    assert_eq!(tenant.get(SHIP, "7").unwrap()["flag"], false);
    assert_eq!(tenant.get(SHIP, "8").unwrap()["flag"], true);
    let before = tenant.get(SHIP, "8").cloned();
    let act = Act::Update(&Write {
        check: Some(|_, _| Err(Refusal::conflict("no"))),
        ..Write::PLAIN
    });
    assert_eq!(
        ask(
            &mut tenant,
            &SHIPS,
            &act,
            &[("id", "8")],
            json!({ "flag": false })
        )
        .0,
        409
    );
    assert_eq!(tenant.get(SHIP, "8").cloned(), before);
}

#[test]
fn a_put_makes_what_is_not_there_and_a_clear_takes_out() {
    let mut tenant = tenant();
    let shelf = Shelf {
        kind: Kind("Sign"),
        noun: "sign",
        id: &["key"],
        by: &["key"],
        mint: Mint::Param("key"),
        ..BERTHS
    };
    let act = Act::Put(
        &Write {
            at: "value",
            mode: Mode::Whole,
            reply: Reply::Empty(200),
            ..Write::PLAIN
        },
        Reply::Empty(201),
    );
    for (harbour, status) in [("1", 201), ("2", 201), ("1", 200), ("3", 404)] {
        let given = [("harbour", harbour), ("key", "speed")];
        assert_eq!(
            ask(&mut tenant, &shelf, &act, &given, json!(5)).0,
            status,
            "{harbour}"
        );
    }
    let given = [("harbour", "2"), ("key", "speed")];
    let value = ask(
        &mut tenant,
        &shelf,
        &Act::GetAt("value"),
        &given,
        Value::Null,
    );
    assert_eq!(value, (200, json!(5)));
    let clear = Act::Clear("value", Reply::Empty(204));
    assert_eq!(ask(&mut tenant, &shelf, &clear, &given, Value::Null).0, 204);
    assert!(
        tenant
            .get(Kind("Sign"), "2/speed")
            .unwrap()
            .get("value")
            .is_none()
    );
    assert_eq!(tenant.get(Kind("Sign"), "1/speed").unwrap()["value"], 5);
}

#[test]
fn without_an_id_there_is_one_document() {
    let mut tenant = tenant();
    tenant.of_mut(Kind("Tide")).put("", json!({ "high": 3 }));
    let shelf = Shelf {
        kind: Kind("Tide"),
        noun: "tide",
        id: &[],
        ..Shelf::PLAIN
    };
    let act = Act::Update(&Write {
        reply: Reply::As(
            200,
            &Shape {
                pick: &["high"],
                ..Shape::WHOLE
            },
        ),
        ..Write::PLAIN
    });
    assert_eq!(
        ask(&mut tenant, &shelf, &act, &[], json!({ "high": 4 })),
        (200, json!({ "high": 4 }))
    );
    assert_eq!(
        ask(&mut tenant, &shelf, &Act::Get, &[], Value::Null),
        (200, json!({ "high": 4 }))
    );
}
