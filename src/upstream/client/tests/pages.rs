//! Pages over HTTP.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::site::{Says, Site, basic, bearer, request, soon};
use crate::base::fault::Code;
use crate::catalog;
use crate::upstream::pages::{Content, Page, Wanted, read_all, read_page};

async fn projects(site: &Site, page: Option<&str>, limit: Option<u32>) -> Page {
    let tool = catalog::tool("project_list").unwrap();
    let request = request("jira-platform:searchProjects", json!({}));
    let wanted = Wanted { page, limit };
    let access = bearer("t");
    match read_page(
        &site.upstream,
        &access,
        request,
        tool.paging,
        wanted,
        soon(),
    )
    .await
    .unwrap()
    {
        Content::List(page) => page,
        Content::Whole(body) => panic!("no list: {body}"),
    }
}

#[tokio::test]
async fn a_list_is_asked_for_in_the_products_own_words() {
    let answer = |values: Value, last: bool| {
        Says::Json(200, json!({"values": values, "total": 5, "isLast": last}))
    };
    let site = Site::saying([
        answer(json!([1, 2, 3]), false),
        answer(json!([3, 4, 5]), true),
    ])
    .await;
    let first = projects(&site, None, Some(3)).await;
    assert_eq!((first.items.len(), first.total), (3, Some(5)));
    let next = first.next_after(2).unwrap();
    let second = projects(&site, Some(&next), Some(3)).await;
    assert_eq!(second.items, [json!(3), json!(4), json!(5)]);
    assert_eq!(second.next_after(3), None);
    let lines: Vec<String> = site.saw().into_iter().map(|saw| saw.line).collect();
    for (line, start) in lines.iter().zip(["startAt=0", "startAt=2"]) {
        assert!(
            line.contains(start) && line.contains("maxResults=3"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_is_no_list_is_whole() {
    let site = Site::saying([Says::Json(200, json!({"id": "1"}))]).await;
    let tool = catalog::tool("project_get").unwrap();
    let request = request("jira-platform:getProject", json!({"projectIdOrKey": "A"}));
    let access = bearer("t");
    let read = read_page(
        &site.upstream,
        &access,
        request,
        tool.paging,
        Wanted::default(),
        soon(),
    );
    assert!(matches!(read.await, Ok(Content::Whole(body)) if body == json!({"id": "1"})));
}

#[tokio::test]
async fn a_state_is_read_to_its_end_or_not_at_all() {
    let page = |from: u32, last: bool| {
        let values: Vec<u32> = (from..from + 3).collect();
        Says::Json(
            200,
            json!({"values": values, "size": 3, "isLastPage": last}),
        )
    };
    let users = request(
        "jira-service-management:getUsersInOrganization",
        json!({"organizationId": 1}),
    );
    let site = Site::saying([page(0, false), page(3, false), page(6, true)]).await;
    let heard = AtomicU32::new(0);
    let more = || {
        heard.fetch_add(1, Ordering::SeqCst);
    };
    let all = read_all(&site.upstream, &basic(), &users, "/values", soon(), &more).await;
    assert_eq!(all.unwrap(), json!((0..9).collect::<Vec<_>>()));
    assert_eq!(heard.into_inner(), 2, "of three pages, two are followed");
    let broken = Site::saying([page(0, false), Says::Json(403, Value::Null)]).await;
    let quiet = || ();
    let all = read_all(
        &broken.upstream,
        &basic(),
        &users,
        "/values",
        soon(),
        &quiet,
    )
    .await;
    assert_eq!(all.unwrap_err().code, Code::InsufficientPermissions);
}
