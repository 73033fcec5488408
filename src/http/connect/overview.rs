//! GET and POST /connect.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::visit::{self, RouteError, Visit};
use crate::auth::{OwnPage, Person};
use crate::base::ids::ClientId;
use crate::http::oauth::{AuthState, Fields};
use crate::web::{Notice, OverviewPage, SignOutPage, page};

/// What the form token of this page is made for.
const PAGE: &str = "connect";

pub(in crate::http) async fn show(
    State(state): State<AuthState>,
    headers: HeaderMap,
) -> Result<Response, RouteError> {
    let visit = Visit::open(&state, &headers).await?;
    render(&state, &visit, None).await
}

/// The page with what is known of the person; marks the browser.
async fn render(
    state: &AuthState,
    visit: &Visit,
    notice: Option<Notice>,
) -> Result<Response, RouteError> {
    let mut view = OverviewPage {
        form_token: visit.form_token(PAGE),
        notice,
        ..OverviewPage::default()
    };
    if let Some(person) = &visit.person {
        let connections = state.auth.connections(&person.account).await?;
        view.connections = connections.into_iter().map(Into::into).collect();
        let atlassian = state.grants.status(&person.account).await?;
        view.atlassian = atlassian.map(Into::into);
        let tokens = state.grants.api_tokens(&person.account).await?;
        view.tokens = tokens.into_iter().map(Into::into).collect();
        view.person = Some(visit::name(person));
    }
    let status = visit::status(view.notice.as_ref());
    Ok(visit.mark(state, page(status, &view)))
}

pub(in crate::http) async fn change(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let mut fields = Fields::of_form(&headers, body)?;
    let visit = Visit::of_form(&state, &headers, &fields, PAGE).await?;
    let action = fields.take("action").unwrap_or_default();
    if action == "sign_in" {
        return visit.depart(&state, OwnPage::Overview).await;
    }
    let Some(person) = &visit.person else {
        let notice = Notice::failed(visit::ENDED);
        return render(&state, &visit, Some(notice)).await;
    };
    match action.as_str() {
        "withdraw" => {
            let notice = withdraw(&state, person, &mut fields).await?;
            render(&state, &visit, Some(notice)).await
        }
        "ask_sign_out" => {
            let connections = state.auth.connections(&person.account).await?.len();
            let view = SignOutPage {
                person: visit::name(person),
                connections,
                form_token: visit.form_token(PAGE),
            };
            Ok(page(StatusCode::OK, &view))
        }
        "sign_out" => {
            state.auth.end_all(&person.account).await?;
            state
                .grants
                .forget(
                    &person.account,
                    None,
                    "signed out of everything on the page",
                )
                .await?;
            let words = "You are signed out of everything. No application acts for you, and nothing of yours is kept but the record of what was done.";
            end(&state, &headers, visit, words).await
        }
        "leave" => {
            let words = "You have left. What is connected stays connected.";
            end(&state, &headers, visit, words).await
        }
        _ => render(&state, &visit, None).await,
    }
}

async fn withdraw(
    state: &AuthState,
    person: &Person,
    fields: &mut Fields,
) -> Result<Notice, RouteError> {
    let client = ClientId::new(fields.take("client").unwrap_or_default());
    let was_there = state.auth.withdraw(&person.account, &client).await?;
    Ok(if was_there {
        Notice::done("Withdrawn. The application is signed out at once and has to ask you again.")
    } else {
        Notice::failed("This application was not connected any more. Nothing was changed.")
    })
}

/// Ends the browser's sign-in and says so.
async fn end(
    state: &AuthState,
    headers: &HeaderMap,
    visit: Visit,
    words: &str,
) -> Result<Response, RouteError> {
    let visit = visit.leave(state, headers).await?;
    let answer = render(state, &visit, Some(Notice::done(words))).await?;
    Ok(visit::signed_out(state, answer))
}

#[cfg(test)]
mod tests;
