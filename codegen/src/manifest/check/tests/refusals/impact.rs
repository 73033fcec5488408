//! Refusals that have to do with impact: walks to the projects, counts, and writes without either.

use super::super::{SOUND, check_text, problems, specs};
use super::{NEW, told};
use crate::manifest::{Each, Paging, Source};

/// What is put after the sound manifest; it begins at line 27.
const REACH: &str = r#"
[projects]
named = { operation = "shop:someProjects", with = { ids = "$keys" }, at = "/values", id = "/id", key = "/key", name = "/name" }
issues = { operation = "shop:countUses", body = { query = { join = "$keys", before = "in (", between = ", ", after = ")" } }, at = "/count", why = "it only counts" }

[impact.thing]
what = "thing"
walk = [
    { operation = "shop:usesOfThing", with = { thingId = "$target.id" }, at = "/uses/values", id = "/id", next = "/uses/next" },
    { operation = "shop:useOfThing", with = { useId = "$key" }, keep = { "/thing" = "$target.id" } },
]
counts.parts = { operation = "shop:getThing", with = { thingId = "$target.id" }, at = "/size" }
"#;

fn reaching() -> String {
    format!("{SOUND}{REACH}")
}

/// Replaces a part of what is said of impact; that must be the only fault.
#[track_caller]
fn refuses(old: &str, new: &str, line: usize, words: &[&str]) {
    assert!(REACH.contains(old), "nothing to replace: {old}");
    let changed = REACH.replacen(old, new, 1);
    told(&format!("{SOUND}{changed}"), line, words);
}

#[test]
fn the_sound_impact_has_no_fault() {
    assert_eq!(problems(&reaching()), []);
    let checked = check_text(&reaching(), &specs()).unwrap();
    assert_eq!(checked.tools[1].impact.as_deref(), Some("thing"));
    assert_eq!(checked.tools[0].impact, None);
    let [impact] = checked.impacts.as_slice() else {
        panic!("not one impact");
    };
    assert_eq!(impact.walk[0].each, Each::Once);
    assert_eq!(impact.walk[1].each, Each::Key);
    assert_eq!(
        impact.walk[0].paging,
        Paging::Cursor {
            cursor: "nextPageToken".to_owned(),
            size: "maxResults".to_owned(),
            largest: 50,
            items: "/uses/values".to_owned(),
            next: "/uses/next".to_owned(),
        }
    );
    let projects = checked.projects.unwrap();
    assert_eq!(projects.named.each, Each::Keys);
    let crate::manifest::CallBody::Fields(fields) = &projects.issues.call.body else {
        panic!("no body");
    };
    assert!(matches!(&fields[0].1, Source::Joined(joined) if joined.of == Source::Keys));
    let counted = checked
        .operations
        .iter()
        .find(|o| o.key == "shop:countUses");
    assert_eq!(counted.unwrap().retry, crate::manifest::Retry::Safe);
}

#[test]
fn keys_and_kinds_that_mean_nothing() {
    refuses(
        "what = \"thing\"",
        "what = \"thing\"\nwhose = 1",
        33,
        &["unknown key `whose`", "impact `thing`"],
    );
    refuses(
        "what = \"thing\"\n",
        "",
        31,
        &["impact `thing` has no `what`"],
    );
    refuses(
        "next = \"/uses/next\"",
        "nxt = 1, next = \"/uses/next\"",
        34,
        &["unknown key `nxt`", "`walk` of impact `thing`"],
    );
    refuses(
        "at = \"/size\"",
        "at = \"/size\", all = true",
        37,
        &["unknown key `all`", "`parts` in `counts`"],
    );
    refuses(
        "key = \"/key\", ",
        "",
        28,
        &["`named` of `projects` has no `key`"],
    );
    let without = REACH
        .lines()
        .filter(|line| !line.starts_with("issues"))
        .collect::<Vec<_>>();
    told(
        &format!("{SOUND}{}\n", without.join("\n")),
        27,
        &["`projects` has no `issues`"],
    );
}

