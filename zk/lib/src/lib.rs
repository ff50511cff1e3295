//! The statements that Colophon proves. Each is one function from a row of 64-bit words, big-endian integers all, to the public
//! values of the proof, or to the reason why there is none. The same code runs in the guest, in native tests and in the executor.
//!
//! Digests and ids are such words too: what is hashed is never turned round, so the guest spends no cycles on byte order.
#![no_std]
#![deny(missing_docs)]

extern crate alloc;

mod abi;
pub mod adherence;
pub mod fixed_point;
mod input;
pub mod k_anonymity;
mod multiproof;
mod refusal;
mod run_manifest;
mod sections;
mod sha;
mod sorted_set;
mod table;
pub mod training_step;

pub use abi::PublicValues;
pub use refusal::Refusal;
pub use sha::{digest_of_words, Digest};
