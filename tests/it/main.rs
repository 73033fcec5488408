//! The one integration binary: the real router, the real store, the sandbox, real clients.

mod architecture;
