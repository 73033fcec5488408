//! The protocol's handler: who calls comes from the HTTP layer, what is said comes from dispatch.

use std::sync::Arc;

use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ResourceContents,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};

use super::approval::{self, Malformed};
use super::elicitation::{self, Stage};
use super::listing::Listing;
use super::progress::Teller;
use super::{prompts, resources};
use crate::auth::Principal;
use crate::dispatch::{Dispatcher, Invocation};

/// How long a client may keep the list of tools: it changes with a deployment or a new sign-in.
const LIST_TTL_MS: u64 = 300_000;

const INSTRUCTIONS: &str = "\
Administers one Atlassian Cloud site with the signed-in person's own rights: projects, schemes, \
workflows, custom fields, automation, Assets, Jira Service Management, Confluence spaces and the \
organisation. Everyday work on issues and pages is not here.\n\
Reads answer at once. `page` takes the cursor of `page.next`, `limit` bounds a page, `fields` \
keeps only the named fields of each item.\n\
Writes never happen at the first call: a write tool answers with a dry run that shows what would \
change and a `plan_id`. Show it to the person, and only with their consent call the same tool \
again with the same arguments, `commit: true` and that `plan_id` (or use `apply_plan`). Every \
write is journaled: `operation_list` shows them and `operation_revert` undoes what can be undone.\n\
Not every tool is listed: `find_operations` searches all of them, `describe_operation` gives the \
full input schema, `read_operation` and `plan_change` run them. Errors say in `mend` what helps; \
`gojira_whoami` shows which credentials are there and `gojira_connect` gives the link to add one.";

/// Serves one request at a time and keeps nothing between them.
#[derive(Debug, Clone)]
pub struct Handler {
    dispatcher: Dispatcher,
    listing: Arc<Listing>,
}

impl Handler {
    /// A handler over the dispatcher.
    pub const fn new(dispatcher: Dispatcher, listing: Arc<Listing>) -> Self {
        Self {
            dispatcher,
            listing,
        }
    }
}

/// The HTTP layer lets nobody pass without a principal; without one this is our own fault.
fn principal(context: &RequestContext<RoleServer>) -> Result<Principal, ErrorData> {
    context
        .extensions
        .get::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Principal>())
        .cloned()
        .ok_or_else(|| ErrorData::internal_error("the request has no caller", None))
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(
            ServerCapabilities::builder()
                .enable_tools()
                .enable_prompts()
                .enable_resources()
                .build(),
        )
        .with_server_info(
            Implementation::new("gojira-mcp", env!("CARGO_PKG_VERSION"))
                .with_title("Atlassian Cloud administration"),
        )
        .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let principal = principal(&context)?;
        let tools = self.dispatcher.listed(&principal);
        let mut result = ListToolsResult::with_all_items(self.listing.of(&tools));
        result.ttl_ms = Some(LIST_TTL_MS);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let stage = elicitation::stage(&request, &context);
        let malformed = || {
            let why = "inputResponses holds no answer to an elicitation";
            ErrorData::invalid_params(why, None)
        };
        if stage == Stage::Malformed {
            return Err(malformed());
        }
        let opens = elicitation::opens_pages(&context);
        let asking = if opens {
            approval::brought(&request).map_err(|Malformed| malformed())?
        } else {
            None
        };
        let teller = Teller::of(&context);
        let mut reply = self
            .dispatcher
            .call(Invocation {
                principal: principal(&context)?,
                name: request.name.into_owned(),
                arguments: request.arguments.unwrap_or_default(),
                cancel: context.ct.clone(),
                progress: teller.as_ref().map(Teller::progress),
                asking,
            })
            .await;
        if let Some(teller) = teller {
            teller.end().await;
        }
        let asked = reply.approval.take().filter(|_| opens);
        if let Some(page) = asked.and_then(approval::page) {
            return Ok(page.into());
        }
        if !reply.is_error {
            match stage {
                Stage::Due => {
                    if let Some(page) = elicitation::page(&reply.text) {
                        return Ok(page.into());
                    }
                }
                Stage::Answered(action) => {
                    if let Some(text) = elicitation::after(&action, &reply.text) {
                        reply.text = text;
                    }
                }
                Stage::Plain | Stage::Malformed => {}
            }
        }
        let said = vec![ContentBlock::text(reply.text)];
        let result = if reply.is_error {
            CallToolResult::error(said)
        } else {
            CallToolResult::success(said)
        };
        Ok(result.into())
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let callable = self.dispatcher.callable(&principal(&context)?);
        let mut result = ListPromptsResult::with_all_items(prompts::offered(&callable));
        result.ttl_ms = Some(LIST_TTL_MS);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let callable = self.dispatcher.callable(&principal(&context)?);
        let given = request.arguments.unwrap_or_default();
        prompts::get(&request.name, &given, &callable).map(Into::into)
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let callable = self.dispatcher.callable(&principal(&context)?);
        let mut result = ListResourcesResult::with_all_items(resources::listed(&callable));
        result.ttl_ms = Some(LIST_TTL_MS);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut result = ListResourceTemplatesResult::with_all_items(resources::templates());
        result.ttl_ms = Some(LIST_TTL_MS);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri;
        let absent = |why: String| {
            let data = serde_json::json!({ "uri": uri });
            ErrorData::resource_not_found(why, Some(data))
        };
        let Some(stands) = resources::stands(&uri) else {
            return Err(absent("there is no such resource".to_owned()));
        };
        let reply = self
            .dispatcher
            .call(Invocation {
                principal: principal(&context)?,
                name: stands.tool.to_owned(),
                arguments: stands.arguments,
                cancel: context.ct.clone(),
                progress: None,
                asking: None,
            })
            .await;
        if reply.is_error {
            return Err(absent(reply.text));
        }
        let said = ResourceContents::text(reply.text, uri).with_mime_type(resources::MEDIA);
        let mut result = ReadResourceResult::new(vec![said]);
        // A plan or an entry of the journal may be another at the next look.
        result.ttl_ms = Some(0);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result.into())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.listing.get(name)
    }
}
