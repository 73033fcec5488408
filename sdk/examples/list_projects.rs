//! Lists the projects of a site, page by page.
//!
//! ```text
//! ATLASSIAN_SITE=example.atlassian.net ATLASSIAN_EMAIL=me@example.com ATLASSIAN_API_TOKEN=... \
//!     cargo run -p atlassian-admin --example list_projects
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it found")]
#![expect(
    clippy::disallowed_methods,
    reason = "an example has no configuration of its own"
)]

use std::error::Error;
use std::sync::Arc;

use atlassian_admin::{Basic, Session, http_client, jira_platform};

const HELP: &str = "\
Lists the projects of a site: key, name and id, a line each.

Set ATLASSIAN_SITE (such as example.atlassian.net), ATLASSIAN_EMAIL and ATLASSIAN_API_TOKEN.
A token is made at https://id.atlassian.com/manage-profile/security/api-tokens";

const PAGE_SIZE: i64 = 50;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting =
        |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set\n\n{HELP}"));
    if std::env::args().nth(1).is_some() {
        println!("{HELP}");
        return Ok(());
    }
    let base = format!("https://{}", setting("ATLASSIAN_SITE")?);
    let seam = Basic::new(
        &setting("ATLASSIAN_EMAIL")?,
        &setting("ATLASSIAN_API_TOKEN")?,
    )?;
    let session = Session::new(base, http_client().build()?, Arc::new(seam));
    let client = jira_platform::Client::new(&session);

    let mut start = 0;
    loop {
        let page = projects(&client, start).await?;
        for project in &page.values {
            let text = |field: &Option<String>| field.clone().unwrap_or_default();
            println!(
                "{}\t{}\t{}",
                text(&project.key),
                text(&project.name),
                text(&project.id)
            );
        }
        if page.is_last.unwrap_or(true) || page.values.is_empty() {
            return Ok(());
        }
        start += i64::try_from(page.values.len())?;
    }
}

/// One page of projects, from the `start`th on, ordered by key.
async fn projects(
    client: &jira_platform::Client,
    start: i64,
) -> Result<jira_platform::types::PageBeanProject, Box<dyn Error>> {
    let page = client
        .search_projects(
            None, // action
            None, // categoryId
            None, // expand
            None, // id
            None, // keys
            Some(PAGE_SIZE),
            Some("key"),
            None, // properties
            None, // propertyQuery
            None, // query
            Some(start),
            None, // status
            None, // typeKey
        )
        .await?;
    Ok(page.parse()?)
}
