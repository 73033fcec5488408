//! Waiting, handed in like the clock, so that tests need not wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

/// Waits.
#[async_trait]
pub trait Pause: Send + Sync + fmt::Debug {
    /// Returns after `span`.
    async fn pause(&self, span: Duration);
}

/// A way of waiting that is passed around.
pub type SharedPause = Arc<dyn Pause>;

/// Waits by the runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimerPause;

#[async_trait]
impl Pause for TimerPause {
    async fn pause(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Lets other tasks run and returns at once; for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct YieldPause;

#[async_trait]
impl Pause for YieldPause {
    async fn pause(&self, _span: Duration) {
        tokio::task::yield_now().await;
    }
}
