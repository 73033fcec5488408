//! The one integration binary: the real router, the real store, the sandbox, real clients.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod dispatch;
#[cfg(test)]
mod rig;
