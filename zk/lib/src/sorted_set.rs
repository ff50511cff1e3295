//! Sorted sets of 64-bit ids: record sets and withdrawn sets.

use crate::input::require;
use crate::multiproof::NodeHasher;
use crate::sha::{Block, Digest, State};
use crate::Refusal;
use alloc::vec::Vec;

const IDS_PER_LEAF: usize = 1024;

/// Root of the tree over `ids`, 1,024 to a leaf, which must ascend without repeats. None for no ids.
pub fn root(ids: &[u64]) -> Result<Option<Digest>, Refusal> {
    if ids.is_empty() {
        return Ok(None);
    }
    let mut leaves = Vec::with_capacity(ids.len().div_ceil(IDS_PER_LEAF));
    let mut last = None;
    let mut block = Block::new();
    for leaf in ids.chunks(IDS_PER_LEAF) {
        leaves.push(leaf_hash(&mut block, leaf, &mut last)?);
    }
    let mut positions: Vec<u64> = (0..leaves.len() as u64).collect();
    let width = leaves.len() as u64;
    Ok(Some(NodeHasher::new().root(&mut positions, &mut leaves, width, &[])?.digest()))
}

/// `sha256(0x00 ‖ ids)`: all ids stand one byte behind a word's start, so each lends its last byte to the next word.
#[inline(always)]
fn leaf_hash(block: &mut Block, ids: &[u64], last: &mut Option<u64>) -> Result<State, Refusal> {
    let mut state = State::new();
    let mut carry = 0u64;
    let (whole, rest) = ids.as_chunks::<8>();
    for group in whole {
        let before = last.replace(group[7]);
        let mut ascend = before.is_none_or(|before| before < group[0]);
        for i in 0..7 {
            ascend &= group[i] < group[i + 1];
        }
        require(ascend, Refusal::Order)?;
        for (i, &id) in group.iter().enumerate() {
            block.put(i, carry | id >> 8);
            carry = id << 56;
        }
        block.absorb(&mut state);
    }
    for (i, &id) in rest.iter().enumerate() {
        require(last.replace(id).is_none_or(|before| before < id), Refusal::Order)?;
        block.put(i, carry | id >> 8);
        carry = id << 56;
    }
    finish(block, &mut state, rest.len(), carry, ids.len() as u64);
    Ok(state)
}

/// The last byte, padding and length.
fn finish(block: &mut Block, state: &mut State, filled: usize, carry: u64, ids: u64) {
    block.put(filled, carry | 0x80 << 48);
    for pair in filled + 1..8 {
        block.put(pair, 0);
    }
    if filled == 7 {
        block.absorb(state);
        for pair in 0..7 {
            block.put(pair, 0);
        }
    }
    block.put(7, (ids * 8 + 1) * 8);
    block.absorb(state);
}

/// Ids that may not be among those met, which ascend: a merge.
pub struct Withdrawn<'a> {
    rest: &'a [u64],
    next: u64,
}

impl<'a> Withdrawn<'a> {
    /// A merge from the start; `ids` ascend.
    pub fn new(ids: &'a [u64]) -> Self {
        Self { rest: ids, next: ids.first().copied().unwrap_or(u64::MAX) }
    }

    /// True when all ids up to `largest` lie before the next withdrawn one.
    #[inline(always)]
    pub fn none_up_to(&self, largest: u64) -> bool {
        largest < self.next
    }

    /// Refuses `id` if it was withdrawn; ids must ascend from call to call.
    #[inline(always)]
    pub fn refuse(&mut self, id: u64) -> Result<(), Refusal> {
        if self.none_up_to(id) {
            return Ok(());
        }
        self.advance(id)
    }

    #[inline(never)]
    fn advance(&mut self, id: u64) -> Result<(), Refusal> {
        while let Some((&first, rest)) = self.rest.split_first() {
            self.next = first;
            if first >= id {
                return require(first != id, Refusal::Revoked);
            }
            self.rest = rest;
        }
        self.next = u64::MAX;
        Ok(())
    }
}
