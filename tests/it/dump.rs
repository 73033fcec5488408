//! Everything a store holds after a whole flow, in every backend: values as ciphertext, bearers as
//! digests, and no secret in any key, value, index, budget or file.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gojira_mcp::base::clock::SystemClock;
use gojira_mcp::base::net;
use gojira_mcp::cli::browser::{Browser, Landed};
use gojira_mcp::cli::sign_in::through;
use gojira_mcp::seal::{Ring, named_key};
use gojira_mcp::store::keys::{self, Kind};
use gojira_mcp::store::sqlite::SqliteStore;
use gojira_mcp::store::{Durability, Step, Store};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::rig::{Choice, Open, Rig, sqlite};
use crate::secrets;

const REDIRECT: &str = "http://127.0.0.1:1/dump";
const VERIFIER: &str = "verifier-of-the-dump-test-0123456789-0123456789";
const STATE: &str = "state-of-the-dump-test-0123456789";

/// What a flow leaves behind; leases, jobs, marks of pace and expired kinds come and go by
/// themselves, and a used code, state or session has been taken out.
const LEFT: &[Kind] = &[
    Kind::Client,
    Kind::Authorization,
    Kind::State,
    Kind::Code,
    Kind::AccessToken,
    Kind::RefreshToken,
    Kind::RotatedPair,
    Kind::Family,
    Kind::Approval,
    Kind::Session,
    Kind::Grant,
    Kind::ApiToken,
    Kind::Plan,
    Kind::Journal,
];

/// Kinds that hold secrets, which only their seals protect: what Atlassian gave, what a client that
/// races itself is given again, and what an unfinished sign-in goes on with.
const CONFIDING: &[Kind] = &[
    Kind::Authorization,
    Kind::State,
    Kind::Code,
    Kind::RotatedPair,
    Kind::Grant,
    Kind::ApiToken,
];

/// A backend to look into.
struct Backend {
    name: &'static str,
    open: Open,
    /// Files that it leaves in the world's directory.
    files: &'static [&'static str],
}

/// Every backend there is.
const BACKENDS: &[Backend] = &[Backend {
    name: "sqlite",
    open: sqlite,
    files: &["store", "store-wal"],
}];

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_a_dump_of_any_store() {
    for backend in BACKENDS {
        let rig = Rig::with(Choice {
            open: backend.open,
            ..Choice::default()
        })
        .await;
        let bearers = flow(&rig).await;
        let store = rig.store().as_ref();
        holds_what_a_flow_leaves(store).await;
        holds_no_secret(store).await;
        holds_digests_of(store, &bearers).await;
        let plain = holds_ciphertext(store, &rig.ring()).await;
        assert!(plain.len() >= LEFT.len(), "{}", backend.name);
        for name in backend.files {
            let bytes = std::fs::read(rig.dir().join(name)).unwrap();
            assert_eq!(secrets::find(&bytes), None, "in the file {name}");
            let open = plain.iter().find(|text| contains(&bytes, text));
            assert!(open.is_none(), "a value stands open in the file {name}");
        }
    }
}

/// Every value opens with the world's key in its own place, and says nothing without it.
/// Gives the beginning of each as it is within.
async fn holds_ciphertext(store: &dyn Store, ring: &Ring) -> Vec<Vec<u8>> {
    let mut confided = BTreeSet::new();
    let mut plain = Vec::new();
    for (key, sealed) in store.dump().await.unwrap().values {
        assert_eq!(named_key(&sealed), ring.current_id(), "{key}");
        let opened = ring.open(key.as_bytes(), &sealed).unwrap();
        let opened = opened.expose();
        // Long enough not to be met by chance, where it is that long.
        let start = &opened[..opened.len().min(24)];
        if start.len() >= 8 {
            assert!(!contains(&sealed, start), "{key} is not sealed");
            plain.push(start.to_vec());
        }
        if secrets::find(opened).is_some() {
            let kind = Kind::ALL
                .into_iter()
                .find(|kind| key.starts_with(&format!("{}:", kind.prefix())));
            let prefix = kind.map_or("", Kind::prefix);
            assert!(
                CONFIDING.iter().any(|kind| kind.prefix() == prefix),
                "{prefix} holds a secret, if sealed: {:?}",
                secrets::find(opened)
            );
            confided.insert(prefix);
        }
    }
    assert_eq!(confided.len(), CONFIDING.len(), "{confided:?}");
    plain
}

