//! Finding operations by the words of an administrator's question (BM25 over weighted fields).
//!
//! One document a tool, and one a name that Atlassian has no operation for. A document's fields
//! weigh differently, as in BM25F (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple
//! weighted fields", 2004): a word in the name says more than one in the path of the operation.

mod index;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lookup::{group, synonyms, tools, unavailable};
use super::model::{Effect, Tool, Unavailable};
use index::{Document, Field, Index};

/// Among so many of the best, what Atlassian does not offer is worth telling.
const TELLING: usize = 3;
/// How much more a read counts where the question asks who, what or which.
const ASKED: f32 = 1.4;

/// Every tool and every unavailable name of the catalogue.
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let gone = unavailable().iter().map(of_unavailable);
    Index::of(tools().iter().map(of_tool).chain(gone), synonyms())
});

/// Positions of the tools by name.
static POSITIONS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let names = tools().iter().map(|tool| tool.name);
    names.enumerate().map(|(at, name)| (name, at)).collect()
});

/// What a question leads to.
#[derive(Debug)]
pub struct Found<'a> {
    /// The tools that fit, best first; all of those given, in their order, for an empty question.
    pub tools: Vec<&'a Tool>,
    /// What Atlassian does not offer and the question seems to ask for.
    pub unavailable: Vec<&'static Unavailable>,
}

/// Ranks some of the tools by a question.
pub fn search<'a>(question: &str, among: &[&'a Tool]) -> Found<'a> {
    let words = INDEX.words(question);
    if words.is_empty() {
        return Found {
            tools: among.to_vec(),
            unavailable: Vec::new(),
        };
    }
    let asks = words::asks(question);
    let scores = INDEX.scores(&words);
    let score = |at: usize| scores.get(at).copied().unwrap_or_default();
    let mut ranked: Vec<(f32, &Tool)> = among
        .iter()
        .filter_map(|tool| {
            let fits = score(*POSITIONS.get(tool.name)?);
            let favour = if asks && tool.effect == Effect::Read {
                ASKED
            } else {
                1.0
            };
            (fits > 0.0).then_some((fits * favour, *tool))
        })
        .collect();
    // Stable: equals keep the order of the catalogue.
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let bar = ranked.get(TELLING - 1).map_or(0.0, |(score, _)| *score);
    let mut gone: Vec<(f32, &Unavailable)> = unavailable()
        .iter()
        .enumerate()
        .map(|(at, entry)| (score(tools().len() + at), entry))
        .filter(|(fits, _)| *fits > bar)
        .collect();
    gone.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    gone.truncate(TELLING);
    Found {
        tools: ranked.into_iter().map(|(_, tool)| tool).collect(),
        unavailable: gone.into_iter().map(|(_, entry)| entry).collect(),
    }
}

fn of_tool(tool: &Tool) -> Document {
    let title = group(tool.group).map_or("", |group| group.title);
    let operation = tool
        .operation
        .map(|it| format!("{} {}", it.key, it.path))
        .unwrap_or_default();
    vec![
        Field::new(4.0, tool.name),
        Field::new(3.0, tool.words),
        Field::new(2.0, &tool.aliases.join(" ")),
        Field::new(2.0, tool.about),
        Field::new(0.5, title),
        Field::new(0.5, &operation),
    ]
}

fn of_unavailable(entry: &Unavailable) -> Document {
    vec![
        Field::new(4.0, &entry.aliases.join(" ")),
        Field::new(2.0, entry.why),
        Field::new(1.0, entry.instead),
    ]
}
