//! Public values as Solidity reads them: `abi.encode` of static values, a 32-byte word each.

use crate::input::Address;
use alloc::vec::Vec;

/// What a proof says: `abi.encode` of the statement's values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicValues(pub(crate) Vec<u8>);

impl PublicValues {
    pub(crate) fn with_capacity(words: usize) -> Self {
        Self(Vec::with_capacity(32 * words))
    }

    /// The encoded bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// An unsigned integer of up to 64 bits.
    pub(crate) fn uint(self, value: u64) -> Self {
        self.words(&[0, 0, 0, value])
    }

    /// 32 bytes.
    pub(crate) fn words(mut self, words: &[u64; 4]) -> Self {
        for word in words {
            self.0.extend_from_slice(&word.to_be_bytes());
        }
        self
    }

    /// An address, to the right of its word.
    pub(crate) fn address(self, address: &Address) -> Self {
        let [a, b, c, _] = *address;
        self.words(&[0, a >> 32, a << 32 | b >> 32, b << 32 | c >> 32])
    }
}
