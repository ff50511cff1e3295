//! The run manifest's binary form, hashed as it is read; see docs/formats.md.

use crate::input::{require, Address};
use crate::sha::{Digest, Hasher};
use crate::Refusal;

/// "colophon-run-manifest.v1" in 32 bytes.
const TAG: Digest = [0x636f_6c6f_7068_6f6e, 0x2d72_756e_2d6d_616e, 0x6966_6573_742e_7631, 0];

/// Uses that can be a run's purpose: train, fine-tune, evaluate, infer, derive.
const PURPOSES: u64 = 2 | 4 | 8 | 16 | 64;

/// The first 192 bytes.
pub struct Head<'a> {
    pub salt: &'a Digest,
    pub chain_id: u64,
    pub start: u64,
    pub end: u64,
    pub purpose: u64,
    pub license_token: &'a Address,
    pub runner: &'a Address,
    /// Distinct entries.
    pub distinct: u64,
    pub licenses: u64,
}

impl Head<'_> {
    /// Refuses a head that no run has.
    pub fn check(&self) -> Result<(), Refusal> {
        require(self.purpose & PURPOSES == self.purpose && self.purpose.is_power_of_two(), Refusal::Purpose)?;
        require(self.start <= self.end && self.end < 1 << 40, Refusal::Times)?;
        require(self.licenses != 0, Refusal::NoLicense)
    }

    /// Starts the hash.
    pub fn hash(&self) -> Hasher {
        let mut hasher = Hasher::new();
        hasher.words(&TAG);
        hasher.words(self.salt);
        hasher.words(&[self.chain_id, self.start, self.end, self.distinct]);
        hasher.words(&[self.licenses << 32 | self.purpose, 0, 0, 0]);
        hasher.words(self.license_token);
        hasher.words(self.runner);
        hasher
    }
}

/// Kinds of entries.
#[derive(Clone, Copy)]
pub enum Kind {
    Chunk = 1,
    Record = 2,
}

/// How often the entries of a section were used.
pub struct Counts<'a> {
    /// The same for all, or zero.
    pub uniform: u64,
    /// Otherwise one for each.
    pub each: &'a [u64],
}

impl Counts<'_> {
    /// Hashes the head of a section.
    pub fn hash_head(&self, hasher: &mut Hasher, license: u64, kind: Kind, items: u64) {
        hasher.words(&[license << 32 | kind as u64, items, self.uniform, 0, 0, 0, 0, 0]);
    }

    /// Hashes the end of a section, after its items and in whole blocks; returns all uses.
    pub fn hash_end(&self, hasher: &mut Hasher, items: u64) -> Result<u64, Refusal> {
        hasher.fill();
        hasher.words(self.each);
        hasher.fill();
        self.total(items)
    }

    /// Counts have one form: listed only when they differ.
    fn total(&self, items: u64) -> Result<u64, Refusal> {
        if self.uniform != 0 {
            return self.uniform.checked_mul(items).ok_or(Refusal::Overflow);
        }
        let first = self.each.first().copied().unwrap_or(0);
        let mut total = 0u64;
        let mut differ = false;
        for &count in self.each {
            require(count != 0, Refusal::Count)?;
            differ |= count != first;
            total = total.checked_add(count).ok_or(Refusal::Overflow)?;
        }
        require(differ, Refusal::Count)?;
        Ok(total)
    }
}
