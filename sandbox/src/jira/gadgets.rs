//! Where the gadgets of a dashboard stand. A column has no gaps: what is put into it moves the others
//! down, what is taken out lets them move up.

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

pub(crate) const GADGET: Kind = Kind("DashboardGadget");
pub(crate) const KNOWN: Kind = Kind("GadgetType");
pub(crate) const PROPERTY: Kind = Kind("DashboardItemProperty");

const COLUMNS: u64 = 3;
const COLORS: [&str; 8] = [
    "blue", "red", "yellow", "green", "cyan", "purple", "gray", "white",
];

/// A new gadget: of a known kind, at the end of the first column where no place is given.
pub(crate) fn add(call: &mut Call<'_>, gadget: &mut Value) -> Result<(), Refusal> {
    colored(gadget)?;
    let named = ["moduleKey", "uri"].map(|member| gadget.get(member).is_some());
    let [by_key, by_uri] = named;
    if by_key == by_uri {
        return Err(Refusal::bad(
            "Name a gadget by its module key or by its URI.",
        ));
    }
    let member = if by_key { "moduleKey" } else { "uri" };
    let known = call
        .of(KNOWN)
        .find(|k| k[member] == gadget[member])
        .cloned();
    if known.is_none() && call.body["ignoreUriAndModuleKeyValidation"] != true {
        return Err(Refusal::bad("There is no such gadget."));
    }
    if gadget.get("title").is_none() {
        let title = known.map_or_else(|| "Gadget".to_owned(), |known| text(&known, "title"));
        gadget["title"] = json!(title);
    }
    if gadget.get("position").is_none() {
        gadget["position"] = json!({ "column": 0, "row": height(call, gadget, 0) });
    }
    make_room(call, gadget)
}

/// A change; a gadget that moves leaves its column first.
pub(crate) fn change(call: &mut Call<'_>, gadget: &mut Value) -> Result<(), Refusal> {
    colored(gadget)?;
    let stored = call.of(GADGET).get(&gadget["id"].to_string()).cloned();
    let Some(stored) = stored.filter(|stored| stored["position"] != gadget["position"]) else {
        return Ok(());
    };
    let before = call.of(GADGET).clone();
    close_gap(call, &stored);
    // It stands nowhere while it moves.
    if let Some(moving) = call.of_mut(GADGET).get_mut(&gadget["id"].to_string()) {
        moving["position"] = Value::Null;
    }
    make_room(call, gadget).inspect_err(|_| *call.of_mut(GADGET) = before)
}

/// What stood below moves up.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the signature of the tables' functions"
)]
pub(crate) fn remove(call: &mut Call<'_>, gadget: &mut Value) -> Result<(), Refusal> {
    close_gap(call, gadget);
    Ok(())
}

/// The address of a property.
pub(crate) fn link(call: &Call<'_>, property: &Value, shown: &mut Value) {
    let (item, key) = (text(property, "itemId"), text(property, "key"));
    let dashboard = call.id("dashboardId");
    let path = format!("/rest/api/3/dashboard/{dashboard}/items/{item}/properties/{key}");
    shown["self"] = json!(call.link(&path));
}

fn colored(gadget: &Value) -> Result<(), Refusal> {
    if COLORS.contains(&text(gadget, "color").as_str()) {
        return Ok(());
    }
    Err(Refusal::bad("There is no such color."))
}

fn place(gadget: &Value) -> (Option<u64>, Option<u64>) {
    let at = &gadget["position"];
    (at["column"].as_u64(), at["row"].as_u64())
}

/// How many gadgets stand in a column of the gadget's dashboard.
fn height(call: &Call<'_>, gadget: &Value, column: u64) -> usize {
    let others = call.of(GADGET).values();
    others
        .filter(|g| g["dashboardId"] == gadget["dashboardId"] && place(g).0 == Some(column))
        .count()
}

fn make_room(call: &mut Call<'_>, gadget: &Value) -> Result<(), Refusal> {
    let (Some(column), Some(row)) = place(gadget) else {
        return Err(Refusal::bad("A position has a column and a row."));
    };
    if column >= COLUMNS {
        return Err(Refusal::bad("The selected column does not exist."));
    }
    let last = height(call, gadget, column);
    if usize::try_from(row).is_ok_and(|row| row > last) {
        return Err(Refusal::bad("The selected row does not exist."));
    }
    shift(call, gadget, column, |there| there >= row, 1);
    Ok(())
}

fn close_gap(call: &mut Call<'_>, gadget: &Value) {
    if let (Some(column), Some(row)) = place(gadget) {
        shift(call, gadget, column, |there| there > row, -1);
    }
}

/// Moves the gadgets of a column whose row passes the test.
fn shift(call: &mut Call<'_>, gadget: &Value, column: u64, test: impl Fn(u64) -> bool, by: i64) {
    for other in call.of_mut(GADGET).values_mut() {
        let beside = other["dashboardId"] == gadget["dashboardId"] && other["id"] != gadget["id"];
        if let (true, (Some(at), Some(row))) = (beside, place(other))
            && at == column
            && test(row)
        {
            other["position"]["row"] = json!(row.saturating_add_signed(by));
        }
    }
}
