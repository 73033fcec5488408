//! Walks over lists of every style, cut in every way: nothing is lost and nothing comes twice.

use serde_json::json;

use super::*;
use crate::base::fault::Code;
use crate::catalog::fixture::OPERATION;
use crate::catalog::model::{Body, Operation, Param, Place};

const fn query(name: &'static str) -> Param {
    Param {
        name,
        place: Place::Query,
        required: false,
        schema: "{}",
    }
}

static BY_OFFSET: Operation = Operation {
    params: &[query("startAt"), query("maxResults"), query("name")],
    ..OPERATION
};
static BY_BODY: Operation = Operation {
    body: Some(Body {
        required: true,
        media: "application/json",
        schema: "{}",
    }),
    ..OPERATION
};

const OFFSET: Paging = Paging::Offset {
    offset: "startAt",
    size: "maxResults",
    largest: 7,
    items: "/values",
    total: "/total",
    last: "/isLast",
};
const CURSOR: Paging = Paging::Cursor {
    cursor: "cursor",
    size: "limit",
    largest: 7,
    items: "/results",
    next: "/_links/next",
};
const IN_BODY: Paging = Paging::Cursor {
    cursor: "body:/page/cursor",
    size: "body:/page/limit",
    largest: 7,
    items: "/data",
    next: "/links/next",
};
const UNPAGED: Paging = Paging::None { items: Some("") };

/// What a list of `length` numbers answers to a request.
fn answer(paging: Paging, marks: Marks, sent: &Request, length: u64) -> Value {
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let slice = |from: u64, size: u64| (from..length.min(from + size)).collect::<Vec<_>>();
    match paging {
        Paging::None { .. } => json!(slice(0, length)),
        Paging::Offset { .. } => {
            let from = number(&sent.params["startAt"]).unwrap();
            let size = number(&sent.params["maxResults"]).unwrap().min(marks.cap);
            let mut body = json!({"values": slice(from, size), "startAt": from});
            if marks.total {
                body["total"] = json!(length);
            }
            if marks.last {
                body["isLast"] = json!(from + size >= length);
            }
            if marks.echo {
                body["maxResults"] = json!(size);
            }
            body
        }
        Paging::Cursor { cursor, .. } => {
            let (cursor, limit) = if cursor.starts_with("body:") {
                let page = &sent.body.as_ref().unwrap()["page"];
                (page.get("cursor"), &page["limit"])
            } else {
                (sent.params.get("cursor"), &sent.params["limit"])
            };
            let from = cursor.map_or(0, |cursor| number(cursor).unwrap());
            let size = number(limit).unwrap().min(marks.cap);
            let next = (from + size < length).then(|| from + size);
            json!({
                "results": slice(from, size),
                "data": slice(from, size),
                "_links": {"next": next.map(|at| format!("/x?limit={size}&cursor={at}"))},
                "links": {"next": next.map(|at| at.to_string())},
            })
        }
    }
}

/// What an answer by offset says of itself.
#[derive(Debug, Clone, Copy)]
struct Marks {
    total: bool,
    last: bool,
    echo: bool,
    cap: u64,
}

const ALL_MARKS: Marks = Marks {
    total: true,
    last: true,
    echo: true,
    cap: 100,
};

fn request(paging: Paging) -> Request {
    match paging {
        Paging::Cursor { cursor, .. } if cursor.starts_with("body:") => {
            Request::new(&BY_BODY, Map::new()).with_body(json!({"query": "q"}))
        }
        _ => Request::new(&BY_OFFSET, Map::new()),
    }
}

/// One page, as [`read_page`] makes it.
fn page(paging: Paging, marks: Marks, length: u64, at: Option<&str>, limit: Option<u32>) -> Page {
    let style = Style::of(paging).unwrap();
    let request = request(paging);
    let first = style.first(&request, limit.unwrap_or(USUAL));
    let start = at.map_or(first.clone(), |at| first.decode(at).unwrap());
    let mut sent = request;
    style.place(&mut sent, &start).unwrap();
    let read = style
        .take(answer(paging, marks, &sent, length), &start)
        .unwrap();
    let mut page = assemble(read, start);
    if let Some(limit) = limit {
        page.cut(limit as usize);
    }
    page
}

/// Walks the list, keeping of each page as many items as `keep` says (one at least).
fn walk(
    paging: Paging,
    marks: Marks,
    length: u64,
    limit: Option<u32>,
    keep: impl Fn(usize) -> usize,
) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut at = None;
    for round in 0..1000 {
        let page = page(paging, marks, length, at.as_deref(), limit);
        let kept = keep(round).clamp(1, page.items.len().max(1));
        seen.extend(
            page.items
                .iter()
                .take(kept)
                .map(|item| item.as_u64().unwrap()),
        );
        at = page.next_after(kept);
        if at.is_none() {
            return seen;
        }
    }
    panic!("{paging:?} has no end")
}

#[test]
fn every_item_comes_once_however_pages_are_cut() {
    for paging in [OFFSET, CURSOR, IN_BODY, UNPAGED] {
        for length in [0, 1, 6, 7, 8, 14, 23] {
            for limit in [None, Some(1), Some(3), Some(7), Some(50)] {
                for step in 1..9 {
                    let seen = walk(paging, ALL_MARKS, length, limit, |round| {
                        1 + (round * step) % 8
                    });
                    let all: Vec<u64> = (0..length).collect();
                    assert_eq!(seen, all, "{paging:?} {length} {limit:?} {step}");
                }
            }
        }
    }
}

