//! [`Store`] over SQLite in WAL mode. One connection writes, a few read; a durable step is synced
//! to the disk before it returns, a relaxed one is left to the operating system.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use super::file::{FileError, OpenFile};
use crate::base::clock::{SharedClock, Timestamp};
use crate::store::steps::{
    Applied, Budget, Dump, Durability, Entry, Expected, Order, Span, Spend, Step, Store, StoreError,
};

/// Version of the tables, kept in `PRAGMA user_version`.
const SCHEMA_VERSION: i64 = 1;
/// Connections that only read.
const READERS: usize = 2;
/// How long a process waits for another one's write.
const BUSY_WAIT: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS item (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS member (idx TEXT NOT NULL, member TEXT NOT NULL, score INTEGER NOT NULL, expires_at INTEGER, PRIMARY KEY (idx, member)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_score ON member (idx, score, member);
CREATE TABLE IF NOT EXISTS bucket (key TEXT PRIMARY KEY, tokens REAL NOT NULL, at INTEGER NOT NULL, full_at INTEGER NOT NULL) WITHOUT ROWID;
";

/// The SQLite store.
#[derive(Debug)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
    next_reader: std::sync::atomic::AtomicUsize,
    file: OpenFile,
    clock: SharedClock,
}

/// Why the file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite refused.
    #[error("cannot open the store {path:?}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        #[source]
        source: rusqlite::Error,
    },
    /// It vanished while it was being opened.
    #[error("cannot open the store")]
    Vanished(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file was written by a newer version.
    #[error("store {path:?} has schema version {found}, this program knows {SCHEMA_VERSION}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: i64,
    },
}

impl SqliteStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be opened or is of a newer version.
    pub fn open(path: &Path, clock: SharedClock) -> Result<Self, OpenError> {
        let fail = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        let writer = connect(path, OpenFlags::default()).map_err(fail)?;
        let found: i64 = writer
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(fail)?;
        if found > SCHEMA_VERSION {
            return Err(OpenError::Newer {
                path: path.to_owned(),
                found,
            });
        }
        writer.execute_batch(SCHEMA).map_err(fail)?;
        writer
            .pragma_update(None, "user_version", SCHEMA_VERSION)
            .map_err(fail)?;
        let readers = (0..READERS)
            .map(|_| connect(path, OpenFlags::default()).map(Mutex::new))
            .collect::<Result<_, _>>()
            .map_err(fail)?;
        let file = OpenFile::at(path).map_err(|gone| OpenError::Vanished(gone.into()))?;
        Ok(Self {
            inner: Arc::new(Inner {
                writer: Mutex::new(writer),
                readers,
                next_reader: std::sync::atomic::AtomicUsize::new(0),
                file,
                clock,
            }),
        })
    }

    /// A durable write waits for the disk, so it runs on a thread for that. A relaxed one takes
    /// microseconds, less than the way to another thread, unless somebody else is writing.
    async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let inner = Arc::clone(&self.inner);
        if durability == Durability::Relaxed
            && let Ok(mut writer) = self.inner.writer.try_lock()
        {
            return inner
                .transact(&mut writer, durability, work)
                .map_err(StoreError::backend);
        }
        off_thread(move || inner.transact(&mut lock(&inner.writer), durability, work)).await
    }

    /// A look at one value: microseconds, less than the way to another thread.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Ok(reader) = self.inner.reader().try_lock() {
            return work(&reader, self.inner.clock.now().0).map_err(StoreError::backend);
        }
        self.read(work).await
    }

    /// A read of many values, on a thread for that.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        off_thread(move || Ok(work(&lock(inner.reader()), inner.clock.now().0)?)).await
    }
}

impl Inner {
    /// The readers take turns.
    fn reader(&self) -> &Mutex<Connection> {
        let turn = self
            .next_reader
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.readers.get(turn % READERS).unwrap_or(&self.writer)
    }

