//! Refusals that have to do with steps, and with writes whose outcome nobody sees.

use super::super::{problems, specs};
use super::{NEW, told, with};
use crate::manifest::{Source, StepCall, StepUndo, check_text};

const PUT: &str = "operation = \"shop:putThing\", with = { thingId = \"$thingId\" }";

/// A tool that empties a thing before it deletes it; its steps begin in line 37.
fn emptied(steps: &str) -> String {
    with(&format!(
        "{NEW}operation = \"shop:deleteThing\"\neffect = \"delete\"\ntarget = {{ kind = \"thing\", id = \"thingId\" }}\nbefore = {{ operation = \"shop:getThing\", with = {{ thingId = \"$thingId\" }} }}\nirreversible = \"gone\"\nsteps = [\n{steps}\n]\n"
    ))
}

fn empty(more: &str) -> String {
    format!("{{ name = \"empty\", {PUT}, body = {{ name = \"$before/name\", size = 0 }}{more} }}")
}

fn undo() -> String {
    format!(", undo = {{ {PUT}, body = {{ name = \"$before/name\", size = \"$before/size\" }} }}")
}

const OWN: &str = "{ name = \"delete\", own = true }";

#[test]
fn sound_steps_are_taken_over() {
    let when = ", when = { at = \"$before/size\", is_not = 0 }";
    let text = emptied(&format!("{},\n{OWN}", empty(&format!("{when}{}", undo()))));
    assert_eq!(problems(&text), []);
    let checked = check_text(&text, &specs()).unwrap();
    let [empty, own] = checked.tools[2].steps.as_slice() else {
        panic!("two steps");
    };
    assert_eq!(own.call, StepCall::Own);
    let (StepCall::Other(call), StepUndo::Call(undo)) = (&empty.call, &empty.undo) else {
        panic!("a call and its undo");
    };
    assert_eq!(
        (call.operation.as_str(), undo.operation.as_str()),
        ("shop:putThing", "shop:putThing")
    );
    let when = empty.when.as_ref().unwrap();
    assert_eq!(when.at, Source::Before("/size".to_owned()));
    assert!(when.negated);
}

#[test]
fn steps_that_could_be_left_half_done() {
    let first = |more: &str| emptied(&format!("{},\n{OWN}", empty(more)));
    told(&first(""), 37, &["step `empty`", "has no `undo`"]);
    told(&first(", undo = \"none:\""), 37, &["gives no reason"]);
    let last = emptied(&format!(
        "{},\n{{ name = \"delete\", own = true, undo = \"none: x\" }}",
        empty(&undo())
    ));
    told(&last, 38, &["is the last and has an `undo`"]);
}

#[test]
fn steps_around_nothing() {
    let none = emptied(&format!(
        "{},\n{}",
        empty(&undo()),
        empty("").replace("\"empty\"", "\"again\"")
    ));
    told(&none, 37, &["0 of the steps", "are its own"]);
    told(&emptied(OWN), 37, &["fewer than two steps"]);
    let unsure = emptied(&format!(
        "{},\n{{ name = \"delete\", own = true, when = \"$thingId\" }}",
        empty(&undo())
    ));
    told(&unsure, 38, &["its own step", "has a `when`"]);
    told(
        &with(&format!(
            "{NEW}operation = \"shop:getThing\"\neffect = \"read\"\nsteps = []\n"
        )),
        27,
        &["is a read and has `steps`"],
    );
}

#[test]
fn steps_that_cannot_be_told_apart_or_bound() {
    let twice = emptied(&format!(
        "{},\n{{ name = \"empty\", own = true }}",
        empty(&undo())
    ));
    told(&twice, 38, &["two steps", "named `empty`"]);
    let shouted = emptied(&format!(
        "{},\n{OWN}",
        empty(&undo()).replace("\"empty\"", "\"Empty it\"")
    ));
    told(&shouted, 37, &["is named `Empty it`"]);
    let early = emptied(&format!(
        "{},\n{OWN}",
        empty(&undo()).replacen("$before/name", "$result/name", 1)
    ));
    told(&early, 37, &["`$result/name`", "cannot be bound"]);
    let both = emptied(&format!(
        "{},\n{OWN}",
        empty(&format!(
            ", when = {{ at = \"$before/size\", is = 1, is_not = 2 }}{}",
            undo()
        ))
    ));
    told(&both, 37, &["either `is` or `is_not`"]);
}

#[test]
fn a_step_after_its_own_knows_the_answer() {
    let text = emptied(&format!(
        "{{ name = \"delete\", own = true, undo = \"none: gone is gone\" }},\n{}",
        empty("").replace("$before/name", "$result/name")
    ));
    assert_eq!(problems(&text), []);
}

#[test]
fn a_write_that_nobody_sees_says_why() {
    let action = |more: &str| {
        with(&format!(
            "{NEW}operation = \"shop:makeThing\"\neffect = \"action\"\ntarget = {{ kind = \"thing\", id = \"name\" }}\nbefore = \"none: x\"\nirreversible = \"y\"\n{more}"
        ))
    };
    told(&action(""), 27, &["nobody could see", "`fate"]);
    told(
        &action("fate = \"unseen\"\n"),
        36,
        &["does not say why nobody sees it"],
    );
    assert_eq!(problems(&action("fate = \"unseen: it is a secret\"\n")), []);
    super::refuses(
        "revert = {",
        "fate = \"unseen: x\"\nrevert = {",
        25,
        &["has a `fate` and can be seen"],
    );
}