/// Each bearer is known to the store, by its digest.
async fn holds_digests_of(store: &dyn Store, bearers: &[(Kind, String)]) {
    let dump = store.dump().await.unwrap();
    for (kind, bearer) in bearers {
        let (prefix, digest) = (format!("{}:", kind.prefix()), keys::digest(bearer));
        let held =
            |(key, _): &&(String, Vec<u8>)| key.starts_with(&prefix) && key.contains(&digest);
        assert_eq!(dump.values.iter().filter(held).count(), 1, "{prefix}");
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn a_secret_in_a_store_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&dir.path().join("store"), Arc::new(SystemClock)).unwrap();
    let secret = "a-secret-of-the-test-that-looks-for-it";
    let mut known = secrets::Known::default();
    known.add("it", secret.as_bytes());
    for (step, place) in [
        (put("a", secret), "a value"),
        (put(secret, "x"), "a key"),
        (member("idx", secret), "a member"),
        (member(secret, "x"), "an index"),
    ] {
        store.apply(Durability::Durable, vec![step]).await.unwrap();
        let found = |bytes: &[u8]| known.find(bytes).is_some();
        assert!(
            places(&store).await.iter().any(|(_, bytes)| found(bytes)),
            "{place}"
        );
        let dump = store.dump().await.unwrap();
        let gone = dump.values.into_iter().map(|(key, _)| Step::Delete { key });
        let out = dump.members.into_iter().map(|(index, entry)| Step::Remove {
            index,
            member: entry.member,
        });
        store
            .apply(Durability::Durable, gone.chain(out).collect())
            .await
            .unwrap();
        assert!(places(&store).await.is_empty());
    }
}

fn put(key: &str, value: &str) -> Step {
    Step::Put {
        key: key.to_owned(),
        value: value.as_bytes().to_vec(),
        ttl: None,
    }
}

fn member(index: &str, member: &str) -> Step {
    Step::Append {
        index: index.to_owned(),
        score: 1,
        member: member.to_owned(),
        ttl: None,
    }
}

/// Everything the store holds, each with where it stands.
async fn places(store: &dyn Store) -> Vec<(String, Vec<u8>)> {
    let dump = store.dump().await.unwrap();
    let mut places = Vec::new();
    for (key, value) in dump.values {
        places.push((format!("the key of {key}"), key.clone().into_bytes()));
        places.push((format!("the value of {key}"), value));
    }
    for (index, entry) in dump.members {
        places.push((format!("the index {index}"), index.clone().into_bytes()));
        places.push((format!("a member of {index}"), entry.member.into_bytes()));
    }
    for bucket in dump.budgets {
        places.push((format!("the budget {bucket}"), bucket.into_bytes()));
    }
    places
}

async fn holds_what_a_flow_leaves(store: &dyn Store) {
    let dump = store.dump().await.unwrap();
    for kind in LEFT {
        let prefix = format!("{}:", kind.prefix());
        let mut keys = dump.values.iter();
        assert!(keys.any(|(key, _)| key.starts_with(&prefix)), "no {prefix}");
    }
    assert!(!dump.members.is_empty() && !dump.budgets.is_empty());
}

async fn holds_no_secret(store: &dyn Store) {
    for (place, bytes) in places(store).await {
        // The place is not told when it is the key itself that is a secret.
        let shown = if place.starts_with("the value") {
            &place
        } else {
            "a name"
        };
        assert_eq!(secrets::find(&bytes), None, "{shown}");
    }
}

