//! The contract suite over the SQLite backend, and what is SQLite's own.
