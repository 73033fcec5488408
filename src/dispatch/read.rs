//! A read: one request, or one page of a list.

use super::done::Done;
use super::requests;
use super::turn::Turn;
use crate::base::fault::Fault;
use crate::projection::sources::Facts;
use crate::upstream::pages;

/// The read path of a tool with an operation of its own.
pub(super) async fn run(turn: Turn) -> Result<Done, Fault> {
    let access = turn.access().await?;
    let parts = turn.dispatcher.parts();
    let tool = turn.tool();
    let facts = Facts {
        arguments: Some(turn.arguments()),
        org: parts.org_id.as_deref(),
        ..Facts::default()
    };
    let request = requests::own(tool, &facts)?;
    let wanted = pages::Wanted {
        page: turn.automatic.page.as_deref(),
        limit: turn.automatic.limit,
    };
    let content = pages::read_page(
        &parts.upstream,
        &access,
        request,
        tool.paging,
        wanted,
        turn.deadline(),
    )
    .await?;
    Ok(Done::from(content))
}
