//! A tenant with two servers over one store: one in good order, and one whose line and store break
//! on order. Both keep one journal, which is read here past all trouble.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use gojira_mcp::base::clock::Timestamp;
use gojira_mcp::base::ids::AccountId;
use gojira_mcp::journal::{Entry, Filter, Journal, State};
use gojira_mcp::store::vault::Vault;

use super::disk::Disk;
use super::proxy::{Proxy, Witness};
use crate::rig::{Choice, Rig};
use crate::secrets::Recorded;

/// As the server keeps its journal.
const TTL: Duration = Duration::from_hours(24 * 30);
/// Longer than any call lasts.
pub(crate) const LONG_GONE: Duration = Duration::from_mins(3);
/// Together with the other, longer than a request can be on its way.
pub(crate) const ARRIVED: Duration = Duration::from_mins(8);
/// Longer than an entry takes to be closed at the second attempt.
pub(crate) const DRAIN: Duration = Duration::from_secs(30);
/// More entries than a try leaves open.
const MANY: usize = 100;

/// The two servers and what is between them and the world.
pub(crate) struct World {
    /// The one in good order.
    pub(crate) sound: Rig,
    /// The one in trouble.
    pub(crate) server: Rig,
    pub(crate) proxy: Proxy,
    pub(crate) disk: Arc<Disk>,
    pub(crate) ledger: Ledger,
}

impl World {
    pub(crate) async fn new() -> Self {
        let (disk, store) = Disk::wrap();
        let sound = Rig::with(Choice {
            store,
            ..Choice::default()
        })
        .await;
        let disk = disk();
        let ledger = Ledger {
            journal: Journal::new(
                Vault::new(disk.sound(), Arc::new(sound.ring())),
                Arc::new(Recorded),
                TTL,
            ),
            account: sound.principal.account.clone(),
        };
        let proxy = Proxy::to(sound.sandbox.origin(), ledger.witness()).await;
        let origin = proxy.origin();
        let server = sound.adjusted(move |settings| {
            settings.oauth.api_base = format!("{origin}/api");
            settings.oauth.site_template = format!("{origin}/site/{{site}}");
        });
        Self {
            sound,
            server,
            proxy,
            disk,
            ledger,
        }
    }

    /// Lets so much time pass that what is open has lost its call, and then that nothing is on its
    /// way any more; house is kept both times, as it is now and then.
    pub(crate) async fn settle(&self) {
        for span in [LONG_GONE, ARRIVED] {
            self.sound.pass(span);
            self.server.dispatcher.reconcile(MANY).await;
        }
    }
}

/// The journal of the person who calls, read from the store itself.
#[derive(Clone)]
pub(crate) struct Ledger {
    journal: Journal,
    account: AccountId,
}

impl Ledger {
    /// The entries from this moment on, the newest first.
    pub(crate) async fn since(&self, moment: Timestamp) -> Vec<Entry> {
        let filter = Filter {
            since: Some(moment),
            limit: MANY,
            ..Filter::default()
        };
        let entries = self.journal.list(Some(&self.account), &filter).await;
        entries.unwrap()
    }

    /// One entry.
    pub(crate) async fn entry(&self, id: &str) -> Option<Entry> {
        let id = gojira_mcp::base::ids::OperationId::new(id);
        self.journal.get(&self.account, &id).await.unwrap()
    }

    /// Says which operations of open entries the store holds at that moment.
    fn witness(&self) -> Witness {
        let ledger = self.clone();
        Arc::new(move || {
            let ledger = ledger.clone();
            async move {
                let latest = ledger.latest().await;
                let open = latest.iter().filter(|entry| entry.state == State::Pending);
                open.flat_map(|entry| &entry.requests)
                    .map(|request| request.operation.clone())
                    .collect()
            }
            .boxed()
        })
    }

    /// The newest entries; a call opens one of them, and one that applies a set more, which then may
    /// be of one moment.
    async fn latest(&self) -> Vec<Entry> {
        let filter = Filter {
            limit: 8,
            ..Filter::default()
        };
        let entries = self.journal.list(Some(&self.account), &filter).await;
        entries.unwrap()
    }
}
