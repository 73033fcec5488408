//! References in words, for a person who agrees to a change.

use super::reference::{Part, parts};

/// A text with words in place of its references; what is none is left as it is.
pub fn spoken(text: &str) -> String {
    let Ok(parts) = parts(text, "") else {
        return text.to_owned();
    };
    let word = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Made(step, None) => format!("[the id of what step {step} makes]"),
        Part::Made(step, Some(at)) => {
            let field = at.trim_start_matches('/').replace('/', ", ");
            format!("[{field} of what step {step} makes]")
        }
    };
    parts.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_in_words_and_nothing_else_is_touched() {
        let told = [
            ("${make.id}", "[the id of what step make makes]"),
            ("no ${make/key}!", "no [key of what step make makes]!"),
            ("$${make.id}", "${make.id}"),
            ("5 $ and ${half", "5 $ and ${half"),
            ("", ""),
        ];
        for (text, words) in told {
            assert_eq!(spoken(text), words);
        }
    }
}
