//! Takes secrets out of what is shown: by schema (pointers the catalogue calls secret) and by value
//! (what looks like a bearer, a token or a password in an address), wherever it stands.

use serde_json::{Map, Value};

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Names whose text is secret wherever they stand.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "apikey",
    "apitoken",
    "authorization",
    "clientsecret",
    "cookie",
    "password",
    "proxyauthorization",
    "refreshtoken",
    "secret",
    "setcookie",
    "xapikey",
];

/// Query parameters whose value is secret.
const SECRET_QUERY: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "code",
    "password",
    "refresh_token",
    "secret",
    "sig",
    "signature",
    "token",
];

/// How our own tokens and codes begin, Atlassian's tokens and keys, and other widespread ones.
const TOKEN_STARTS: &[&str] = &[
    "ATATT",
    "ATBB",
    "ATCTT",
    "ATOA",
    "ATSTT",
    "github_pat_",
    "ghp_",
    "gja_",
    "gjc_",
    "gjr_",
    "glpat-",
    "xoxb-",
    "xoxp-",
];

/// The value without its secrets. `pointers` are JSON pointers, with `*` for every item or field.
#[must_use]
pub fn value(mut shown: Value, pointers: &[&str]) -> Value {
    for pointer in pointers {
        let path: Vec<&str> = pointer.split('/').skip(1).collect();
        blank(&mut shown, &path);
    }
    by_value(&mut shown);
    shown
}

/// The text without its secrets.
#[must_use]
pub fn text(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown;
    let mut scheme = None;
    while !rest.is_empty() {
        let start = rest.find(in_word).unwrap_or(rest.len());
        let (gap, tail) = rest.split_at(start);
        out.push_str(gap);
        scheme = scheme.filter(|_| gap.chars().all(|c| c == ' '));
        let end = tail.find(|c| !in_word(c)).unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        if !word.is_empty() {
            if scheme.is_some_and(|scheme: Scheme| scheme.fits(word)) || is_token(word) {
                out.push_str(REDACTED);
            } else {
                out.push_str(&address(word));
            }
            scheme = Scheme::named(word);
        }
        rest = tail;
    }
    out
}

/// An authentication scheme, whose credential is the word after it.
#[derive(Debug, Clone, Copy)]
enum Scheme {
    Bearer,
    Basic,
}

impl Scheme {
    fn named(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("bearer") {
            Some(Self::Bearer)
        } else if word.eq_ignore_ascii_case("basic") {
            Some(Self::Basic)
        } else {
            None
        }
    }

    /// Whether the word may be a credential. After "basic", which is also plain English, base64
    /// shows itself by its digits, its `=` and its capitals inside the word.
    fn fits(self, word: &str) -> bool {
        let base64 = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '=';
        word.len() >= 8
            && match self {
                Self::Bearer => true,
                Self::Basic => word.chars().skip(1).any(base64),
            }
    }
}

fn in_word(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '"' | '\'' | '<' | '>' | '(' | ')' | ',' | ';' | '{' | '}'
        )
}

fn blank(value: &mut Value, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        if !value.is_null() {
            *value = Value::String(REDACTED.to_owned());
        }
        return;
    };
    match value {
        Value::Array(items) if *first == "*" => {
            for item in items {
                blank(item, rest);
            }
        }
        Value::Array(items) => {
            if let Some(item) = first.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                blank(item, rest);
            }
        }
        Value::Object(fields) if *first == "*" => {
            for field in fields.values_mut() {
                blank(field, rest);
            }
        }
        Value::Object(fields) => {
            let name = first.replace("~1", "/").replace("~0", "~");
            if let Some(field) = fields.get_mut(&name) {
                blank(field, rest);
            }
        }
        _ => {}
    }
}

fn by_value(value: &mut Value) {
    match value {
        Value::String(shown) => {
            let clean = text(shown);
            if clean != *shown {
                *shown = clean;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(by_value),
        Value::Object(fields) => {
            named_pair(fields);
            for (name, field) in fields {
                if is_secret_name(name) && field.is_string() {
                    *field = Value::String(REDACTED.to_owned());
                } else {
                    by_value(field);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `{"name": "Authorization", "value": "..."}`: the name of a secret beside its value.
fn named_pair(fields: &mut Map<String, Value>) {
    let named = ["name", "key", "header", "headerName"].iter().any(|name| {
        fields
            .get(*name)
            .and_then(Value::as_str)
            .is_some_and(is_secret_name)
    });
    if named
        && let Some(value) = fields.get_mut("value")
        && !value.is_null()
    {
        *value = Value::String(REDACTED.to_owned());
    }
}

fn is_secret_name(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.contains(&plain.as_str())
}

fn is_token(word: &str) -> bool {
    let body = word.trim_end_matches(['.', ':', '=']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=' | '.' | '+');
    if body.len() < 20 || !body.chars().all(plain) {
        return false;
    }
    let jwt = body.starts_with("eyJ") && body.matches('.').count() >= 2;
    jwt || TOKEN_STARTS.iter().any(|start| body.starts_with(start)) || is_opaque(body)
}

/// What our pages and clients are given besides: 43 characters of base64url with letters of both cases and digits.
fn is_opaque(word: &str) -> bool {
    word.len() == 43
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && word.chars().any(|c| c.is_ascii_lowercase())
        && word.chars().any(|c| c.is_ascii_uppercase())
        && word.chars().any(|c| c.is_ascii_digit())
}

/// An address (or a form) without the password and the secret parameters in it.
fn address(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(from) = word.find("://").map(|at| at + 3) {
        let host_end = word[from..]
            .find(['/', '?', '#'])
            .map_or(word.len(), |at| from + at);
        if let Some(at) = word[from..host_end].rfind('@')
            && word[from..from + at].contains(':')
        {
            word.replace_range(from..from + at, REDACTED);
        }
    }
    if !word.contains('=') {
        return word;
    }
    let mut out = String::with_capacity(word.len());
    for part in word.split_inclusive(['?', '&', '#']) {
        let (pair, mark) = match part.char_indices().next_back() {
            Some((at, mark @ ('?' | '&' | '#'))) => (&part[..at], Some(mark)),
            _ => (part, None),
        };
        match pair.split_once('=') {
            Some((name, value))
                if value.len() >= 4
                    && SECRET_QUERY.contains(&name.to_ascii_lowercase().as_str()) =>
            {
                out.push_str(name);
                out.push('=');
                out.push_str(REDACTED);
            }
            _ => out.push_str(pair),
        }
        out.extend(mark);
    }
    out
}

#[cfg(test)]
mod tests;
