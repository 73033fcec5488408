//! Reads and writes over HTTP, against a small site on a loopback port.

mod pages;
mod reads;
mod site;
mod writes;