#[test]
fn walks_that_lead_nowhere() {
    refuses(
        "id = \"/id\", next",
        "id = \"/uuid\", next",
        34,
        &["`/uses/values/*/uuid` in `walk`", "did you mean `id`?"],
    );
    refuses(
        "at = \"/uses/values\"",
        "at = \"/users\"",
        34,
        &["`/users` in `walk`", "leads nowhere"],
    );
    refuses(
        "next = \"/uses/next\"",
        "next = \"/uses/nexd\"",
        34,
        &["`/uses/nexd` in `walk`"],
    );
    refuses(
        "\"/thing\" = \"$target.id\"",
        "\"/thin\" = \"$target.id\"",
        35,
        &["`/thin` in `walk`", "did you mean `thing`?"],
    );
    refuses(
        "at = \"/size\"",
        "at = \"/sizes\"",
        37,
        &["`/sizes` in `parts`", "did you mean `size`?"],
    );
    refuses(
        "key = \"/key\"",
        "key = \"/kee\"",
        28,
        &["`/values/*/kee` in `named`"],
    );
    refuses(
        "thingId = \"$target.id\" }, at = \"/uses",
        "thingId = \"$key\" }, at = \"/uses",
        34,
        &["`$key` in `walk` of impact `thing` cannot be bound"],
    );
    refuses(
        "useId = \"$key\"",
        "useId = \"$result/id\"",
        35,
        &["`$result/id` in `walk`"],
    );
    refuses(
        "useId = \"$key\"",
        "useId = \"7\"",
        35,
        &["uses neither `$key` nor `$keys`"],
    );
    refuses(
        "ids = \"$keys\"",
        "ids = \"7\"",
        28,
        &["`named` of `projects` does not use `$keys`"],
    );
    refuses(
        "id = \"/id\", next",
        "next",
        34,
        &["a step of `walk` of impact `thing` has no `id`"],
    );
    refuses(
        "before = \"in (\"",
        "befor = \"in (\"",
        29,
        &["`befor` of a `join`"],
    );
}

#[test]
fn reads_that_may_change_something_or_are_not_there() {
    refuses(
        ", why = \"it only counts\"",
        "",
        29,
        &["`issues` of `projects` calls POST /count", "`why`"],
    );
    refuses(
        "at = \"/size\"",
        "at = \"/size\", why = \"x\"",
        37,
        &["calls GET and has `why`"],
    );
    refuses(
        "shop:usesOfThing",
        "shop:useOfThings",
        34,
        &["an impact uses an unknown operation"],
    );
    refuses(
        "shop:getThing\"",
        "shop:oldThing\"",
        37,
        &["an impact uses the deprecated operation `shop:oldThing`"],
    );
}

#[test]
fn shared_things_whose_users_nobody_would_see() {
    let silent = "[impact.thing]\nwhat = \"thing\"\n";
    told(
        &format!("{SOUND}\n{silent}"),
        27,
        &["neither `walk` nor `untold`"],
    );
    assert_eq!(
        problems(&format!("{SOUND}\n{silent}untold = \"no read\"\n")),
        []
    );
    let alone: Vec<&str> = REACH
        .lines()
        .filter(|line| {
            !line.starts_with("named") && !line.starts_with("issues") && *line != "[projects]"
        })
        .collect();
    told(
        &format!("{SOUND}{}\n", alone.join("\n")),
        31,
        &["leads to projects, and `projects` is missing"],
    );

    let scheme = SOUND.replace("kind = \"thing\"", "kind = \"thing_scheme\"");
    told(
        &scheme,
        22,
        &[
            "changes a `thing_scheme`, and there is no impact of it",
            "none: why",
        ],
    );
    let declined = |why: &str| scheme.replace("revert =", &format!("impact = {why}\nrevert ="));
    assert_eq!(problems(&declined("\"none: it is a copy\"")), []);
    told(
        &declined("\"none:\""),
        25,
        &["`impact` of tool `thing_update` gives no reason"],
    );
    told(
        &declined("\"copied\""),
        25,
        &["does not begin with `none:`"],
    );
    told(
        &declined("{ walk = [] }"),
        25,
        &["`impact` of tool `thing_update` is a table"],
    );
    let needless = SOUND.replace("revert =", "impact = \"none: x\"\nrevert =");
    told(&needless, 25, &["has `impact` and needs none"]);
    let create = format!(
        "{NEW}operation = \"shop:makeThing\"\neffect = \"create\"\ntarget = {{ kind = \"thing_scheme\", result = \"/id\" }}\nbefore = \"none: new\"\ntraces = \"none: x\"\nirreversible = \"x\"\n"
    );
    assert_eq!(problems(&super::with(&create)), []);
    told(
        &super::with(&format!("{create}impact = \"none: x\"\n")),
        37,
        &["needs none"],
    );
}

#[test]
fn arguments_that_a_kind_needs() {
    let needs = |name: &str| {
        reaching()
            .replace("what = \"thing\"", &format!("what = \"thing\"\narguments = [\"{name}\"]"))
            .replace("counts.parts = { operation = \"shop:getThing\", with = { thingId = \"$target.id\" }", &format!("counts.parts = {{ operation = \"shop:getThing\", with = {{ thingId = \"${name}\" }}"))
    };
    assert_eq!(problems(&needs("thingId")), []);
    told(
        &needs("shelf"),
        15,
        &["tool `thing_update` has no argument `shelf`"],
    );
    refuses(
        "what = \"thing\"",
        "what = \"thing\"\narguments = [\"thingId\"]",
        33,
        &["argument `thingId` of impact `thing` fills nothing"],
    );
}
