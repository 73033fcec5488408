//! The known name that is most like an unknown one.

/// The candidate with the fewest edits, if it is near enough to be meant.
pub(super) fn nearest<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (distance(wanted, name), name))
        .min()
        .filter(|(edits, name)| *edits <= name.len().max(wanted.len()) / 2)
        .map(|(_, name)| name)
}

/// "did you mean" with the nearest, or what there is.
pub(super) fn hint<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(wanted, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "take it out".to_owned(),
        1..=24 => format!("use one of {}", names.join(", ")),
        more => format!("there are {more}, none with a name like it"),
    }
}

/// Levenshtein's distance without regard to case.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        for (j, right) in other.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or_default();
            let edits = (diagonal + usize::from(left != *right))
                .min(above + 1)
                .min(previous + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = previous;
            }
            previous = edits;
        }
        if let Some(last) = row.last_mut() {
            *last = previous;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["getProject", "getProjects", "deleteProject"];
        assert_eq!(nearest("getProjct", known), Some("getProject"));
        assert_eq!(nearest("zzzz", known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
