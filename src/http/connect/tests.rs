//! The page over a small Atlassian.
