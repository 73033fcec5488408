//! What the terminal shows after the start: what to paste into which client, and a first walk.

use std::fmt;

/// How to point MCP clients at a server.
#[derive(Debug)]
pub(super) struct Clients<'a> {
    /// The exact `/mcp` URL.
    pub(super) url: &'a str,
}

impl fmt::Display for Clients<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url;
        writeln!(f, "Point a client at {url}")?;
        writeln!(f)?;
        writeln!(
            f,
            "  Claude Code     claude mcp add --transport http gojira {url}"
        )?;
        writeln!(f, "                  then /mcp in a session, to sign in")?;
        writeln!(f, "  Claude Desktop  claude_desktop_config.json:")?;
        writeln!(
            f,
            "                  {{\"mcpServers\":{{\"gojira\":{{\"command\":\"npx\",\"args\":[\"-y\",\"mcp-remote\",\"{url}\"]}}}}}}"
        )?;
        writeln!(f, "  Cursor          ~/.cursor/mcp.json:")?;
        writeln!(
            f,
            "                  {{\"mcpServers\":{{\"gojira\":{{\"url\":\"{url}\"}}}}}}"
        )?;
        writeln!(f, "  VS Code         .vscode/mcp.json:")?;
        writeln!(
            f,
            "                  {{\"servers\":{{\"gojira\":{{\"type\":\"http\",\"url\":\"{url}\"}}}}}}"
        )?;
        writeln!(
            f,
            "  Inspector       npx @modelcontextprotocol/inspector@2.12 --transport http --server-url {url}"
        )
    }
}

/// A first walk through the sandbox.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// The exact `/mcp` URL.
    pub(super) url: &'a str,
    /// Origin of the server.
    pub(super) origin: &'a str,
    /// Where the invented site answers.
    pub(super) sandbox: &'a str,
    /// A bearer that is signed in already.
    pub(super) bearer: &'a str,
    /// Name of the person it belongs to.
    pub(super) person: &'a str,
    /// Their email and API token.
    pub(super) api_token: (&'a str, &'a str),
}

impl fmt::Display for Walk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The invented site's address is {}", self.sandbox)?;
        writeln!(
            f,
            "Signing in from a client opens the consent page, then the site's own sign-in page."
        )?;
        writeln!(f, "Sign in there as {}, who administers it.", self.person)?;
        writeln!(
            f,
            "Tools that need an API token: bind {} with token {}",
            self.api_token.0, self.api_token.1
        )?;
        writeln!(
            f,
            "at {}/connect/api-token (done already for the bearer below).",
            self.origin
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "A first walk, with a bearer that is signed in already (good for an hour):"
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "  export GOJIRA='npx -y @modelcontextprotocol/inspector@2.12 --cli {} --transport http'",
            self.url
        )?;
        writeln!(f, "  export BEARER='Authorization: Bearer {}'", self.bearer)?;
        writeln!(f, "  $GOJIRA --header \"$BEARER\" --method tools/list")?;
        let call = |tool: &str, arguments: &str| {
            format!(
                "$GOJIRA --header \"$BEARER\" --method tools/call --tool-name {tool} --tool-args-json '{arguments}'"
            )
        };
        let change = r#"{"operation":"notification_scheme_update","arguments":{"schemeId":"10000","name":"Renamed by me"}}"#;
        writeln!(
            f,
            "1 look      {}",
            call(
                "read_operation",
                r#"{"operation":"notification_scheme_list","arguments":{}}"#
            )
        )?;
        writeln!(f, "2 dry run   {}", call("plan_change", change))?;
        writeln!(
            f,
            "            nothing has changed; the answer shows the patch and a plan_id"
        )?;
        writeln!(
            f,
            "3 commit    {}",
            call("apply_plan", r#"{"plan_id":"<from 2>"}"#)
        )?;
        writeln!(
            f,
            "            the answer shows an operation_id; step 1 shows the new name"
        )?;
        writeln!(
            f,
            "4 revert    {}",
            call("operation_revert", r#"{"operation_id":"<from 3>"}"#)
        )?;
        writeln!(
            f,
            "            a dry run again: repeat it with \"commit\":true and its plan_id"
        )
    }
}
