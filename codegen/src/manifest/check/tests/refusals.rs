//! One manifest for each refusal: the line it names and the words it uses.

mod changes;
mod impact;
mod steps;
mod tasks;

use super::{SOUND, problems};

/// Replaces a line of the sound manifest; the fault must stand at `line` and use these words, and
/// be the only one.
#[track_caller]
fn refuses(old: &str, new: &str, line: usize, words: &[&str]) {
    assert!(SOUND.contains(old), "nothing to replace: {old}");
    told(&SOUND.replacen(old, new, 1), line, words);
}

#[track_caller]
fn told(manifest: &str, line: usize, words: &[&str]) {
    let problems = problems(manifest);
    let [problem] = problems.as_slice() else {
        panic!("not one problem: {problems:#?}");
    };
    assert_eq!(problem.line, line, "{problem}");
    let text = problem.to_string();
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    assert!(
        !problem.why.is_empty() && !problem.mend.is_empty(),
        "{problem}"
    );
}

/// The sound manifest with a further tool, whose first line is 28.
fn with(tool: &str) -> String {
    format!("{SOUND}\n[[tool]]\n{tool}")
}

const NEW: &str = "name = \"thing_x\"\ngroup = \"things\"\nabout = \"Do.\"\n";

#[test]
fn what_is_not_toml() {
    told("[group", 1, &["not TOML"]);
}

#[test]
fn unknown_keys_everywhere() {
    refuses(
        "effect = \"read\"",
        "effect = \"read\"\naproximate = 1",
        11,
        &["unknown key `aproximate`", "tool `thing_list`"],
    );
    refuses(
        "hide = true",
        "hidden = true, hide = true",
        11,
        &["unknown key `hidden`", "did you mean `hide`?"],
    );
    refuses(
        "kind = \"thing\"",
        "kind = \"thing\", name = 1",
        22,
        &["unknown key `name`", "`target`"],
    );
    refuses(
        "restore = true",
        "restore = true, allways = []",
        25,
        &["unknown key `allways`", "did you mean `always`?"],
    );
    refuses(
        "with = {",
        "whit = {}, with = {",
        23,
        &["unknown key `whit`", "did you mean `with`?"],
    );
    refuses(
        "pick = [",
        "pik = [], pick = [",
        24,
        &["unknown key `pik`", "did you mean `pick`?"],
    );
    refuses(
        "title = \"Things\"",
        "title = \"Things\"\ncolour = \"red\"",
        3,
        &["unknown key `colour`", "group `things`"],
    );
}

#[test]
fn values_of_the_wrong_kind() {
    refuses(
        "alias = [\"things.update\"]",
        "alias = \"things.update\"",
        17,
        &["an array of strings"],
    );
    refuses(
        "effect = \"read\"",
        "effect = \"reed\"",
        10,
        &["unknown `effect` `reed`", "did you mean `read`?"],
    );
    refuses("about = \"List the things.\"\n", "", 5, &["has no `about`"]);
}

#[test]
fn unknown_operations_with_the_nearest() {
    refuses(
        "shop:listThings",
        "shop:listThing",
        8,
        &[
            "unknown operation `shop:listThing`",
            "did you mean `shop:listThings`?",
        ],
    );
    refuses(
        "shop:getThing",
        "shp:getThing",
        23,
        &["unknown operation `shp:getThing`", "did you mean `shop`?"],
    );
}

#[test]
fn excluded_and_deprecated_operations() {
    told(
        &with(&format!(
            "{NEW}operation = \"shop:innerThing\"\neffect = \"read\"\n"
        )),
        31,
        &["excluded", "internal to the shop"],
    );
    let old = format!("{NEW}operation = \"shop:oldThing\"\neffect = \"read\"\n");
    told(
        &with(&old),
        31,
        &[
            "deprecated operation `shop:oldThing`",
            "deprecated = \"why\"",
        ],
    );
    assert_eq!(
        problems(&with(&format!(
            "{old}deprecated = \"nothing else has it\"\n"
        ))),
        []
    );
    told(
        &SOUND.replacen("params.filter", "deprecated = \"x\"\nparams.filter", 1),
        11,
        &["no deprecated operation"],
    );
}

#[test]
fn unknown_parameters_and_fields() {
    refuses(
        "params.filter",
        "params.fliter",
        11,
        &["parameter `fliter`", "did you mean `filter`?"],
    );
    refuses(
        "with = { thingId",
        "with = { thingid = 1, thingId",
        23,
        &["parameter `thingid`", "did you mean `thingId`?"],
    );
    refuses(
        "target =",
        "body.fields = [\"nam\", \"name\"]\ntarget =",
        22,
        &["field `nam`", "did you mean `name`?"],
    );
}

