//! GET /connect/plans, GET and POST /connect/plans/{id}: a person decides on what waits to be changed
//! in their name. Nothing of a plan is shown before its own person is signed in.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;

use super::visit::{self, RouteError, Visit};
use crate::auth::{OwnPage, Person};
use crate::base::ids::{ClientId, PlanId};
use crate::dispatch::Dispatcher;
use crate::dispatch::plans::Found;
use crate::http::oauth::{AuthState, Fields, Refusal};
use crate::web::{MessagePage, Notice, PlanPage, PlanView, PlansPage, page};

/// Most plans on the page.
const SHOWN: usize = 50;
/// Largest form, in bytes.
const MAX_BODY: usize = 16 * 1024;
/// Where the list is.
const LIST: &str = "/connect/plans";

/// What the pages need.
#[derive(Debug, Clone)]
pub struct PlanPages {
    /// Who is who.
    pub auth: AuthState,
    /// The plans.
    pub dispatcher: Dispatcher,
}

/// The routes.
pub fn router(pages: PlanPages) -> Router {
    Router::new()
        .route(LIST, get(list).post(sign_in))
        .route("/connect/plans/{id}", get(show).post(decide))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(pages)
}

async fn list(State(pages): State<PlanPages>, headers: HeaderMap) -> Result<Response, RouteError> {
    let visit = Visit::open(&pages.auth, &headers).await?;
    let mut view = signed_out(&pages, &visit, LIST.to_owned(), LIST);
    if let Some(person) = &visit.person {
        let account = &person.account;
        let found = pages.dispatcher.list_plans(account, None, SHOWN, |_| true);
        let found = found.await.map_err(|fault| Refusal::ours(&fault))?;
        view.plans = found.plans.iter().map(Into::into).collect();
        view.more = found.more.is_some();
        view.person = Some(visit::name(person));
    }
    Ok(visit.mark(&pages.auth, page(StatusCode::OK, &view)))
}

/// The page for who is not signed in.
fn signed_out(pages: &PlanPages, visit: &Visit, action: String, form: &str) -> PlansPage {
    PlansPage {
        person: None,
        notice: None,
        plans: Vec::new(),
        more: false,
        asks: pages.dispatcher.asks_a_person(),
        action,
        form_token: visit.form_token(form),
    }
}

async fn sign_in(
    State(pages): State<PlanPages>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let fields = Fields::of_form(&headers, body)?;
    let visit = Visit::of_form(&pages.auth, &headers, &fields, LIST).await?;
    visit.depart(&pages.auth, OwnPage::Plans).await
}

async fn show(
    State(pages): State<PlanPages>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RouteError> {
    let visit = Visit::open(&pages.auth, &headers).await?;
    let Some(id) = PlanId::parse(&id) else {
        return Ok(nothing_here());
    };
    render(&pages, &visit, &id, None).await
}

async fn render(
    pages: &PlanPages,
    visit: &Visit,
    id: &PlanId,
    notice: Option<Notice>,
) -> Result<Response, RouteError> {
    let path = path(id);
    let Some(person) = &visit.person else {
        let mut view = signed_out(pages, visit, path.clone(), &path);
        view.notice = notice;
        let status = visit::status(view.notice.as_ref());
        return Ok(visit.mark(&pages.auth, page(status, &view)));
    };
    let found = pages.dispatcher.find_plan(&person.account, id).await;
    let plan = match found.map_err(|fault| Refusal::ours(&fault))? {
        Some(Found::Open(plan)) => plan,
        Some(Found::Used(operation)) => return Ok(used(operation)),
        None => return Ok(nothing_here()),
    };
    let client = client_name(pages, person, &plan.client).await?;
    let view = PlanPage {
        client,
        person: visit::name(person),
        asks: pages.dispatcher.asks_a_person(),
        form_token: visit.form_token(&path),
        action: path,
        plan: PlanView::new(&plan),
        notice,
    };
    let status = visit::status(view.notice.as_ref());
    Ok(visit.mark(&pages.auth, page(status, &view)))
}

async fn decide(
    State(pages): State<PlanPages>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let mut fields = Fields::of_form(&headers, body)?;
    let Some(id) = PlanId::parse(&id) else {
        return Ok(nothing_here());
    };
    let visit = Visit::of_form(&pages.auth, &headers, &fields, &path(&id)).await?;
    let action = fields.take("action").unwrap_or_default();
    if action == "sign_in" {
        return visit.depart(&pages.auth, OwnPage::Plan(id)).await;
    }
    let Some(person) = &visit.person else {
        let notice = Notice::failed(visit::ENDED);
        return render(&pages, &visit, &id, Some(notice)).await;
    };
    match action.as_str() {
        "approve" if pages.dispatcher.asks_a_person() => {
            say(&pages, &visit, person, &id, true).await
        }
        "refuse" => say(&pages, &visit, person, &id, false).await,
        _ => render(&pages, &visit, &id, None).await,
    }
}

async fn say(
    pages: &PlanPages,
    visit: &Visit,
    person: &Person,
    id: &PlanId,
    approved: bool,
) -> Result<Response, RouteError> {
    let decided = pages
        .dispatcher
        .decide_plan(&person.account, id, approved)
        .await;
    let notice = match decided.map_err(|fault| Refusal::ours(&fault))? {
        None => None,
        Some(plan) if plan.is_approved() != approved => Some(Notice::failed(
            "You refused this before, and a refusal stands. Have the application prepare it anew.",
        )),
        Some(_) if approved => Some(Notice::done(
            "Approved. Go back to the application: it can carry out exactly this now.",
        )),
        Some(_) => Some(Notice::done("Refused. It cannot be carried out.")),
    };
    render(pages, visit, id, notice).await
}

/// What the client that prepared a plan calls itself, while the person lets it act for them.
async fn client_name(
    pages: &PlanPages,
    person: &Person,
    client: &ClientId,
) -> Result<Option<String>, RouteError> {
    let connections = pages.auth.auth.connections(&person.account).await?;
    let known = connections.into_iter().find(|one| one.client == *client);
    Ok(known.and_then(|one| one.name))
}

fn path(id: &PlanId) -> String {
    format!("{LIST}/{id}")
}

/// Another person's plan is as little there as one that never was.
fn nothing_here() -> Response {
    let view = MessagePage {
        title: "No such plan of yours",
        words: "It was never made, belongs to someone else, was discarded, or is older than 15 minutes."
            .to_owned(),
        mend: Some("Have the application prepare the change again, and open the link it gives you."),
    };
    page(StatusCode::NOT_FOUND, &view)
}

fn used(operation: Option<String>) -> Response {
    let words = match operation {
        Some(id) => format!("The application carried it out. In the record it is operation {id}."),
        None => "The application carried it out.".to_owned(),
    };
    let view = MessagePage {
        title: "This was carried out",
        words,
        mend: Some("Ask the application what became of it; what can be undone, it can undo."),
    };
    page(StatusCode::OK, &view)
}
