//! Credentials of the organisation: its API keys, OAuth clients, and what service accounts hold.

use serde_json::{Value, json};

use crate::admin::access;
use crate::host::call::Call;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::shelf::table::{Act, Delete, Filter, List, Op, Paging, Parent, Shape, Shelf};
use crate::state::kind::Kind;

const API: &str = "admin-api-access";

const CLIENT: Kind = Kind("OauthClient");
const KEY: Kind = Kind("OrgApiKey");
const TOKEN: Kind = Kind("ServiceAccountToken");
const ACCOUNT_CLIENT: Kind = Kind("ServiceAccountClient");

const ACCOUNT: Parent = Parent {
    kind: Kind::ServiceAccount,
    noun: "service account",
    param: "serviceAccountId",
    by: &["id"],
    member: "serviceAccountId",
    above: None,
};

const HELD: Shape = Shape {
    hide: &["id", "serviceAccountId"],
    ..Shape::WHOLE
};

const TOKENS: List = List {
    filters: &[Filter::Is("tokenLabel", "label")],
    shape: Some(&Shape {
        hide: &["serviceAccountId"],
        ..Shape::WHOLE
    }),
    ..List::PLAIN
};

const CLIENTS: List = List {
    filters: &[Filter::Is("clientName", "clientName")],
    shape: Some(&HELD),
    ..List::PLAIN
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: API,
        kind: CLIENT,
        noun: "OAuth client",
        id: &["clientId"],
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                "/orgs/{orgId}/oauth-clients",
                Act::List(&List {
                    page: Paging::Hand(by_page_size),
                    ..List::PLAIN
                }),
            ),
            Op("GET", "/orgs/{orgId}/oauth-clients/{clientId}", Act::Get),
            Op(
                "DELETE",
                "/orgs/{orgId}/oauth-clients/{clientId}",
                Act::Delete(&Delete::PLAIN),
            ),
            Op(
                "POST",
                "/orgs/{orgId}/oauth-clients/count",
                Act::Hand(access::count_clients),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: API,
        kind: KEY,
        noun: "API key",
        id: &["apiKeyId"],
        ops: &[
            Op(
                "GET",
                "/orgs/{orgId}/api-keys",
                Act::List(&List {
                    page: Paging::Hand(by_page_size),
                    filters: &[Filter::Words("q", "label")],
                    ..List::PLAIN
                }),
            ),
            Op(
                "GET",
                "/orgs/{orgId}/api-keys/count",
                Act::Hand(access::count_keys),
            ),
            Op(
                "PATCH",
                "/orgs/{orgId}/api-keys/revoke/{apiKeyId}",
                Act::Delete(&Delete::PLAIN),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: API,
        kind: TOKEN,
        noun: "API token",
        id: &["tokenId"],
        parent: Some(&ACCOUNT),
        ops: &[
            Op(
                "GET",
                "/orgs/{orgId}/service-accounts/{serviceAccountId}/api-tokens",
                Act::List(&TOKENS),
            ),
            Op(
                "DELETE",
                "/orgs/{orgId}/service-accounts/{serviceAccountId}/api-tokens",
                Act::Hand(access::revoke_of_service_account),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: API,
        kind: TOKEN,
        noun: "API token",
        id: &["tokenId"],
        ops: &[Op(
            "GET",
            "/orgs/{orgId}/service-accounts/api-tokens",
            Act::List(&TOKENS),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        api: API,
        kind: ACCOUNT_CLIENT,
        noun: "OAuth client",
        id: &["clientId"],
        parent: Some(&ACCOUNT),
        ops: &[Op(
            "GET",
            "/orgs/{orgId}/service-accounts/{serviceAccountId}/oauth-clients",
            Act::List(&CLIENTS),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        api: API,
        kind: ACCOUNT_CLIENT,
        noun: "OAuth client",
        id: &["clientId"],
        ops: &[Op(
            "GET",
            "/orgs/{orgId}/service-accounts/oauth-clients",
            Act::List(&CLIENTS),
        )],
        ..Shelf::PLAIN
    },
];

/// `data` and `links`, where `next` is the cursor itself and the size is called `pageSize`.
fn by_page_size(call: &Call<'_>, shown: &[Value]) -> Result<Value, Refusal> {
    let size = call.number("pageSize").unwrap_or(20).clamp(1, 100);
    let slice = page::slice(shown, call.get("cursor"), size)?;
    let mut links = json!({ "self": call.link(&call.path) });
    if let Some(next) = slice.next {
        links["next"] = json!(next);
    }
    Ok(json!({ "data": slice.shown, "links": links }))
}
