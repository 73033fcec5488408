//! Owners, columns and shares of saved filters, and whom a person's new ones are shared with.

use crate::jira::filter_settings as by_hand;
use crate::shelf::table::{Act, Op, Shelf};
use crate::state::kind::Kind;

const COLUMNS: &str = "/rest/api/3/filter/{id}/columns";
const SHARES: &str = "/rest/api/3/filter/{id}/permission";
const SHARE: &str = "/rest/api/3/filter/{id}/permission/{permissionId}";
const SCOPE: &str = "/rest/api/3/filter/defaultShareScope";

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind::Filter,
    noun: "filter",
    ops: &[
        Op(
            "PUT",
            "/rest/api/3/filter/{id}/owner",
            Act::Hand(by_hand::set_owner),
        ),
        Op("GET", COLUMNS, Act::Hand(by_hand::columns)),
        Op("PUT", COLUMNS, Act::Hand(by_hand::set_columns)),
        Op("DELETE", COLUMNS, Act::Hand(by_hand::reset_columns)),
        Op("GET", SHARES, Act::Hand(by_hand::shares)),
        Op("POST", SHARES, Act::Hand(by_hand::share)),
        Op("GET", SHARE, Act::Hand(by_hand::one_share)),
        Op("DELETE", SHARE, Act::Hand(by_hand::unshare)),
        Op("GET", SCOPE, Act::Hand(by_hand::scope)),
        Op("PUT", SCOPE, Act::Hand(by_hand::set_scope)),
    ],
    ..Shelf::PLAIN
}];
