//! Reading a row of words.

use crate::Refusal;

/// 20 bytes and 12 zeros.
pub type Address = [u64; 4];

/// Reads an input from its start. Nothing is allocated before the words for it are known to be there.
pub struct Input<'a> {
    rest: &'a [u64],
}

impl<'a> Input<'a> {
    /// A reader of the whole input, which must begin with `layout`.
    pub fn new(words: &'a [u64], layout: u64) -> Result<Self, Refusal> {
        let mut input = Self { rest: words };
        require(input.word()? == layout, Refusal::Layout)?;
        Ok(input)
    }

    /// A reader of words that were already read as one.
    pub fn of(words: &'a [u64]) -> Self {
        Self { rest: words }
    }

    /// One word.
    pub fn word(&mut self) -> Result<u64, Refusal> {
        let (&first, rest) = self.rest.split_first().ok_or(Refusal::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    /// `N` words.
    pub fn array<const N: usize>(&mut self) -> Result<&'a [u64; N], Refusal> {
        let (first, rest) = self.rest.split_first_chunk().ok_or(Refusal::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    /// `count` words.
    pub fn words(&mut self, count: u64) -> Result<&'a [u64], Refusal> {
        require(count <= self.rest.len() as u64, Refusal::Truncated)?;
        let (first, rest) = self.rest.split_at(count as usize);
        self.rest = rest;
        Ok(first)
    }

    /// `count` groups of `N` words.
    pub fn arrays<const N: usize>(&mut self, count: u64) -> Result<&'a [[u64; N]], Refusal> {
        let length = count.checked_mul(N as u64).ok_or(Refusal::Truncated)?;
        Ok(self.words(length)?.as_chunks().0)
    }

    /// An address.
    pub fn address(&mut self) -> Result<&'a Address, Refusal> {
        let words: &Address = self.array()?;
        require(words[2] as u32 == 0 && words[3] == 0, Refusal::Address)?;
        Ok(words)
    }

    /// Refuses words that are left.
    pub fn end(&self) -> Result<(), Refusal> {
        require(self.rest.is_empty(), Refusal::Trailing)
    }
}

/// Refuses unless `condition` holds.
#[inline(always)]
pub fn require(condition: bool, refusal: Refusal) -> Result<(), Refusal> {
    if condition {
        Ok(())
    } else {
        Err(refusal)
    }
}
