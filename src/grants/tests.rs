//! The grants over the real store, against a small Atlassian on loopback.