#[test]
fn required_parameters_that_nobody_supplies() {
    refuses(
        "target = { kind = \"thing\", id = \"thingId\" }\nbefore = { operation = \"shop:getThing\", with = { thingId = \"$thingId\" } }",
        "params.thingId = { hide = true }\ntarget = { kind = \"thing\", id = \"$org\" }\nbefore = { operation = \"shop:getThing\", with = { thingId = \"$org\" } }",
        22,
        &["nobody supplies the parameter `thingId`", "value ="],
    );
    refuses(
        ", with = { thingId = \"$thingId\" }",
        "",
        23,
        &["does not bind `thingId`"],
    );
}

#[test]
fn required_fields_that_nobody_supplies() {
    let create = format!(
        "{NEW}operation = \"shop:makeThing\"\neffect = \"create\"\nbody.fields = [\"size\"]\ntarget = {{ kind = \"thing\", result = \"/id\" }}\nbefore = \"none: new\"\ntraces = \"none: x\"\nirreversible = \"so\"\n"
    );
    told(
        &with(&create),
        33,
        &["nobody supplies the body field `name`", "body.set"],
    );
    assert_eq!(
        problems(&with(
            &create.replace("target", "body.set = { name = \"x\" }\ntarget")
        )),
        []
    );
}

#[test]
fn names_that_break_the_rule_or_are_taken() {
    refuses(
        "\"thing_list\"",
        "\"things.list\"",
        6,
        &["breaks the rule for names"],
    );
    refuses(
        "\"thing_list\"",
        "\"thing_update\"",
        16,
        &["`thing_update` is taken twice", "line 6"],
    );
    refuses(
        "things.update",
        "thing_list",
        17,
        &["`thing_list` is taken twice"],
    );
    told(
        &format!(
            "{SOUND}\n[[unavailable]]\nalias = [\"things.update\"]\nwhy = \"x\"\ninstead = \"y\"\n"
        ),
        28,
        &["`things.update` is taken twice"],
    );
    refuses(
        "params.filter = { hide = true }",
        "params.filter = { as = \"a b\" }",
        11,
        &["an argument named `a b`"],
    );
    refuses(
        "params.filter = { hide = true }",
        "params.filter = { as = \"limit\" }",
        5,
        &["two arguments named `limit`"],
    );
}

#[test]
fn shared_schemas_that_do_not_exist() {
    let shared = SOUND.replacen(
        "target =",
        "body.schema = { size = \"$smll\" }\ntarget =",
        1,
    );
    told(
        &format!("[schema]\nsmall = {{ type = \"integer\", maximum = 9 }}\n{shared}"),
        24,
        &["shared schema `smll`", "did you mean `small`?"],
    );
}

#[test]
fn groups_and_tools_that_do_not_exist() {
    told(
        &with(&format!(
            "{}operation = \"shop:listThings\"\neffect = \"read\"\n",
            NEW.replace("\"things\"", "\"thngs\"")
        )),
        29,
        &["unknown group `thngs`", "did you mean `things`?"],
    );
    told(
        &format!("[group.empty]\ntitle = \"E\"\ncredential = \"oauth\"\n{SOUND}"),
        1,
        &["group `empty` has no tool"],
    );
    told(
        &format!(
            "{SOUND}\n[[unavailable]]\nalias = [\"a\"]\nwhy = \"x\"\ninstead = \"y\"\ntool = \"thing_lst\"\n"
        ),
        31,
        &[
            "`thing_lst` that does not exist",
            "did you mean `thing_list`?",
        ],
    );
}

#[test]
fn words_that_are_too_many_or_none() {
    refuses(
        "List the things.",
        "",
        9,
        &["`about` of tool `thing_list` has 0 characters"],
    );
    refuses(
        "List the things.",
        &"x".repeat(301),
        9,
        &["has 301 characters"],
    );
}

#[test]
fn a_listed_tool_that_is_too_large() {
    let about = "y".repeat(60);
    let inputs: Vec<String> = (0..60)
        .map(|n| format!("input.a{n} = {{ type = \"string\", about = \"{about}\" }}\n"))
        .collect();
    let inputs = inputs.concat();
    let large = format!(
        "{NEW}effect = \"read\"\nhandler = \"things::all\"\nhandler_why = \"x\"\nuses = [\"shop:getThing\"]\n{inputs}"
    );
    told(&with(&large), 27, &["bytes in a list", "4096"]);
}

#[test]
fn inputs_that_fill_nothing() {
    refuses(
        "params.filter",
        "input.word = { type = \"string\" }\nparams.filter",
        11,
        &["input `word`", "fills nothing"],
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let broken = SOUND
        .replace("shop:listThings", "shop:nothing")
        .replace("hide = true", "hidden = true")
        .replace("restore = true", "restor = true");
    let lines: Vec<usize> = problems(&broken)
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert!(
        lines.contains(&8) && lines.contains(&11) && lines.contains(&25),
        "{lines:?}"
    );
}
