//! The tables: what a family of resources says of itself.
//!
//! A *place* is a member's name or a JSON pointer (`/a/b`); `""` is the whole.

use serde_json::Value;

use crate::host::call::{Call, Handler, Outcome};
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Looks at a document before it is stored; may refuse it, complete it, and change others.
pub(crate) type Hook = fn(&mut Call<'_>, &mut Value) -> Result<(), Refusal>;

/// A refusal: status and words.
pub(crate) type No = (u16, &'static str);

/// Documents of one kind behind the operations of one document.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The pinned document, such as `jira-platform`.
    pub(crate) api: &'static str,
    pub(crate) kind: Kind,
    /// What one is called: "The priority scheme was not found."
    pub(crate) noun: &'static str,
    /// Parameters that name a document (path or query, the first that was given). None at all: there
    /// is one document, on the site or under the parent.
    pub(crate) id: &'static [&'static str],
    /// Members that such a parameter may equal. The first is the one that is minted, and the one by
    /// which others name the document.
    pub(crate) by: &'static [&'static str],
    pub(crate) mint: Mint,
    pub(crate) parent: Option<&'static Parent>,
    /// The stored document as it is answered.
    pub(crate) show: Shape,
    pub(crate) ops: &'static [Op],
}

impl Shelf {
    pub(crate) const PLAIN: Self = Self {
        api: "jira-platform",
        kind: Kind(""),
        noun: "",
        id: &["id"],
        by: &["id"],
        mint: Mint::Text,
        parent: None,
        show: Shape::WHOLE,
        ops: &[],
    };
}

/// One operation: method and path as the document writes them, and what it does.
#[derive(Debug)]
pub(crate) struct Op(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) Act,
);

