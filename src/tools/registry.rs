//! The one place where a handler's name in the catalogue meets its function.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::{
    account, assets, change_sets, health, jobs, journal, plans, projects, surface, whoami,
    workflows,
};
use crate::base::fault::Fault;
use crate::dispatch::{Done, Handler, Turn};

/// Makes a [`Handler`] of an `async fn`.
macro_rules! handler {
    ($function:path) => {
        |turn: Turn| -> BoxFuture<'static, Result<Done, Fault>> { $function(turn).boxed() }
    };
}

/// The function behind a handler's name.
pub fn handler(name: &str) -> Option<Handler> {
    Some(match name {
        "account::connect" => handler!(account::connect),
        "account::sign_out" => handler!(account::sign_out),
        "account::whoami" => handler!(whoami::tell),
        "assets::export" => handler!(assets::export),
        "change_sets::apply" => handler!(change_sets::apply),
        "change_sets::plan" => handler!(change_sets::plan),
        "change_sets::revert" => handler!(change_sets::revert),
        "change_sets::get" => handler!(change_sets::get),
        "change_sets::start" => handler!(change_sets::start),
        "health::get" => handler!(health::get),
        "jobs::cancel" => handler!(jobs::cancel),
        "jobs::get" => handler!(jobs::get),
        "journal::get" => handler!(journal::get),
        "journal::list" => handler!(journal::list),
        "journal::revert" => handler!(journal::revert),
        "plans::discard" => handler!(plans::discard),
        "plans::get" => handler!(plans::get),
        "plans::list" => handler!(plans::list),
        "projects::details" => handler!(projects::details),
        "surface::apply" => handler!(surface::apply),
        "surface::describe" => handler!(surface::describe),
        "surface::find" => handler!(surface::find),
        "surface::plan" => handler!(surface::plan),
        "surface::read" => handler!(surface::read),
        "workflows::conditions" => handler!(workflows::conditions),
        "workflows::get" => handler!(workflows::get),
        "workflows::post_functions" => handler!(workflows::post_functions),
        "workflows::transitions" => handler!(workflows::transitions),
        "workflows::validators" => handler!(workflows::validators),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::handler;
    use crate::catalog;

    #[test]
    fn every_handler_of_the_catalogue_is_there() {
        for tool in catalog::tools() {
            if let Some(name) = tool.handler {
                assert!(handler(name).is_some(), "{}: {name}", tool.name);
            }
        }
        assert!(handler("nothing::at_all").is_none());
    }
}
