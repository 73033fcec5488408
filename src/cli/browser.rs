//! A browser that is driven by the program: follows redirects, keeps cookies, fills in forms.
//!
//! It signs the rehearsal in through the same pages a person would use, so that no way into the
//! server exists that a person does not have.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;

/// Redirects and forwarding pages followed for one step.
const MOST_HOPS: usize = 12;

/// The browser.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    stop_at: String,
    person: String,
}

/// What a step ended with.
#[derive(Debug)]
pub enum Landed {
    /// A page.
    Page(Page),
    /// The address that the browser was told to stop at.
    Stopped(Url),
}

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its address.
    pub url: Url,
    /// Its HTTP status.
    pub status: u16,
    /// Its HTML.
    pub html: String,
}

/// A form of a page.
#[derive(Debug, Clone)]
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Browser {
    /// A browser without cookies that goes nowhere beginning with `stop_at` and, where a list asks
    /// who it is, chooses the entry that names `person`.
    pub const fn new(http: reqwest::Client, stop_at: String, person: String) -> Self {
        Self {
            http,
            cookies: BTreeMap::new(),
            stop_at,
            person,
        }
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When there is no answer, or no end to the redirects.
    pub async fn open(&mut self, url: &str) -> Result<Landed> {
        let url = Url::parse(url)?;
        self.go(url, None).await
    }

    /// Submits the first form of a page that posts and has these fields, set over its own values.
    ///
    /// # Errors
    /// When the page has no such form, there is no answer, or no end to the redirects.
    pub async fn submit(&mut self, page: &Page, set: &[(&str, &str)]) -> Result<Landed> {
        let mut form = post_form(&page.html, &self.person, set)
            .ok_or_else(|| anyhow!("{} has no form: {}", page.url, page.html))?;
        for (name, value) in set {
            form.fields.retain(|(field, _)| field != name);
            form.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let action = page.url.join(&form.action)?;
        self.go(action, Some(form.fields)).await
    }

    async fn go(&mut self, url: Url, form: Option<Vec<(String, String)>>) -> Result<Landed> {
        let mut url = url;
        let mut form = form;
        for _ in 0..MOST_HOPS {
            if url.as_str().starts_with(&self.stop_at) {
                return Ok(Landed::Stopped(url));
            }
            let request = match form.take() {
                Some(fields) => {
                    let origin = url.origin().ascii_serialization();
                    self.http
                        .post(url.clone())
                        .header("origin", origin)
                        .form(&fields)
                }
                None => self.http.get(url.clone()),
            };
            let jar = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let jar = jar.collect::<Vec<_>>().join("; ");
            let answer = request
                .header(COOKIE, jar)
                .send()
                .await
                .with_context(|| format!("no answer from {url}"))?;
            self.keep_cookies(&answer);
            let status = answer.status().as_u16();
            let next = answer
                .headers()
                .get(LOCATION)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            if let Some(next) = next {
                url = url.join(&next)?;
                continue;
            }
            let html = answer.text().await?;
            if let Some(next) = refresh_target(&html) {
                url = url.join(&next)?;
                continue;
            }
            return Ok(Landed::Page(Page { url, status, html }));
        }
        bail!("too many redirects, the last to {url}")
    }

    fn keep_cookies(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let Some((name, rest)) = cookie.to_str().ok().and_then(|text| text.split_once('='))
            else {
                continue;
            };
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || rest.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Landed {
    /// The page.
    ///
    /// # Errors
    /// When the browser was stopped before it reached one.
    pub fn page(self) -> Result<Page> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Stopped(url) => bail!("stopped at {url}"),
        }
    }
}

/// The tags of this name, each with its attributes.
fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = BTreeMap<String, String>> + 'a {
    html.match_indices('<').filter_map(move |(at, _)| {
        let rest = html.get(at + 1..)?;
        let inner = rest.get(..rest.find('>')?)?;
        let tail = inner.strip_prefix(name)?;
        tail.starts_with([' ', '\n', '/', '\t'])
            .then(|| attributes(tail))
    })
}

fn attributes(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text.trim();
    while let Some(end) = rest.find(['=', ' ', '\n']) {
        let (name, tail) = rest.split_at(end);
        if let Some(quoted) = tail.strip_prefix("=\"") {
            let Some((value, next)) = quoted.split_once('"') else {
                break;
            };
            found.insert(name.to_owned(), unescaped(value));
            rest = next.trim_start();
        } else if let Some(bare) = tail.strip_prefix('=') {
            let (value, next) = bare.split_once([' ', '\n']).unwrap_or((bare, ""));
            found.insert(name.to_owned(), unescaped(value));
            rest = next.trim_start();
        } else {
            found.insert(name.to_owned(), String::new());
            rest = tail.trim_start();
        }
    }
    if !rest.is_empty() && rest != "/" {
        found.insert(rest.trim_end_matches('/').to_owned(), String::new());
    }
    found
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let Some((entity, tail)) = after.split_once(';') else {
            plain.push('&');
            rest = after;
            continue;
        };
        let code =
            entity
                .strip_prefix('#')
                .and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => digits.parse().ok(),
                });
        match (entity, code.and_then(char::from_u32)) {
            (_, Some(c)) => plain.push(c),
            ("amp", _) => plain.push('&'),
            ("lt", _) => plain.push('<'),
            ("gt", _) => plain.push('>'),
            ("quot", _) => plain.push('"'),
            _ => {
                plain.push('&');
                plain.push_str(entity);
                plain.push(';');
            }
        }
        rest = tail;
    }
    plain.push_str(rest);
    plain
}

