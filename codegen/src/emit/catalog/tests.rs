//! The printed table.

use std::path::Path;

use super::print;
use crate::manifest::check;

#[test]
fn the_table_parses_and_is_the_same_twice() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let once = print(&check(&root).unwrap());
    let twice = print(&check(&root).unwrap());
    assert_eq!(once, twice);
    let file = syn::parse_file(&once).unwrap();
    assert_eq!(file.items.len(), 8);
    assert!(
        !once.contains(&usize::MAX.to_string()),
        "an operation is missing from the table"
    );
}
