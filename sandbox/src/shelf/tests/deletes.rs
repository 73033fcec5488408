//! Deletions, lists of ids and orders.

use serde_json::{Value, json};

use super::{BERTH, BERTHS, SHIP, SHIPS, ask, tenant};
use crate::shelf::table::{Act, Delete, From, Guard, Link, Move, Order, Plain, Shelf};
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// Status and site after a deletion on a site with a rope between the berths.
fn delete(delete: Delete, given: &[(&str, &str)]) -> (u16, Tenant) {
    let berths = Shelf {
        parent: None,
        ..BERTHS
    };
    let mut tenant = tenant();
    tenant
        .of_mut(Kind("Rope"))
        .put("1", json!({ "id": "1", "berths": ["1", "2"] }));
    let act = Act::Delete(Box::leak(Box::new(delete)));
    let (status, _) = ask(&mut tenant, &berths, &act, given, Value::Null);
    (status, tenant)
}

#[test]
fn a_deletion_is_forbidden() {
    let used = &[Guard::Used(SHIP, "berth", (409, "used"))];
    let named = &[Guard::Is(
        "name",
        Plain::Str("Mole"),
        (400, "the mole stays"),
    )];
    let filled = &[Guard::Filled("name", (400, "named"))];
    let last = &[Guard::Last((400, "the last"))];
    let one = [("id", "1")];
    assert_eq!(
        delete(
            Delete {
                forbids: used,
                ..Delete::PLAIN
            },
            &one
        )
        .0,
        409
    );
    assert_eq!(
        delete(
            Delete {
                forbids: used,
                ..Delete::PLAIN
            },
            &[("id", "3")]
        )
        .0,
        204
    );
    assert_eq!(
        delete(
            Delete {
                forbids: named,
                ..Delete::PLAIN
            },
            &[("id", "3")]
        )
        .0,
        400
    );
    assert_eq!(
        delete(
            Delete {
                forbids: filled,
                ..Delete::PLAIN
            },
            &one
        )
        .0,
        400
    );
    assert_eq!(
        delete(
            Delete {
                forbids: last,
                ..Delete::PLAIN
            },
            &one
        )
        .0,
        204
    );
}

#[test]
fn a_deletion_moves_and_takes_along() {
    let one = [("id", "1")];
    let (_, tenant) = delete(
        Delete {
            cascade: &[(SHIP, "berth")],
            ..Delete::PLAIN
        },
        &one,
    );
    assert!(tenant.get(SHIP, "7").is_none() && tenant.get(SHIP, "8").is_some());
    let forget = &[(Kind("Rope"), "berths"), (SHIP, "berth")];
    let (_, tenant) = delete(
        Delete {
            forget,
            ..Delete::PLAIN
        },
        &one,
    );
    assert_eq!(
        tenant.get(Kind("Rope"), "1").unwrap()["berths"],
        json!(["2"])
    );
    assert!(tenant.get(SHIP, "7").unwrap().get("berth").is_none());

    let moves = Some(Move {
        param: "to",
        of: &[(SHIP, "berth"), (Kind("Rope"), "berths")],
        needed: Some((409, "say where the ships go")),
    });
    assert_eq!(
        delete(
            Delete {
                moves,
                ..Delete::PLAIN
            },
            &one
        )
        .0,
        409
    );
    assert_eq!(
        delete(
            Delete {
                moves,
                ..Delete::PLAIN
            },
            &[("id", "1"), ("to", "1")]
        )
        .0,
        400
    );
    let (status, tenant) = delete(
        Delete {
            moves,
            ..Delete::PLAIN
        },
        &[("id", "1"), ("to", "2")],
    );
    assert_eq!(status, 204);
    assert_eq!(tenant.get(SHIP, "7").unwrap()["berth"], "2");
    assert_eq!(
        tenant.get(Kind("Rope"), "1").unwrap()["berths"],
        json!(["2"])
    );
}