#[test]
fn the_end_is_found_by_whatever_mark_there_is() {
    for total in [false, true] {
        for last in [false, true] {
            for (echo, cap) in [(true, 3), (false, 100), (true, 100)] {
                let marks = Marks {
                    total,
                    last,
                    echo,
                    cap,
                };
                for length in [0, 1, 6, 7, 13, 14] {
                    let seen = walk(OFFSET, marks, length, None, |_| usize::MAX);
                    assert_eq!(seen, (0..length).collect::<Vec<_>>(), "{marks:?} {length}");
                }
            }
        }
    }
}

#[test]
fn the_total_is_told_when_it_is_known() {
    let total = |paging, length| page(paging, ALL_MARKS, length, None, Some(5)).total;
    assert_eq!(total(OFFSET, 23), Some(23));
    assert_eq!(total(UNPAGED, 23), Some(23));
    assert_eq!(total(CURSOR, 23), None);
    assert_eq!(total(CURSOR, 4), Some(4));
    let second = page(UNPAGED, ALL_MARKS, 23, None, Some(5)).next_after(5);
    let second = page(UNPAGED, ALL_MARKS, 23, second.as_deref(), Some(5));
    assert_eq!(
        (second.total, second.items[0].as_u64()),
        (Some(23), Some(5))
    );
}

#[test]
fn a_cursor_holds_for_its_own_call_only() {
    let style = Style::of(OFFSET).unwrap();
    let first = style.first(&request(OFFSET), 5);
    let next = page(OFFSET, ALL_MARKS, 23, None, None)
        .next_after(5)
        .unwrap();
    assert!(first.decode(&next).is_ok());
    let other = Map::from_iter([("name".to_owned(), json!("x"))]);
    let other = style.first(&Request::new(&BY_OFFSET, other), 5);
    for (cursor, text) in [
        (&other, next.as_str()),
        (&first, ""),
        (&first, "nonsense"),
        (&first, "e30"),
        (&first, &"A".repeat(5000)),
    ] {
        let fault = cursor.decode(text).unwrap_err();
        assert_eq!(fault.code, Code::ValidationError, "{text}");
        assert_eq!(fault.details, Some(json!({"path": "/page"})));
    }
}

#[test]
fn what_stands_beside_the_items_is_kept_without_the_marks() {
    let style = Style::of(Paging::None {
        items: Some("/requestTypeFields"),
    })
    .unwrap();
    let start = style.first(&request(OFFSET), 5);
    let body =
        json!({"requestTypeFields": [1], "canRaiseOnBehalfOf": true, "_links": {}, "size": 1});
    let read = style.take(body, &start).unwrap();
    assert_eq!(
        Value::Object(read.rest),
        json!({"canRaiseOnBehalfOf": true})
    );
    let bad = style.take(json!({"requestTypeFields": "none"}), &start);
    assert_eq!(bad.unwrap_err().code, Code::UpstreamUnexpected);
}

#[test]
fn a_product_that_repeats_its_cursor_is_at_its_end() {
    let style = Style::of(CURSOR).unwrap();
    let body = json!({"results": [1], "_links": {"next": "/x?cursor=7"}});
    let start = style.first(&request(CURSOR), 5);
    let read = style.take(body.clone(), &start).unwrap();
    let start = start.at(read.following.unwrap());
    assert_eq!(style.take(body, &start).unwrap().following, None);
    let lost = json!({"results": [1], "_links": {"next": "/x?start=7"}});
    assert!(style.take(lost, &start).is_err());
}

#[test]
fn a_list_of_our_own_may_be_cut_after_any_item() {
    let cursors = ["a", "b", "c"].map(str::to_owned).to_vec();
    let items = vec![json!(1), json!(2), json!(3)];
    let page = Page::local(items.clone(), cursors.clone(), Some("next".to_owned()));
    let after = |kept| page.next_after(kept);
    assert_eq!(after(1).as_deref(), Some("a"));
    assert_eq!(after(2).as_deref(), Some("b"));
    assert_eq!(after(3).as_deref(), Some("next"));
    assert_eq!(Page::local(items, cursors, None).next_after(3), None);
}

#[test]
fn a_size_that_the_document_does_not_name_is_not_asked_for() {
    static STEPPED: Operation = Operation {
        params: &[
            query("cursor"),
            Param {
                schema: r#"{"type": "integer", "enum": [20, 5, 10]}"#,
                ..query("limit")
            },
        ],
        ..OPERATION
    };
    let paging = Paging::Cursor {
        cursor: "cursor",
        size: "limit",
        largest: 100,
        items: "/results",
        next: "/next",
    };
    let style = Style::of(paging).unwrap();
    for (wanted, asked) in [(1, 5), (5, 5), (6, 10), (50, 20)] {
        let mut request = Request::new(&STEPPED, Map::new());
        let first = style.first(&request, wanted);
        style.place(&mut request, &first).unwrap();
        assert_eq!(request.params["limit"], asked, "{wanted}");
    }
}
