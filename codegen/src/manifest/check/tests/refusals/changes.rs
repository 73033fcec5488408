//! Refusals that have to do with change: previews, undos, shapes, references, handlers.

use super::super::{SOUND, problems};
use super::{NEW, refuses, told, with};

#[test]
fn references_that_cannot_be_bound() {
    refuses(
        "\"$thingId\" }",
        "\"$thingid\" }",
        23,
        &["`$thingid` in `before`", "did you mean `thingId`?"],
    );
    refuses(
        "\"$thingId\" }",
        "\"$result/id\" }",
        23,
        &["`$result/id` in `before`"],
    );
    // Within an object, and as the name of a member, too.
    for object in [
        "{ a = [\"$thingid\"] } }",
        "{ a = [{ \"$thingid\" = 1 }] } }",
    ] {
        refuses(
            "\"$thingId\" }",
            object,
            23,
            &["`$thingid` in `before`", "did you mean `thingId`?"],
        );
    }
    refuses(
        "id = \"thingId\"",
        "id = \"thing\"",
        22,
        &["`$thing` in `target`", "did you mean `thingId`?"],
    );
    refuses(
        "{ restore = true }",
        "{ operation = \"shop:deleteThing\", with = { thingId = \"$thng\" } }",
        25,
        &["`$thng` in `revert`"],
    );
    refuses(
        "{ restore = true }",
        "{ operation = \"shop:deleteThing\", with = { thingId = \"$key\" } }",
        25,
        &["`$key` in `revert`"],
    );
}

#[test]
fn words_that_are_turned_into_nothing() {
    let revert = |value: &str| {
        format!("{{ operation = \"shop:deleteThing\", with = {{ thingId = {value} }} }}")
    };
    for value in [
        "{ turn = \"$before/name\" }",
        "{ turn = \"$before/name\", into = {} }",
        "{ turn = \"$before/name\", into = { old = \"new\" }, else = \"x\" }",
    ] {
        refuses(
            "{ restore = true }",
            &revert(value),
            25,
            &["a `turn` in `revert`"],
        );
    }
    let unbound = revert("{ turn = \"$nam\", into = { old = \"new\" } }");
    refuses("{ restore = true }", &unbound, 25, &["`$nam` in `revert`"]);
}

#[test]
fn writes_that_cannot_be_previewed_or_undone() {
    let delete = format!(
        "{NEW}operation = \"shop:deleteThing\"\neffect = \"delete\"\ntarget = {{ kind = \"thing\", id = \"thingId\" }}\n"
    );
    told(
        &with(&format!("{delete}irreversible = \"gone\"\n")),
        27,
        &["has no `before`"],
    );
    told(
        &with(&format!(
            "{delete}before = \"none: x\"\nfate = \"unseen: x\"\n"
        )),
        27,
        &["neither `revert` nor `irreversible`"],
    );
    told(
        &with(&format!(
            "{delete}before = \"none:\"\nirreversible = \"gone\"\nfate = \"unseen: x\"\n"
        )),
        34,
        &["gives no reason"],
    );
    told(
        &with(&format!(
            "{delete}before = \"nothing\"\nirreversible = \"gone\"\nfate = \"unseen: x\"\n"
        )),
        34,
        &["does not begin with `none:`"],
    );
    refuses(
        "revert =",
        "irreversible = \"x\"\nrevert =",
        25,
        &["both `revert` and `irreversible`"],
    );
    refuses(
        "target = { kind = \"thing\", id = \"thingId\" }\n",
        "",
        15,
        &["has no `target`"],
    );
}