    fn transact<T>(
        &self,
        writer: &mut Connection,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<T>, FileError> {
        let level = match durability {
            Durability::Durable => {
                self.file.check()?;
                "FULL"
            }
            Durability::Relaxed => "NORMAL",
        };
        writer.pragma_update(None, "synchronous", level)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction, self.clock.now().0)?;
        if outcome.is_some() {
            transaction.commit()?;
        } else {
            transaction.rollback()?;
        }
        Ok(outcome)
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -1024)?;
    Ok(connection)
}

/// A panic while holding the lock rolled its transaction back, so the connection is still good.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(StoreError::backend)?
        .map_err(StoreError::backend)
}

fn live_value(connection: &Connection, key: &str, now: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(
            "SELECT value FROM item WHERE key = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        )?
        .query_row(params![key, now], |row| row.get(0))
        .optional()
}

fn expiry(now: i64, ttl: Option<Duration>) -> Option<i64> {
    ttl.map(|ttl| Timestamp(now).plus(ttl).0)
}

/// Does one step; false when an expectation does not hold.
fn perform(transaction: &Transaction<'_>, now: i64, step: &Step) -> rusqlite::Result<bool> {
    match step {
        Step::Expect { key, value } => {
            let found = live_value(transaction, key, now)?;
            return Ok(match value {
                Expected::Absent => found.is_none(),
                Expected::Bytes(bytes) => found.as_ref() == Some(bytes),
            });
        }
        Step::Put { key, value, ttl } => {
            transaction
                .prepare_cached("INSERT INTO item (key, value, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at")?
                .execute(params![key, value, expiry(now, *ttl)])?;
        }
        Step::Replace { key, value } => {
            let replaced = transaction
                .prepare_cached("UPDATE item SET value = ?2 WHERE key = ?1 AND (expires_at IS NULL OR expires_at > ?3)")?
                .execute(params![key, value, now])?;
            return Ok(replaced == 1);
        }
        Step::Delete { key } => {
            transaction
                .prepare_cached("DELETE FROM item WHERE key = ?1")?
                .execute([key])?;
        }
        Step::Append {
            index,
            score,
            member,
            ttl,
        } => {
            transaction
                .prepare_cached("INSERT INTO member (idx, member, score, expires_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (idx, member) DO UPDATE SET score = excluded.score, expires_at = excluded.expires_at")?
                .execute(params![index, member, score, expiry(now, *ttl)])?;
        }
        Step::Remove { index, member } => {
            transaction
                .prepare_cached("DELETE FROM member WHERE idx = ?1 AND member = ?2")?
                .execute([index, member])?;
        }
    }
    Ok(true)
}

fn dump(connection: &Connection, now: i64) -> rusqlite::Result<Dump> {
    let values = connection
        .prepare(
            "SELECT key, value FROM item WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY key",
        )?
        .query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let members = connection
        .prepare("SELECT idx, member, score FROM member WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY idx, score, member")?
        .query_map([now], |row| {
            let (member, score) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, Entry { score, member }))
        })?
        .collect::<Result<_, _>>()?;
    let budgets = connection
        .prepare("SELECT key FROM bucket WHERE full_at > ?1 ORDER BY key")?
        .query_map([now], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(Dump {
        values,
        members,
        budgets,
    })
}

