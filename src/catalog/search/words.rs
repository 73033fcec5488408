//! Taking a text apart into the words that are looked up.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that say nothing about what is wanted, sorted.
const EMPTY: [&str; 58] = [
    "a",
    "about",
    "all",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "atlassian",
    "be",
    "by",
    "can",
    "do",
    "does",
    "every",
    "for",
    "from",
    "give",
    "has",
    "have",
    "how",
    "i",
    "in",
    "is",
    "it",
    "its",
    "jira",
    "let",
    "me",
    "my",
    "no",
    "of",
    "on",
    "one",
    "or",
    "our",
    "please",
    "so",
    "some",
    "that",
    "the",
    "their",
    "them",
    "there",
    "these",
    "they",
    "this",
    "to",
    "us",
    "want",
    "was",
    "we",
    "what",
    "which",
    "who",
    "with",
    "you",
];
/// How a question begins that wants to know and not to change.
const ASKING: [&str; 13] = [
    "are", "check", "does", "find", "how", "is", "list", "look", "show", "what", "where", "which",
    "who",
];

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// The plain words of a text in lower case: split at anything that is no letter or digit, and
/// inside `camelCase`.
pub(super) fn plain(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut lower = false;
    for c in text.chars() {
        if c.is_uppercase() && lower {
            spaced.push(' ');
        }
        lower = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    let says = |word: &&str| !word.is_empty() && EMPTY.binary_search(word).is_err();
    spaced
        .split(|c: char| !c.is_alphanumeric())
        .filter(says)
        .map(str::to_owned)
        .collect()
}

/// A word without its ending ("permissions", "permission").
pub(super) fn stem(word: &str) -> String {
    ENGLISH.stem(word).into_owned()
}

/// Whether a question wants to know something.
pub(super) fn asks(question: &str) -> bool {
    let first = question.split_whitespace().next().unwrap_or_default();
    let first: String = first
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    ASKING.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_words_are_sorted() {
        assert!(EMPTY.is_sorted());
    }

    #[test]
    fn a_text_is_split_at_humps_and_signs_and_loses_its_empty_words() {
        assert_eq!(plain("getCustomField"), ["get", "custom", "field"]);
        assert_eq!(plain("Who can delete issues?"), ["delete", "issues"]);
        assert_eq!(plain("/rest/api/3"), ["rest", "api", "3"]);
        assert_eq!(stem("permissions"), stem("permission"));
    }

    #[test]
    fn a_question_is_told_from_an_order() {
        assert!(asks("Who can delete issues?"));
        assert!(asks("which projects share a scheme"));
        assert!(!asks("Delete the field"));
        assert!(!asks(""));
    }
}
