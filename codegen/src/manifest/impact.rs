//! The impact of a change as written: where the projects that share something are looked for.

use super::model::{Call, Spanned, Values};

type Text = Spanned<String>;

/// `[projects]`: how projects that were found are called, and how their issues are counted.
#[derive(Debug)]
pub(super) struct Projects {
    pub(super) named: Hop,
    pub(super) key: Text,
    pub(super) name: Text,
    pub(super) issues: Count,
}

/// `[impact.<kind>]`: what a change of a target of this kind reaches.
#[derive(Debug)]
pub(super) struct Impact {
    pub(super) kind: Text,
    pub(super) what: Text,
    /// Arguments that every tool with such a target has.
    pub(super) arguments: Vec<Text>,
    pub(super) walk: Vec<Hop>,
    pub(super) counts: Vec<(Text, Count)>,
    pub(super) untold: Option<Text>,
}

/// A step from what is known to what uses it.
#[derive(Debug)]
pub(super) struct Hop {
    pub(super) call: Call,
    pub(super) at: Text,
    pub(super) id: Option<Text>,
    pub(super) keep: Values,
    pub(super) everywhere: Values,
    pub(super) next: Option<Text>,
    pub(super) why: Option<Text>,
}

/// A read that gives a number.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) call: Call,
    pub(super) at: Text,
    pub(super) why: Option<Text>,
}

impl Impact {
    /// Every call, with the reason why it is a read where its method does not say so.
    pub(super) fn calls(&self) -> Vec<(&Call, Option<&Text>)> {
        let hops = self.walk.iter().map(|hop| (&hop.call, hop.why.as_ref()));
        let counts = self.counts.iter();
        hops.chain(counts.map(|(_, count)| (&count.call, count.why.as_ref())))
            .collect()
    }
}

impl Projects {
    /// As [`Impact::calls`].
    pub(super) fn calls(&self) -> Vec<(&Call, Option<&Text>)> {
        vec![
            (&self.named.call, self.named.why.as_ref()),
            (&self.issues.call, self.issues.why.as_ref()),
        ]
    }
}
