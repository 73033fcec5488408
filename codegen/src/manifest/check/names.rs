//! Names: their rule, that none is taken twice, and that groups and tools that are named exist.

use std::collections::BTreeMap;

use super::super::fields::Sink;
use super::super::model::{Group, Manifest, Spanned, Tool};
use super::super::similar;

/// Longest name of a tool.
const MAX_NAME: usize = 40;

pub(super) fn check(manifest: &Manifest, sink: &Sink) {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for tool in &manifest.tools {
        rule(&tool.name, sink);
        once(&mut taken, &tool.name, sink);
        for alias in &tool.alias {
            once(&mut taken, alias, sink);
        }
    }
    for entry in &manifest.unavailable {
        for alias in &entry.aliases {
            once(&mut taken, alias, sink);
        }
        if let Some(tool) = &entry.tool
            && !manifest
                .tools
                .iter()
                .any(|other| other.name.value == tool.value)
        {
            sink.tell(
                tool.line,
                format!(
                    "an unavailable entry names a tool `{}` that does not exist",
                    tool.value
                ),
                "it is offered instead",
                similar::hint(
                    &tool.value,
                    manifest.tools.iter().map(|tool| tool.name.value.as_str()),
                ),
            );
        }
    }
    for group in &manifest.groups {
        if !manifest
            .tools
            .iter()
            .any(|tool| tool.group.value == group.name.value)
        {
            sink.tell(
                group.name.line,
                format!("group `{}` has no tool", group.name.value),
                "an operator could enable it in vain",
                "take it out",
            );
        }
    }
}

/// The synonyms, sorted; each is one small word and stands for something else.
pub(super) fn synonyms(manifest: &Manifest, sink: &Sink) -> Vec<(String, Vec<String>)> {
    let mut synonyms = Vec::new();
    for (word, means) in &manifest.synonyms {
        let small = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase());
        if !small(&word.value) || means.is_empty() || !means.iter().all(|it| small(&it.value)) {
            sink.tell(
                word.line,
                format!("the synonym `{}` is not made of small words", word.value),
                "a question is taken apart into small words before they are looked up",
                "write `word = [\"other\", \"words\"]`, letters a to z, one word each",
            );
        }
        let means = means.iter().map(|it| it.value.clone()).collect();
        synonyms.push((word.value.clone(), means));
    }
    synonyms.sort();
    synonyms
}

/// The group of a tool.
pub(super) fn group<'a>(manifest: &'a Manifest, tool: &Tool, sink: &Sink) -> Option<&'a Group> {
    let found = manifest
        .groups
        .iter()
        .find(|group| group.name.value == tool.group.value);
    if found.is_none() {
        sink.tell(
            tool.group.line,
            format!(
                "tool `{}` is in an unknown group `{}`",
                tool.name.value, tool.group.value
            ),
            "nobody could enable it",
            similar::hint(
                &tool.group.value,
                manifest
                    .groups
                    .iter()
                    .map(|group| group.name.value.as_str()),
            ),
        );
    }
    found
}

fn rule(name: &Spanned<String>, sink: &Sink) {
    let mut letters = name.value.chars();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase());
    let goes_on = letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !begins || !goes_on || name.value.len() > MAX_NAME {
        sink.tell(
            name.line,
            format!("`{}` breaks the rule for names", name.value),
            "several clients refuse the whole list for one such name",
            "use `<object>_<verb>`: a small letter, then small letters, digits and `_`, at most 40",
        );
    }
}

fn once<'a>(taken: &mut BTreeMap<&'a str, usize>, name: &'a Spanned<String>, sink: &Sink) {
    if let Some(line) = taken.insert(&name.value, name.line) {
        sink.tell(
            name.line,
            format!("the name `{}` is taken twice", name.value),
            format!("line {line} has it too, and a call could mean either"),
            "rename one or take it out",
        );
    }
}
