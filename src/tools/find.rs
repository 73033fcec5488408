//! Ranking operations by the words of a question.

use std::collections::BTreeSet;

use crate::catalog::model::{Tool, Unavailable};

/// Weight of a word found in the name, an alias, the description, the group.
const WEIGHTS: [u32; 4] = [8, 5, 3, 1];
/// Words that say nothing about what is wanted.
const EMPTY: [&str; 20] = [
    "a", "all", "an", "and", "by", "do", "for", "from", "how", "i", "in", "it", "jira", "me", "my",
    "of", "the", "to", "want", "with",
];

/// The tools that fit the question, best first; all of them, in their order, when it is empty.
pub(super) fn rank<'a>(query: &str, tools: &[&'a Tool]) -> Vec<&'a Tool> {
    let wanted = words(query);
    if wanted.is_empty() {
        return tools.to_vec();
    }
    let mut ranked: Vec<(u32, &Tool)> = tools
        .iter()
        .map(|tool| (score(&wanted, tool), *tool))
        .filter(|(score, _)| *score > 0)
        .collect();
    // Stable: equals keep the order of the catalogue.
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    ranked.into_iter().map(|(_, tool)| tool).collect()
}

/// What Atlassian does not offer and the question seems to ask for.
pub(super) fn unavailable<'a>(query: &str, all: &'a [Unavailable]) -> Vec<&'a Unavailable> {
    let wanted = words(query);
    all.iter()
        .filter(|entry| {
            entry.aliases.iter().any(|alias| {
                let known = words(alias);
                wanted.len() > 1 && wanted.iter().all(|word| known.contains(word))
            })
        })
        .collect()
}

fn score(wanted: &BTreeSet<String>, tool: &Tool) -> u32 {
    let places = [
        words(tool.name),
        words(&tool.aliases.join(" ")),
        words(&format!("{} {}", tool.title, tool.about)),
        words(tool.group),
    ];
    wanted
        .iter()
        .map(|word| {
            places
                .iter()
                .zip(WEIGHTS)
                .filter(|(place, _)| place.contains(word))
                .map(|(_, weight)| weight)
                .max()
                .unwrap_or(0)
        })
        .sum()
}

/// The words of a text in lower case: split at anything that is no letter or digit, and inside
/// `camelCase`; plurals lose their s.
fn words(text: &str) -> BTreeSet<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut lower = false;
    for c in text.chars() {
        if c.is_uppercase() && lower {
            spaced.push(' ');
        }
        lower = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    spaced
        .split(|c: char| !c.is_alphanumeric())
        .map(stem)
        .filter(|word| !word.is_empty() && !EMPTY.contains(&word.as_str()))
        .collect()
}

fn stem(word: &str) -> String {
    if let Some(root) = word.strip_suffix("ies").filter(|root| root.len() > 2) {
        return format!("{root}y");
    }
    word.strip_suffix('s')
        .filter(|root| root.len() > 2 && !root.ends_with('s'))
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::TOOL;

    static GET: Tool = Tool {
        name: "custom_field_get",
        aliases: &["customfields.getCustomField"],
        about: "Read one custom field.",
        group: "read_customfields",
        ..TOOL
    };
    static UPDATE: Tool = Tool {
        name: "custom_field_update",
        aliases: &["customfields.updateCustomField"],
        about: "Rename a custom field or change its description.",
        group: "write_customfields",
        ..TOOL
    };
    static FILTER: Tool = Tool {
        name: "filter_get",
        aliases: &["filters.getFilter"],
        about: "Read one filter.",
        group: "read_filters_dashboards",
        ..TOOL
    };

    fn names(query: &str) -> Vec<&'static str> {
        let tools = [&FILTER, &GET, &UPDATE];
        rank(query, &tools).iter().map(|tool| tool.name).collect()
    }

    #[test]
    fn the_name_weighs_most_and_the_description_counts() {
        assert_eq!(names("update custom fields")[0], "custom_field_update");
        assert_eq!(names("rename a field")[0], "custom_field_update");
        assert_eq!(names("getCustomField")[0], "custom_field_get");
        assert_eq!(names("filters"), ["filter_get"]);
        assert!(names("teapot").is_empty());
    }

    #[test]
    fn no_question_gives_everything() {
        assert_eq!(names(" the ").len(), 3);
    }
}
