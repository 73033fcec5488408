//! The moment by which a call must have answered, on the monotonic clock.

use std::time::Duration;

use tokio::time::Instant;

/// One deadline for a whole call: every wait and every attempt inside it draws on the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment `span` from now.
    pub fn within(span: Duration) -> Self {
        Self(Instant::now() + span)
    }

    /// This deadline, or the moment `span` from now when that is sooner.
    #[must_use]
    pub fn at_most(self, span: Duration) -> Self {
        Self(self.0.min(Instant::now() + span))
    }

    /// What is left; zero when it has passed.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    pub fn passed(self) -> bool {
        self.left().is_zero()
    }

    /// The moment, for [`tokio::time::timeout_at`].
    pub const fn moment(self) -> Instant {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_runs_out_once() {
        let deadline = Deadline::within(Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(deadline.left(), Duration::from_secs(6));
        assert_eq!(
            deadline.at_most(Duration::from_mins(1)).left(),
            Duration::from_secs(6)
        );
        assert_eq!(
            deadline.at_most(Duration::from_secs(1)).left(),
            Duration::from_secs(1)
        );
        tokio::time::advance(Duration::from_secs(7)).await;
        assert!(deadline.passed());
        assert_eq!(deadline.left(), Duration::ZERO);
    }
}
