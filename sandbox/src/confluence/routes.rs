//! The operations of both Confluence documents.

use super::{restrictions, spaces, templates};
use crate::host::routes::Route;

pub(crate) const V1: &[Route] = &[
    ("POST", "/wiki/rest/api/space", spaces::create),
    ("PUT", "/wiki/rest/api/space/{spaceKey}", spaces::update),
    ("DELETE", "/wiki/rest/api/space/{spaceKey}", spaces::delete),
    ("GET", "/wiki/rest/api/longtask/{id}", spaces::task),
    ("GET", "/wiki/rest/api/template/page", templates::pages),
    (
        "GET",
        "/wiki/rest/api/template/blueprint",
        templates::blueprints,
    ),
    (
        "GET",
        "/wiki/rest/api/content/{id}/restriction",
        restrictions::get,
    ),
    (
        "PUT",
        "/wiki/rest/api/content/{id}/restriction",
        restrictions::update,
    ),
    (
        "DELETE",
        "/wiki/rest/api/content/{id}/restriction",
        restrictions::delete,
    ),
];

pub(crate) const V2: &[Route] = &[
    ("GET", "/spaces", spaces::list),
    ("GET", "/spaces/{id}", spaces::get),
    ("GET", "/spaces/{id}/permissions", spaces::permissions),
];