#[test]
fn ids_go_into_lists_and_out_again() {
    let mut tenant = tenant();
    let crew = Link {
        at: "crew",
        from: From::Body("/ids"),
        ..Link::PLAIN
    };
    let attach = Act::Attach(Box::leak(Box::new(Link {
        exclusive: true,
        ..crew
    })));
    let body = json!({ "ids": ["a", "d"] });
    assert_eq!(
        ask(&mut tenant, &SHIPS, &attach, &[("id", "8")], body.clone()).0,
        204
    );
    assert_eq!(tenant.get(SHIP, "7").unwrap()["crew"], json!(["b"]));
    assert_eq!(
        tenant.get(SHIP, "8").unwrap()["crew"],
        json!(["c", "a", "d"])
    );
    let link = Link {
        already: Some((409, "there")),
        absent: Some((404, "gone")),
        from: From::Param("who"),
        ..crew
    };
    let (attach, detach) = (
        Act::Attach(Box::leak(Box::new(link))),
        Act::Detach(&Link {
            at: "crew",
            from: From::Hand(|_| Ok(vec![json!("a")])),
            absent: Some((404, "gone")),
            ..Link::PLAIN
        }),
    );
    assert_eq!(
        ask(
            &mut tenant,
            &SHIPS,
            &attach,
            &[("id", "8"), ("who", "a")],
            Value::Null
        )
        .0,
        409
    );
    assert_eq!(
        ask(&mut tenant, &SHIPS, &detach, &[("id", "8")], Value::Null).0,
        204
    );
    assert_eq!(
        ask(&mut tenant, &SHIPS, &detach, &[("id", "8")], Value::Null).0,
        404
    );
    let berths = Act::Attach(&Link {
        at: "berths",
        key: "id",
        from: From::Param("who"),
        refer: Some((BERTH, (400, "none"))),
        ..Link::PLAIN
    });
    assert_eq!(
        ask(
            &mut tenant,
            &SHIPS,
            &berths,
            &[("id", "8"), ("who", "9")],
            Value::Null
        )
        .0,
        400
    );
    assert_eq!(
        ask(
            &mut tenant,
            &SHIPS,
            &berths,
            &[("id", "8"), ("who", "3")],
            Value::Null
        )
        .0,
        204
    );
    assert_eq!(
        tenant.get(SHIP, "8").unwrap()["berths"],
        json!([{ "id": "3" }])
    );
}

#[test]
fn entries_and_documents_move() {
    let mut tenant = tenant();
    let crew = Act::Reorder(&Order {
        at: "crew",
        ..Order::PLAIN
    });
    let body = json!({ "ids": ["a"], "position": "Last" });
    assert_eq!(ask(&mut tenant, &SHIPS, &crew, &[("id", "7")], body).0, 204);
    assert_eq!(tenant.get(SHIP, "7").unwrap()["crew"], json!(["b", "a"]));
    let all = Act::Reorder(&Order::PLAIN);
    let order = |tenant: &Tenant| -> Vec<String> {
        tenant
            .of(BERTH)
            .entries()
            .map(|(id, _)| id.to_owned())
            .collect()
    };
    let north = [("harbour", "1")];
    let body = json!({ "ids": ["2"], "position": "First" });
    assert_eq!(ask(&mut tenant, &BERTHS, &all, &north, body).0, 204);
    assert_eq!(order(&tenant), ["2", "1", "3"]);
    let body = json!({ "ids": ["2"], "after": "1" });
    assert_eq!(ask(&mut tenant, &BERTHS, &all, &north, body).0, 204);
    assert_eq!(order(&tenant), ["1", "2", "3"]);
    // A berth of another harbour is none to move.
    let body = json!({ "ids": ["3"], "after": "1" });
    assert_eq!(ask(&mut tenant, &BERTHS, &all, &north, body).0, 400);
    assert_eq!(order(&tenant), ["1", "2", "3"]);
}