/// What an operation does.
#[derive(Debug)]
pub(crate) enum Act {
    List(&'static List),
    /// One document.
    Get,
    /// What stands at a place of the document, and nothing else of it.
    GetAt(&'static str),
    Create(&'static Write),
    Update(&'static Write),
    /// An update, or a creation (then with this answer) where there is none yet.
    Put(&'static Write, Reply),
    Delete(&'static Delete),
    /// Takes a place out of the document.
    Clear(&'static str, Reply),
    Attach(&'static Link),
    Detach(&'static Link),
    Reorder(&'static Order),
    /// A function, where data is not enough.
    Hand(Handler),
}

/// What documents stand under.
#[derive(Debug)]
pub(crate) struct Parent {
    pub(crate) kind: Kind,
    pub(crate) noun: &'static str,
    /// The parameter that names it, or a pointer into the body.
    pub(crate) param: &'static str,
    /// Members that the parameter may equal; the first is what a child holds.
    pub(crate) by: &'static [&'static str],
    /// The place of a child that names it (a value, or a list of them).
    pub(crate) member: &'static str,
    /// What the parent itself stands under.
    pub(crate) above: Option<&'static Parent>,
}

/// Where a new id comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mint {
    /// The next number of the kind, as a number or as text.
    Number,
    Text,
    /// The next number after a prefix.
    Prefix(&'static str),
    Uuid,
    /// A member of the body is the id: keys and names.
    Own,
    /// A path parameter is the id; under a parent, the document holds both as `id` beside it.
    Param(&'static str),
}

/// A value that a table can write.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plain {
    Str(&'static str),
    Num(i64),
    Bool(bool),
    Null,
    List,
    Map,
    /// The time of the request, as each product writes it.
    NowIso,
    NowJira,
    NowMillis,
    /// The caller's account id.
    Caller,
    Uuid,
}

/// How a stored document is answered: picked members (all where none is named) without the hidden
/// ones, then what it lacks, links, and a function's additions.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) pick: &'static [&'static str],
    pub(crate) hide: &'static [&'static str],
    pub(crate) lacking: &'static [(&'static str, Plain)],
    /// Place and path; `{name}` in the path is a member of the document.
    pub(crate) links: &'static [(&'static str, &'static str)],
    pub(crate) more: Option<fn(&Call<'_>, &Value, &mut Value)>,
}

impl Shape {
    pub(crate) const WHOLE: Self = Self {
        pick: &[],
        hide: &[],
        lacking: &[],
        links: &[],
        more: None,
    };
}

/// What an operation answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// No body.
    Empty(u16),
    /// The document as the shelf shows it.
    Shown(u16),
    /// The document in another shape.
    As(u16, &'static Shape),
    /// `{name: document}`.
    Under(u16, &'static str),
    /// `{name: [documents]}`, or the bare list where the name is empty.
    Each(u16, &'static str),
    Hand(fn(&Call<'_>, &[Value]) -> Outcome),
}

impl Reply {
    /// The id of what was made, and nothing else of it.
    pub(crate) const NEW_ID: Self = Self::As(
        201,
        &Shape {
            pick: &["id"],
            ..Shape::WHOLE
        },
    );
}

/// A list: all documents, those of the parent, or the members of one document.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) page: Paging,
    pub(crate) filters: &'static [Filter],
    /// Query parameter that names a member (`-name` turns it round), and what holds without it.
    pub(crate) sort: Option<(&'static str, &'static str)>,
    /// Instead of the shelf's own.
    pub(crate) shape: Option<&'static Shape>,
    /// The list at a place of one document; with a kind, its items are ids of that kind.
    pub(crate) members: Option<(&'static str, Option<Kind>)>,
}

impl List {
    pub(crate) const PLAIN: Self = Self {
        page: Paging::Bare,
        filters: &[],
        sort: None,
        shape: None,
        members: None,
    };
}

/// How a list is cut, in the products' styles (`host::page`).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Paging {
    /// A JSON list.
    Bare,
    /// `{name: [..]}`.
    Wrap(&'static str),
    /// `startAt`, `maxResults`, `values`; default and most.
    Jira(usize, usize),
    Agile,
    Jsm,
    /// Confluence v1.
    Content,
    /// Confluence v2.
    Cursor,
    /// `data` and `links` with a cursor (organisation); the default size.
    Data(usize),
    Scim,
    Hand(fn(&Call<'_>, &[Value]) -> Result<Value, Refusal>),
}

/// Which documents a list keeps. A filter whose parameter is not given keeps all.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Filter {
    /// The place equals the parameter, or is a list that holds it.
    Is(&'static str, &'static str),
    /// The place equals (or holds) one of a list parameter's values.
    In(&'static str, &'static str),
    /// The same with a list of the body.
    InBody(&'static str, &'static str),
    /// The place contains the parameter's words, whatever the case.
    Words(&'static str, &'static str),
    /// Where the parameter is true, the place is true.
    Flag(&'static str, &'static str),
    Hand(fn(&Call<'_>, &Value) -> bool),
}

/// A creation or a change.
#[derive(Debug)]
pub(crate) struct Write {
    /// Where in the document.
    pub(crate) at: &'static str,
    /// Where in the body.
    pub(crate) under: &'static str,
    /// Members that are taken; all that the body has where none is named.
    pub(crate) take: &'static [&'static str],
    pub(crate) mode: Mode,
    /// The list of the body whose every item makes a document (creations).
    pub(crate) each: Option<&'static str>,
    /// Members that must not be blank, and must be there unless the mode is `Merge`.
    pub(crate) demand: &'static [&'static str],
    pub(crate) unique: Option<Unique>,
    pub(crate) refers: &'static [Refer],
    /// The most documents there may be, in the parent where there is one.
    pub(crate) limit: Option<(usize, No)>,
    /// Written where the document has none (creations).
    pub(crate) defaults: &'static [(&'static str, Plain)],
    /// Written always.
    pub(crate) stamps: &'static [(&'static str, Plain)],
    /// A flag that one document bears: where this one is given it, the others lose it.
    pub(crate) only_one: Option<&'static str>,
    pub(crate) check: Option<Hook>,
    pub(crate) reply: Reply,
}

impl Write {
    pub(crate) const PLAIN: Self = Self {
        at: "",
        under: "",
        take: &[],
        mode: Mode::Merge,
        each: None,
        demand: &[],
        unique: None,
        refers: &[],
        limit: None,
        defaults: &[],
        stamps: &[],
        only_one: None,
        check: None,
        reply: Reply::Shown(200),
    };
}

/// What an update does with what the body leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It stays; a null takes a member out.
    Merge,
    /// It goes, if it is one of those taken.
    Replace,
    /// What stands at the place becomes the body.
    Whole,
}

/// A member that no two documents share, whatever the case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unique {
    pub(crate) member: &'static str,
    /// Within the parent only.
    pub(crate) in_parent: bool,
    /// A 400 is told of the member.
    pub(crate) otherwise: No,
}

/// A place of the body whose value, or whose every item, is an id of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refer {
    pub(crate) at: &'static str,
    pub(crate) kind: Kind,
    pub(crate) otherwise: No,
}

/// A deletion.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) forbids: &'static [Guard],
    pub(crate) moves: Option<Move>,
    /// Documents that go as well: those whose place names this one.
    pub(crate) cascade: &'static [(Kind, &'static str)],
    /// Places that forget this one: out of a list, or the member goes.
    pub(crate) forget: &'static [(Kind, &'static str)],
    pub(crate) check: Option<Hook>,
    pub(crate) reply: Reply,
}

