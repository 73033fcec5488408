//! Task styles that no document bears out, and tools that name none.

use super::{SOUND, problems, told};

const STYLE: &str = r#"
[task.slow]
look = "shop:getThing"
param = "thingId"
begun = ["location:things/", "/id"]
done = { "/name" = ["done"] }
failed = { "/name" = ["failed", "dead"] }
progress = "/size"
cancel = "shop:deleteThing"
"#;

/// The sound manifest with a style, whose first line is 27, after a change to it.
#[track_caller]
fn refuses(old: &str, new: &str, line: usize, words: &[&str]) {
    assert!(STYLE.contains(old), "nothing to replace: {old}");
    let manifest = format!("{SOUND}{}", STYLE.replacen(old, new, 1));
    told(&manifest, line, words);
}

#[test]
fn a_style_without_fault_is_taken() {
    assert_eq!(problems(&format!("{SOUND}{STYLE}")), []);
}

#[test]
fn its_operations_stand_in_a_document_and_take_the_id_alone() {
    refuses(
        "shop:getThing",
        "shop:getThings",
        28,
        &["unknown operation `shop:getThings`"],
    );
    refuses("shop:deleteThing", "shop:makeThing", 29, &["is not what"]);
}

#[test]
fn its_places_are_there() {
    refuses(
        "\"/size\"",
        "\"/sizes\"",
        33,
        &["`/sizes`", "leads nowhere"],
    );
    refuses("\"/name\" = [\"done\"]", "\"/nam\" = [1]", 31, &["`/nam`"]);
    refuses("location:", "header:", 30, &["is no place"]);
    refuses("[\"done\"]", "\"done\"", 31, &["is no list of values"]);
}

#[test]
fn it_says_how_a_task_ends() {
    refuses(
        "failed = { \"/name\" = [\"failed\", \"dead\"] }\n",
        "",
        27,
        &["has no `failed`"],
    );
}

#[test]
fn a_tool_names_a_style_that_is_there() {
    let wrong = SOUND.replacen(
        "revert = { restore = true }",
        "revert = { restore = true }\ntask = \"slwo\"",
        1,
    );
    let line = wrong
        .lines()
        .position(|line| line.contains("slwo"))
        .unwrap()
        + 1;
    let manifest = format!("{wrong}{STYLE}");
    told(&manifest, line, &["unknown task style `slwo`", "`slow`"]);
}
