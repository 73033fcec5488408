//! What is found by which words.

use super::index::{Field, Index};

fn best(question: &str) -> Vec<usize> {
    let documents = [
        ["filter_get", "Read one filter."],
        ["custom_field_get", "Read one custom field."],
        [
            "custom_field_update",
            "Rename a custom field or change its description.",
        ],
        ["field_configuration_get", "Read one field configuration."],
    ];
    let documents = documents
        .iter()
        .map(|[name, about]| vec![Field::new(4.0, name), Field::new(2.0, about)]);
    let index = Index::of(documents, &[("edit", &["update", "rename"])]);
    let scores = index.scores(&index.words(question));
    let mut ranked: Vec<(usize, f32)> = scores.into_iter().enumerate().collect();
    ranked.retain(|(_, score)| *score > 0.0);
    ranked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    ranked.into_iter().map(|(at, _)| at).collect()
}

#[test]
fn the_name_weighs_most_and_the_description_counts() {
    assert_eq!(best("update custom fields")[0], 2);
    assert_eq!(best("rename a field")[0], 2);
    assert_eq!(best("getCustomField")[0], 1);
    assert_eq!(best("filters"), [0]);
    assert!(best("teapot").is_empty());
}

#[test]
fn what_has_more_of_the_question_comes_first() {
    assert_eq!(best("configuration of a field")[0], 3);
}

#[test]
fn a_synonym_finds_what_it_stands_for() {
    assert_eq!(best("edit custom field")[0], 2);
}