fn post_form(html: &str, person: &str, set: &[(&str, &str)]) -> Option<Form> {
    html.match_indices("<form").find_map(|(at, _)| {
        let rest = html.get(at..)?;
        let body = rest.get(..rest.find("</form>")?)?;
        let head = tags(body, "form").next()?;
        if !head.get("method")?.eq_ignore_ascii_case("post") {
            return None;
        }
        let fields = fields(body, person);
        let has = |(name, _): &(&str, &str)| fields.iter().any(|(field, _)| field == name);
        set.iter().all(has).then(|| Form {
            action: head.get("action").cloned().unwrap_or_default(),
            fields,
        })
    })
}

/// What a list sends: the entry that names the person, else the first.
fn choices(body: &str, person: &str) -> Vec<(String, String)> {
    body.split("<select")
        .skip(1)
        .filter_map(|rest| {
            let (list, _) = rest.split_once("</select>")?;
            let (head, options) = list.split_once('>')?;
            let name = attributes(head).get("name")?.clone();
            let options: Vec<&str> = options.split("<option").skip(1).collect();
            let chosen = options
                .iter()
                .find(|option| unescaped(option).contains(person));
            let (head, _) = chosen.or(options.first())?.split_once('>')?;
            Some((name, attributes(head).get("value")?.clone()))
        })
        .collect()
}

/// What a browser would send if the person chose themselves and pressed the first button.
fn fields(body: &str, person: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for input in tags(body, "input") {
        let Some(name) = input.get("name").filter(|name| !name.is_empty()) else {
            continue;
        };
        let value = input.get("value").cloned();
        match input.get("type").map(String::as_str) {
            Some("radio") => {
                let known = fields.iter().position(|(field, _)| field == name);
                let value = value.unwrap_or_else(|| "on".to_owned());
                match known {
                    None => fields.push((name.clone(), value)),
                    Some(at) if input.contains_key("checked") => {
                        fields.splice(at..=at, [(name.clone(), value)]);
                    }
                    Some(_) => {}
                }
            }
            Some("checkbox") if !input.contains_key("checked") => {}
            Some("submit" | "button" | "image" | "reset") => {}
            _ => fields.push((name.clone(), value.unwrap_or_default())),
        }
    }
    let button =
        tags(body, "button").find(|button| button.get("type").is_none_or(|kind| kind == "submit"));
    fields.extend(choices(body, person));
    if let Some(button) = button
        && let Some(name) = button.get("name").filter(|name| !name.is_empty())
    {
        fields.push((
            name.clone(),
            button.get("value").cloned().unwrap_or_default(),
        ));
    }
    fields
}

/// Where a page forwards to by itself.
fn refresh_target(html: &str) -> Option<String> {
    tags(html, "meta")
        .find(|meta| {
            meta.get("http-equiv")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"))
        })
        .and_then(|meta| meta.get("content").cloned())
        .and_then(|content| {
            let at = content.to_ascii_lowercase().find("url=")?;
            content
                .get(at + 4..)
                .map(|url| url.trim_matches(['\'', '"', ' ']).to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_as_a_person_would_who_changes_nothing() {
        let html = r#"<form method="get" action="/no"></form>
            <form method="post" action="/yes?a=1&amp;b=2">
            <input type="hidden" name="csrf" value="a&quot;b">
            <input type="radio" name="who" value="1"><input type="radio" name="who" value="2" checked>
            <input type="checkbox" name="more" value="1"><input name="email" type="email">
            <select id="a" name="account"><option value="1">Bo (bo@x.example)</option>
            <option value="2">Ada (ada@x.example)</option></select>
            <button type="submit" name="decision" value="allow">Allow</button>
            <button type="submit" name="decision" value="deny">Deny</button></form>"#;
        let form = post_form(html, "ada@x.example", &[]).unwrap();
        assert_eq!(form.action, "/yes?a=1&b=2");
        let pairs: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("csrf", "a\"b"),
                ("who", "2"),
                ("email", ""),
                ("account", "2"),
                ("decision", "allow")
            ]
        );
    }

    #[test]
    fn a_forwarding_page_is_followed() {
        let html = r#"<meta http-equiv="refresh" content="0; url=https://x.example/?a=1&#38;b=2">"#;
        assert_eq!(
            refresh_target(html).as_deref(),
            Some("https://x.example/?a=1&b=2")
        );
        assert_eq!(refresh_target("<meta charset=\"utf-8\">"), None);
    }
}