impl Delete {
    pub(crate) const PLAIN: Self = Self {
        forbids: &[],
        moves: None,
        cascade: &[],
        forget: &[],
        check: None,
        reply: Reply::Empty(204),
    };
}

/// What forbids a deletion.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Guard {
    /// A document of the kind names it at the place.
    Used(Kind, &'static str, No),
    /// Its place has this value.
    Is(&'static str, Plain, No),
    /// Its place holds something.
    Filled(&'static str, No),
    /// There is no other.
    Last(No),
}

/// What names a deleted document names another one afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move {
    /// The parameter that names the other one.
    pub(crate) param: &'static str,
    pub(crate) of: &'static [(Kind, &'static str)],
    /// Whether it must be given where the document is used, and what is said otherwise.
    pub(crate) needed: Option<No>,
}

/// Adds to a list of a document, or takes out of it.
#[derive(Debug)]
pub(crate) struct Link {
    /// The list.
    pub(crate) at: &'static str,
    pub(crate) from: From,
    /// The member by which entries that are objects are told apart.
    pub(crate) key: &'static str,
    /// What the ids are of.
    pub(crate) refer: Option<(Kind, No)>,
    /// An id is in the list of one document only: the others lose it.
    pub(crate) exclusive: bool,
    /// Refused where it is in the list already; otherwise that changes nothing.
    pub(crate) already: Option<No>,
    /// Refused where it is not in the list; otherwise that changes nothing.
    pub(crate) absent: Option<No>,
    pub(crate) reply: Reply,
}

impl Link {
    pub(crate) const PLAIN: Self = Self {
        at: "",
        from: From::Body(""),
        key: "",
        refer: None,
        exclusive: false,
        already: None,
        absent: None,
        reply: Reply::Empty(204),
    };
}

/// Where the ids of a link stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From {
    /// One or a list in the body.
    Body(&'static str),
    Param(&'static str),
    Hand(fn(&Call<'_>) -> Result<Vec<Value>, Refusal>),
}

/// Moves entries of a list, or documents of the kind.
#[derive(Debug)]
pub(crate) struct Order {
    /// The list; `""` for the documents themselves.
    pub(crate) at: &'static str,
    /// The member by which entries that are objects are told apart.
    pub(crate) key: &'static str,
    /// In the body: what is moved, after what, or to which end (`First`, `Last`).
    pub(crate) ids: &'static str,
    pub(crate) after: &'static str,
    pub(crate) position: &'static str,
    pub(crate) reply: Reply,
}

impl Order {
    pub(crate) const PLAIN: Self = Self {
        at: "",
        key: "",
        ids: "ids",
        after: "after",
        position: "position",
        reply: Reply::Empty(204),
    };
}
