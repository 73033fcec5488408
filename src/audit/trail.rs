//! What stands in the record of a call, and which record it goes to.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::redact;
use super::sink::{AuditError, Sink};
use crate::auth::Principal;
use crate::base::clock::SharedClock;
use crate::base::fault::Code;
use crate::catalog;
use crate::catalog::model::{Credential, Tool};
use crate::config::AuditSettings;
use crate::projection::state;

/// Largest arguments that stand in a record as they are, in bytes.
const LARGEST: usize = 4_096;

/// The audit record. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Audit {
    main: Arc<Sink>,
    organisation: Arc<Sink>,
    clock: SharedClock,
}

/// A call that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct Begun<'a> {
    /// The reference id of the call.
    pub reference_id: &'a str,
    /// Who calls.
    pub principal: &'a Principal,
    /// The name in the call.
    pub name: &'a str,
    /// The tool, when the name has one.
    pub tool: Option<&'static Tool>,
    /// The record it belongs to.
    pub channel: Channel,
    /// The arguments as they came.
    pub arguments: &'a Map<String, Value>,
}

/// Which record something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The one of everything else.
    Main,
    /// The one of what is done, or was to be done, with the organisation's key.
    OrgAdmin,
}

impl Channel {
    /// The channel of what concerns a tool.
    pub fn of(tool: Option<&Tool>) -> Self {
        match tool.map(|tool| tool.credential) {
            Some(Credential::OrgAdmin) => Self::OrgAdmin,
            _ => Self::Main,
        }
    }

    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::OrgAdmin => "org_admin",
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// The failure, if it is one.
    pub code: Option<Code>,
    /// The operation in the journal, for writes that were sent.
    pub operation_id: Option<&'a str>,
    /// How long it took.
    pub took: Duration,
}

impl Audit {
    /// Opens the record, and the organisation's own where it has one.
    ///
    /// # Errors
    /// When a file cannot be opened or another process writes it.
    pub fn open(settings: &AuditSettings, clock: SharedClock) -> Result<Self, AuditError> {
        let main = Arc::new(Sink::open(&settings.target)?);
        let organisation = match &settings.org_target {
            Some(target) if *target != settings.target => Arc::new(Sink::open(target)?),
            _ => Arc::clone(&main),
        };
        Ok(Self {
            main,
            organisation,
            clock,
        })
    }

    /// Records a call before it is made.
    ///
    /// # Errors
    /// When the record cannot be written; the call must not be made then.
    pub fn begin(&self, call: &Begun<'_>) -> Result<(), AuditError> {
        let mut record = self.record("CALL", call.reference_id);
        describe(&mut record, call);
        let secrets = call.tool.map_or(&[][..], |tool| tool.secrets);
        let mut arguments = redact::value(Value::Object(call.arguments.clone()), secrets);
        hide_of_inner(&mut arguments);
        record.insert("arguments".to_owned(), bounded(arguments));
        self.sink(call.channel).write(record)
    }

    /// Waits, off the threads that serve calls, until what was recorded in a channel is on the disk.
    /// For calls that change something: what they did would outlive a power cut, and so must the
    /// record that they were made.
    ///
    /// # Errors
    /// When the disk does not take it; the call must not be made then.
    pub async fn secure(&self, channel: Channel) -> Result<(), AuditError> {
        let sink = Arc::clone(self.sink(channel));
        // Standard output is another's to keep.
        if sink.file().is_none() {
            return Ok(());
        }
        let synced = tokio::task::spawn_blocking(move || sink.flush()).await;
        synced.map_err(|error| AuditError::Write(io::Error::other(error)))?
    }

    /// Records how a call ended. It never changes the answer: a record that cannot be written is
    /// told in the log.
    pub fn end(&self, call: &Begun<'_>, ended: &Ended<'_>) {
        let mut record = self.record("CALL_END", call.reference_id);
        describe(&mut record, call);
        let outcome = ended.code.map_or("OK", Code::as_str);
        record.insert("outcome".to_owned(), outcome.into());
        if let Some(id) = ended.operation_id {
            record.insert("operation_id".to_owned(), id.into());
        }
        let millis = u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX);
        record.insert("took_ms".to_owned(), millis.into());
        tell(self.sink(call.channel), record);
    }

    /// Records something else that happened; `facts` hold nothing secret.
    pub(super) fn note(&self, kind: &str, facts: Map<String, Value>) {
        self.event(Channel::Main, kind, facts);
    }

    /// Records something that happened beside the calls, in the record it belongs to; `facts` hold
    /// nothing secret. A record that cannot be written is told in the log.
    pub fn event(&self, channel: Channel, kind: &str, facts: Map<String, Value>) {
        let mut record = facts;
        record.insert("at".to_owned(), self.clock.now().to_string().into());
        record.insert("kind".to_owned(), kind.into());
        record.insert("channel".to_owned(), channel.as_str().into());
        tell(self.sink(channel), record);
    }

    /// Waits until all records are on the disk; for the end of the process.
    pub fn flush(&self) {
        for sink in [&self.main, &self.organisation] {
            if let Err(error) = sink.flush() {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "audit not flushed"
                );
            }
        }
    }

    const fn sink(&self, channel: Channel) -> &Arc<Sink> {
        match channel {
            Channel::OrgAdmin => &self.organisation,
            Channel::Main => &self.main,
        }
    }

    fn record(&self, kind: &str, reference_id: &str) -> Map<String, Value> {
        Map::from_iter([
            ("at".to_owned(), self.clock.now().to_string().into()),
            ("kind".to_owned(), kind.into()),
            ("reference_id".to_owned(), reference_id.into()),
        ])
    }
}

fn tell(sink: &Sink, record: Map<String, Value>) {
    if let Err(error) = sink.write(record) {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "an audit record was lost"
        );
    }
}

fn describe(record: &mut Map<String, Value>, call: &Begun<'_>) {
    let principal = call.principal;
    record.insert("channel".to_owned(), call.channel.as_str().into());
    record.insert("account".to_owned(), principal.account.as_str().into());
    record.insert("client".to_owned(), principal.client.as_str().into());
    record.insert("family".to_owned(), principal.family.as_str().into());
    if let Some(tool) = call.tool {
        record.insert("tool".to_owned(), tool.name.into());
        record.insert("group".to_owned(), tool.group.into());
        record.insert("effect".to_owned(), tool.effect.as_str().into());
    } else {
        let name: String = call.name.chars().take(100).collect();
        record.insert("unknown_tool".to_owned(), redact::text(&name).into());
    }
}

/// The arguments of tools that are called through another (`operation` and its `arguments`, or
/// `steps` of such) are as secret as they are in a call of their own.
fn hide_of_inner(arguments: &mut Value) {
    if let Some(Value::Array(steps)) = arguments.get_mut("steps") {
        steps.iter_mut().for_each(hide_of_inner);
    }
    let named = arguments.get("operation").and_then(Value::as_str);
    if let Some(inner) = named.and_then(catalog::tool)
        && let Some(given) = arguments.get_mut("arguments")
    {
        *given = redact::value(given.take(), inner.secrets);
    }
}

/// Arguments, or their digest when they are large.
fn bounded(arguments: Value) -> Value {
    match arguments.to_string().len() {
        ..=LARGEST => arguments,
        bytes => json!({ "bytes": bytes, "sha256": state::digest(&arguments) }),
    }
}
