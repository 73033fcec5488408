//! Screens and screen schemes. A screen is made with one tab; its tabs are changed by functions of
//! their own.

use serde_json::{Value, json};

use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::jira::screen_tabs as tabs;
use crate::shelf::table::{
    Act, Delete, Guard, Mint, No, Op, Refer, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const SCREEN: &str = "/rest/api/3/screens/{screenId}";
const TAB: &str = "/rest/api/3/screens/{screenId}/tabs/{tabId}";
const FIELD: &str = "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields/{id}";

/// The uses that a screen has in a scheme.
const USES: [&str; 4] = ["default", "create", "edit", "view"];

const SCREEN_USED: No = (400, "The screen is used in a screen scheme.");
const NO_SCREEN: No = (404, "A screen of the screen scheme was not found.");

const fn screen_at(at: &'static str) -> Refer {
    Refer {
        at,
        kind: Kind::Screen,
        otherwise: NO_SCREEN,
    }
}

const fn unique(words: &'static str) -> Unique {
    Unique {
        member: "name",
        in_parent: false,
        otherwise: (400, words),
    }
}

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: Kind::Screen,
        noun: "screen",
        id: &["screenId"],
        mint: Mint::Number,
        show: Shape {
            pick: &["id", "name", "description"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "POST",
                "/rest/api/3/screens",
                Act::Create(&Write {
                    take: &["name", "description"],
                    demand: &["name"],
                    unique: Some(unique("A screen of this name exists.")),
                    check: Some(with_a_tab),
                    reply: Reply::Shown(201),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "PUT",
                SCREEN,
                Act::Update(&Write {
                    take: &["name", "description"],
                    demand: &["name"],
                    unique: Some(unique("A screen of this name exists.")),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "DELETE",
                SCREEN,
                Act::Delete(&Delete {
                    forbids: &[
                        Guard::Used(Kind::ScreenScheme, "/screens/default", SCREEN_USED),
                        Guard::Used(Kind::ScreenScheme, "/screens/create", SCREEN_USED),
                        Guard::Used(Kind::ScreenScheme, "/screens/edit", SCREEN_USED),
                        Guard::Used(Kind::ScreenScheme, "/screens/view", SCREEN_USED),
                    ],
                    ..Delete::PLAIN
                }),
            ),
            Op(
                "POST",
                "/rest/api/3/screens/addToDefault/{fieldId}",
                Act::Hand(tabs::add_to_default),
            ),
            Op(
                "GET",
                "/rest/api/3/screens/{screenId}/availableFields",
                Act::Hand(tabs::available),
            ),
            Op(
                "GET",
                "/rest/api/3/screens/{screenId}/tabs",
                Act::Hand(tabs::list),
            ),
            Op(
                "POST",
                "/rest/api/3/screens/{screenId}/tabs",
                Act::Hand(tabs::create),
            ),
            Op("PUT", TAB, Act::Hand(tabs::rename)),
            Op("DELETE", TAB, Act::Hand(tabs::delete)),
            Op(
                "POST",
                "/rest/api/3/screens/{screenId}/tabs/{tabId}/move/{pos}",
                Act::Hand(tabs::move_tab),
            ),
            Op(
                "GET",
                "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
                Act::Hand(tabs::fields),
            ),
            Op(
                "POST",
                "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
                Act::Hand(tabs::add_field),
            ),
            Op("DELETE", FIELD, Act::Hand(tabs::remove_field)),
            Op(
                "POST",
                "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields/{id}/move",
                Act::Hand(tabs::move_field),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind::ScreenScheme,
        noun: "screen scheme",
        id: &["screenSchemeId"],
        mint: Mint::Number,
        ops: &[
            Op(
                "POST",
                "/rest/api/3/screenscheme",
                Act::Create(&Write {
                    take: &["name", "description", "screens"],
                    demand: &["name"],
                    unique: Some(unique("A screen scheme of this name exists.")),
                    refers: &[
                        screen_at("/screens/default"),
                        screen_at("/screens/create"),
                        screen_at("/screens/edit"),
                        screen_at("/screens/view"),
                    ],
                    reply: Reply::NEW_ID,
                    ..Write::PLAIN
                }),
            ),
            Op(
                "PUT",
                "/rest/api/3/screenscheme/{screenSchemeId}",
                Act::Update(&Write {
                    take: &["name", "description"],
                    demand: &["name"],
                    unique: Some(unique("A screen scheme of this name exists.")),
                    check: Some(other_screens),
                    reply: Reply::Empty(204),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "DELETE",
                "/rest/api/3/screenscheme/{screenSchemeId}",
                Act::Delete(&Delete {
                    check: Some(unused),
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
];

fn with_a_tab(call: &mut Call<'_>, screen: &mut Value) -> Result<(), Refusal> {
    screen["tabs"] = json!([tabs::empty(call, "Field Tab")]);
    Ok(())
}

/// Screens are given as texts and kept as numbers; a null takes one off.
fn other_screens(call: &mut Call<'_>, scheme: &mut Value) -> Result<(), Refusal> {
    for usage in USES {
        match call.body["screens"].get(usage) {
            None => {}
            Some(Value::Null) if usage == "default" => {
                return Err(Refusal::field("screens", "The default screen is required."));
            }
            Some(Value::Null) => {
                if let Some(screens) = scheme["screens"].as_object_mut() {
                    screens.remove(usage);
                }
            }
            Some(id) => {
                let id = id.as_str().unwrap_or_default();
                let screen = call.find(Kind::Screen, id, NO_SCREEN.1)?;
                scheme["screens"][usage] = screen["id"].clone();
            }
        }
    }
    Ok(())
}

fn unused(call: &mut Call<'_>, scheme: &mut Value) -> Result<(), Refusal> {
    let used = call
        .of(Kind::IssueTypeScreenScheme)
        .find(|other| super::issue_type_screen_schemes::uses(other, &scheme["id"]));
    match used {
        Some(_) => Err(Refusal::bad(
            "The screen scheme is used in an issue type screen scheme.",
        )),
        None => Ok(()),
    }
}