/// The rest of a flow whose public client has signed in and whose person has bound a token: another
/// client with a secret, a rotation, work with tools, and an authorization left half way. Gives what
/// the store is to know by its digest.
async fn flow(rig: &Rig) -> Vec<(Kind, String)> {
    let origin = rig.origin();
    let http = net::client(Duration::from_secs(20)).unwrap();
    secrets::add("the verifier", VERIFIER.as_bytes());
    secrets::add("the client's state", STATE.as_bytes());
    let registered = answer(http.post(format!("{origin}/register")).json(
        &json!({"client_name": "Confidential", "redirect_uris": [REDIRECT],
                "token_endpoint_auth_method": "client_secret_post"}),
    ))
    .await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (client, secret) = (
        text(&registered["client_id"]),
        text(&registered["client_secret"]),
    );
    secrets::add("the client secret", secret.as_bytes());
    let authorize = authorize_url(origin, &client);
    let email = &rig.sandbox.facts().users[0].email;

    // Signed in, exchanged and rotated.
    let mut browser = Browser::new(http.clone(), REDIRECT.to_owned(), email.clone());
    let landed = browser.open(authorize.as_str()).await.unwrap();
    let back = through(&mut browser, landed).await.unwrap();
    let code = back
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1;
    secrets::add("the code", secret_part(&code));
    let challenge = [
        ("client_id", client.as_str()),
        ("client_secret", &secret),
        ("redirect_uri", REDIRECT),
    ];
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let token = http.post(format!("{origin}/token"));
    let tokens = answer(token.form(&[challenge.as_slice(), &redeem].concat())).await;
    let refresh = text(&tokens["refresh_token"]);
    let rotate = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    let token = http.post(format!("{origin}/token"));
    let rotated = answer(token.form(&[challenge.as_slice(), &rotate].concat())).await;
    for pair in [&tokens, &rotated] {
        for name in ["access_token", "refresh_token"] {
            secrets::add("a token", secret_part(pair[name].as_str().unwrap()));
        }
    }

    // Work, over the wire and below it.
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "project_list", "arguments": {}}});
    let called = http
        .post(format!("{origin}/mcp"))
        .bearer_auth(text(&rotated["access_token"]))
        .header("accept", "application/json, text/event-stream")
        .json(&list);
    assert!(answer(called).await["result"]["content"].is_array());
    rig.ok("org_directory_list", json!({})).await;
    let change = json!({"fieldId": "customfield_10033", "description": "dumped"});
    rig.ok("custom_field_update", change.clone()).await;
    let done = rig.commit("custom_field_update", change).await;
    let undo = json!({"operation_id": done["operation_id"]});
    rig.commit("operation_revert", undo).await;

    // Another person's browser: one request waits for consent, another for Atlassian.
    let other = rig.sandbox.facts().users[1].email.clone();
    let stop = rig.sandbox.auth_base();
    let mut browser = Browser::new(http.clone(), stop, other);
    browser
        .open(authorize.as_str())
        .await
        .unwrap()
        .page()
        .unwrap();
    let page = browser
        .open(authorize.as_str())
        .await
        .unwrap()
        .page()
        .unwrap();
    let Landed::Stopped(at) = browser.submit(&page, &[]).await.unwrap() else {
        panic!("Atlassian was not asked");
    };
    let state = at
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1;
    secrets::add("the state for Atlassian", state.as_bytes());
    secrets::add_all_of(&rig.sandbox);
    vec![
        (Kind::Client, client),
        (Kind::Code, code.into_owned()),
        (Kind::State, state.into_owned()),
        (Kind::AccessToken, text(&rotated["access_token"])),
        (Kind::RefreshToken, refresh.clone()),
        (Kind::RefreshToken, text(&rotated["refresh_token"])),
        (Kind::RotatedPair, refresh),
    ]
}

/// A code or token of ours names its family before the dot; the family's id opens nothing and is
/// part of keys.
fn secret_part(token: &str) -> &[u8] {
    token.rsplit_once('.').unwrap().1.as_bytes()
}

fn authorize_url(origin: &str, client: &str) -> Url {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    Url::parse_with_params(
        &format!("{origin}/authorize"),
        [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", REDIRECT),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", STATE),
            ("scope", "read write admin:org"),
            ("resource", &format!("{origin}/mcp")),
        ],
    )
    .unwrap()
}

async fn answer(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.unwrap()
}