#[test]
fn reads_that_may_change_something() {
    let search = format!("{NEW}operation = \"shop:makeThing\"\neffect = \"read\"\n");
    told(&with(&search), 27, &["is a read on POST /things", "`why`"]);
    assert_eq!(
        problems(&with(&format!("{search}why = \"it only asks\"\n"))),
        []
    );
    refuses(
        "effect = \"read\"",
        "effect = \"read\"\nirreversible = \"x\"",
        11,
        &["is a read and has `irreversible`"],
    );
    refuses(
        "shop:getThing\", with = { thingId = \"$thingId\" }",
        "shop:putThing\", with = { thingId = \"$thingId\" }, body = { name = \"x\" }",
        23,
        &["calls PUT /things/{thingId}"],
    );
}

#[test]
fn a_draft_that_nothing_is_taken_from() {
    refuses(
        "revert =",
        "draft = { operation = \"shop:getThing\", with = { thingId = \"$thingId\" } }\nrevert =",
        25,
        &["nothing is taken from the `draft`", "becomes"],
    );
}

#[test]
fn an_item_that_no_answer_has() {
    refuses(
        "with = { thingId = \"$thingId\" }",
        "with = { thingId = \"$thingId\" }, item = { \"/nothing\" = \"$thingId\" }",
        23,
        &["nothing"],
    );
}

#[test]
fn a_replacing_write_needs_a_shape() {
    refuses(
        "shape = { pick = [\"name\", \"size\"] }\nrevert = { restore = true }",
        "irreversible = \"x\"",
        15,
        &["replaces and has no `shape`"],
    );
    refuses(
        "pick = [\"name\", \"size\"]",
        "map = {}",
        24,
        &["takes nothing over"],
    );
}

#[test]
fn a_list_held_by_key_is_written_by_key_and_in_part() {
    let manifest = SOUND.replacen(
        "pick = [\"name\", \"size\"]",
        "pick = [\"name\"], keyed = { list = \"parts\", key = \"id\", value = \"values\" }",
        1,
    );
    let problems = problems(&manifest);
    let words = ["not for its effect", "`/parts/*/id`", "`/parts/*/values`"];
    assert_eq!(problems.len(), words.len(), "{problems:#?}");
    for (problem, word) in problems.iter().zip(words) {
        assert_eq!(problem.line, 24, "{problem}");
        assert!(problem.to_string().contains(word), "no {word} in {problem}");
    }
}

#[test]
fn pointers_that_lead_nowhere() {
    refuses(
        "pick = [\"name\", \"size\"]",
        "pick = [\"name\"], map = { \"/size\" = \"/sizes\" }",
        24,
        &["`/sizes` in `shape`", "did you mean `size`?"],
    );
    refuses(
        "thingId = \"$thingId\" }",
        "thingId = \"$thingId\" }, at = \"/value\"",
        23,
        &["`/value` in `before`", "leads nowhere"],
    );
    refuses(
        "params.filter",
        "paging = { style = \"none\", items = \"/items\" }\nparams.filter",
        11,
        &["`/items` in `items` of `paging`"],
    );
    refuses(
        "kind = \"thing\", id = \"thingId\"",
        "kind = \"thing\", result = \"/uuid\"",
        22,
        &["`/uuid` in `target`", "did you mean `id`?"],
    );
}

#[test]
fn handlers_without_a_reason_or_their_operations() {
    let handler = format!("{NEW}effect = \"read\"\nhandler = \"things::all\"\n");
    told(
        &with(&format!("{handler}uses = [\"shop:getThing\"]\n")),
        32,
        &["without `handler_why`"],
    );
    told(
        &with(&format!("{handler}handler_why = \"two reads\"\n")),
        32,
        &["no `uses`"],
    );
    told(
        &with(&format!(
            "{handler}handler_why = \"x\"\nuses = [\"shop:getThing\"]\nparams.a = {{}}\n"
        )),
        35,
        &["a handler and `params`"],
    );
    told(
        &with(&format!("{NEW}effect = \"read\"\n")),
        27,
        &["neither `operation` nor `handler`"],
    );
    told(
        &with(&format!(
            "{}handler_why = \"x\"\nuses = [\"shop:getThing\"]\n",
            handler.replace("things::all", "All")
        )),
        32,
        &["no name of a handler"],
    );
}