/// Tokens, in thousandths of a millisecond's precision, are plain floating point: a bucket is a
/// bound on load, not an account.
fn draw(
    transaction: &Transaction<'_>,
    now: i64,
    bucket: &str,
    budget: Budget,
    cost: u32,
) -> rusqlite::Result<Spend> {
    let capacity = f64::from(budget.capacity);
    let per_ms = capacity / (budget.refill.as_secs_f64() * 1000.0).max(1.0);
    let row: Option<(f64, i64)> = transaction
        .prepare_cached("SELECT tokens, at FROM bucket WHERE key = ?1")?
        .query_row([bucket], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "spans of milliseconds are small"
    )]
    let tokens = row.map_or(capacity, |(tokens, at)| {
        (tokens + (now.saturating_sub(at)).max(0) as f64 * per_ms).min(capacity)
    });
    let cost = f64::from(cost);
    if tokens < cost {
        let wait =
            Duration::from_secs_f64(((cost - tokens) / per_ms / 1000.0).clamp(0.0, 86_400.0));
        return Ok(Spend::Short { wait });
    }
    let left = tokens - cost;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded by the refill time"
    )]
    let full_at = now.saturating_add(((capacity - left) / per_ms).ceil() as i64);
    transaction
        .prepare_cached("INSERT INTO bucket (key, tokens, at, full_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET tokens = excluded.tokens, at = excluded.at, full_at = excluded.full_at")?
        .execute(params![bucket, left, now, full_at])?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the capacity"
    )]
    let left = left.floor() as u32;
    Ok(Spend::Spent { left })
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.read(|connection, _| connection.query_row("SELECT 1", [], |_| Ok(())))
            .await?;
        let inner = Arc::clone(&self.inner);
        off_thread(move || inner.file.check()).await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = key.to_owned();
        self.look(move |connection, now| live_value(connection, &key, now))
            .await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = key.to_owned();
        self.write(Durability::Durable, move |transaction, now| {
            let found = live_value(transaction, &key, now)?;
            if found.is_some() {
                transaction.execute("DELETE FROM item WHERE key = ?1", [&key])?;
            }
            Ok(found)
        })
        .await
    }

    async fn apply(&self, durability: Durability, steps: Vec<Step>) -> Result<Applied, StoreError> {
        let done = self
            .write(durability, move |transaction, now| {
                for step in &steps {
                    if !perform(transaction, now, step)? {
                        return Ok(None);
                    }
                }
                Ok(Some(()))
            })
            .await?;
        Ok(if done.is_some() {
            Applied::Done
        } else {
            Applied::Refused
        })
    }

    async fn range(&self, index: &str, span: Span) -> Result<Vec<Entry>, StoreError> {
        let index = index.to_owned();
        self.read(move |connection, now| {
            let sql = match span.order {
                Order::Ascending => "SELECT score, member FROM member WHERE idx = ?1 AND score BETWEEN ?2 AND ?3 AND (expires_at IS NULL OR expires_at > ?4) ORDER BY score, member LIMIT ?5 OFFSET ?6",
                Order::Descending => "SELECT score, member FROM member WHERE idx = ?1 AND score BETWEEN ?2 AND ?3 AND (expires_at IS NULL OR expires_at > ?4) ORDER BY score DESC, member DESC LIMIT ?5 OFFSET ?6",
            };
            let limit = i64::try_from(span.limit).unwrap_or(i64::MAX);
            let offset = i64::try_from(span.offset).unwrap_or(i64::MAX);
            connection
                .prepare_cached(sql)?
                .query_map(params![index, span.from, span.to, now, limit, offset], |row| {
                    Ok(Entry {
                        score: row.get(0)?,
                        member: row.get(1)?,
                    })
                })?
                .collect()
        })
        .await
    }

    async fn spend(&self, bucket: &str, budget: Budget, cost: u32) -> Result<Spend, StoreError> {
        let bucket = bucket.to_owned();
        let spent = self
            .write(Durability::Relaxed, move |transaction, now| {
                draw(transaction, now, &bucket, budget, cost).map(Some)
            })
            .await?;
        Ok(spent.unwrap_or(Spend::Short {
            wait: Duration::ZERO,
        }))
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        let gone = self
            .write(Durability::Relaxed, |transaction, now| {
                let items =
                    transaction.execute("DELETE FROM item WHERE expires_at <= ?1", [now])?;
                let members =
                    transaction.execute("DELETE FROM member WHERE expires_at <= ?1", [now])?;
                let buckets =
                    transaction.execute("DELETE FROM bucket WHERE full_at <= ?1", [now])?;
                Ok(Some(items + members + buckets))
            })
            .await?;
        Ok(gone.map_or(0, |count| u64::try_from(count).unwrap_or(u64::MAX)))
    }

    async fn dump(&self) -> Result<Dump, StoreError> {
        self.read(dump).await
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }
}
