//! Random walks over the change engine, each step compared with a model that is simple enough to be
//! read at one sitting.

mod acts;
mod chance;
mod commits;
mod figures;
mod journal;
mod mortal;
mod outside;
mod run;
mod sets;
mod shrink;
mod steps;
mod tenant;
mod walks;
mod world;
