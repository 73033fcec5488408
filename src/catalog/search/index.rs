//! The index: which word stands in which document, and how much that says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::words::{plain, stem};

/// How fast further occurrences of a word stop to count.
const SATURATION: f32 = 2.0;
/// How much a long field weakens each of its words, from 0 to 1.
const LENGTH: f32 = 0.8;
/// What a word counts that only stands for the one asked for.
const SYNONYM: f32 = 0.6;
/// How much of the score a document keeps that has next to nothing of the question.
const ALONE: f32 = 0.5;

/// A part of a document and what a word in it counts.
#[derive(Debug)]
pub(super) struct Field {
    weight: f32,
    words: Vec<String>,
}

impl Field {
    pub(super) fn new(weight: f32, text: &str) -> Self {
        let words = plain(text).iter().map(|word| stem(word)).collect();
        Self { weight, words }
    }
}

/// What is found.
pub(super) type Document = Vec<Field>;

/// A word of a question: what it may be in a document, and what that counts.
pub(super) type Wanted = Vec<(String, f32)>;

#[derive(Debug)]
pub(super) struct Index {
    documents: usize,
    /// Documents of a word, with its weighted and length-normalised count in each.
    postings: HashMap<String, Vec<(usize, f32)>>,
    synonyms: BTreeMap<String, BTreeSet<String>>,
}

impl Index {
    pub(super) fn of(
        documents: impl IntoIterator<Item = Document>,
        synonyms: &[(&str, &[&str])],
    ) -> Self {
        let documents: Vec<Document> = documents.into_iter().collect();
        let mean = mean_lengths(&documents);
        let mut postings: HashMap<String, Vec<(usize, f32)>> = HashMap::new();
        for (at, document) in documents.iter().enumerate() {
            let mut counts: BTreeMap<&str, f32> = BTreeMap::new();
            for (field, mean) in document.iter().zip(&mean) {
                let long = length(field) / mean.max(1.0);
                let each = field.weight / (1.0 - LENGTH + LENGTH * long);
                for word in &field.words {
                    *counts.entry(word).or_default() += each;
                }
            }
            for (word, count) in counts {
                postings
                    .entry(word.to_owned())
                    .or_default()
                    .push((at, count));
            }
        }
        let mut means: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (word, others) in synonyms {
            let others = others.iter().map(|other| stem(other));
            means.entry(stem(word)).or_default().extend(others);
        }
        Self {
            documents: documents.len(),
            postings,
            synonyms: means,
        }
    }

    /// The words of a question, each once.
    pub(super) fn words(&self, question: &str) -> Vec<Wanted> {
        let mut seen = BTreeSet::new();
        plain(question)
            .iter()
            .map(|word| stem(word))
            .filter(|word| seen.insert(word.clone()))
            .map(|word| {
                let others = self.synonyms.get(&word).into_iter().flatten();
                let others = others.map(|other| (other.clone(), SYNONYM));
                others.chain([(word.clone(), 1.0)]).collect()
            })
            .collect()
    }

    /// The score of every document, by position; 0 where nothing fits.
    pub(super) fn scores(&self, question: &[Wanted]) -> Vec<f32> {
        let mut scores = vec![0.0; self.documents];
        let mut covered = vec![0.0; self.documents];
        let mut whole = 0.0;
        for wanted in question {
            let best = self.best(wanted);
            let rarity = wanted
                .iter()
                .map(|(word, _)| self.rarity(word))
                .fold(0.0, f32::max);
            whole += rarity;
            for (at, score) in best {
                if let (Some(total), Some(part)) = (scores.get_mut(at), covered.get_mut(at)) {
                    *total += score;
                    *part += rarity;
                }
            }
        }
        let keeps = |part: f32| ALONE + (1.0 - ALONE) * part / whole.max(f32::MIN_POSITIVE);
        scores
            .into_iter()
            .zip(covered)
            .map(|(score, part)| score * keeps(part))
            .collect()
    }

    /// Of what a word may be, the best in each document: synonyms do not add up.
    fn best(&self, wanted: &Wanted) -> HashMap<usize, f32> {
        let mut best: HashMap<usize, f32> = HashMap::new();
        for (word, counts) in wanted {
            let rarity = self.rarity(word);
            for (at, count) in self.postings.get(word).into_iter().flatten() {
                let score = counts * rarity * count * (SATURATION + 1.0) / (count + SATURATION);
                let so_far = best.entry(*at).or_default();
                *so_far = so_far.max(score);
            }
        }
        best
    }

    /// The inverse document frequency of a word; rare words say more.
    fn rarity(&self, word: &str) -> f32 {
        let Some(with) = self.postings.get(word) else {
            return 0.0;
        };
        let (all, with) = (number(self.documents), number(with.len()));
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

/// The mean length of each field over all documents.
fn mean_lengths(documents: &[Document]) -> Vec<f32> {
    let fields = documents.iter().map(Vec::len).max().unwrap_or_default();
    (0..fields)
        .map(|at| {
            let lengths = documents.iter().filter_map(|it| it.get(at)).map(length);
            lengths.sum::<f32>() / number(documents.len())
        })
        .collect()
}

fn length(field: &Field) -> f32 {
    number(field.words.len())
}

/// A count as a number; those of a catalogue are small.
fn number(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
