//! What one license's entries must show: chunks under its content root, records in its record set, none of them withdrawn.

use crate::input::{require, Input};
use crate::multiproof::NodeHasher;
use crate::run_manifest::{Counts, Kind};
use crate::sha::{Block, Digest, Hasher, State};
use crate::sorted_set::{self, Withdrawn};
use crate::Refusal;
use alloc::vec;
use alloc::vec::Vec;

/// Hashes chunks' leaves and nodes; made once.
pub struct Chunks {
    leaf: Block,
    nodes: NodeHasher,
}

/// A leaf's one block as the host gives it: 0x00, the leaf's 45 bytes, 0x80, a zero byte; the rest never changes.
type LeafBlock = [u64; 6];

/// Bits in 46 bytes.
const LEAF_BITS: u64 = 368;

impl Chunks {
    /// Hashers with their padding in place.
    pub fn new() -> Self {
        let mut leaf = Block::new();
        leaf.put(7, LEAF_BITS);
        Self { leaf, nodes: NodeHasher::new() }
    }

    /// Reads, checks and hashes `count` chunks; returns all uses.
    pub fn section(
        &mut self,
        input: &mut Input,
        hasher: &mut Hasher,
        license: u64,
        count: u64,
        root: &Digest,
        withdrawn: &[u64],
    ) -> Result<u64, Refusal> {
        let uniform = input.word()?;
        let width = input.word()?;
        let sibling_count = input.word()?;
        let leaves = input.arrays::<6>(count)?;
        let siblings = input.arrays::<4>(sibling_count)?;
        let counts = Counts { uniform, each: input.words(if uniform == 0 { count } else { 0 })? };

        let mut positions = vec![0; leaves.len()];
        let mut nodes = vec![State::new(); leaves.len()];
        let mut least = 0;
        for ((leaf, position), node) in leaves.iter().zip(&mut positions).zip(&mut nodes) {
            let index = index_of(leaf)?;
            require(index >= least, Refusal::Order)?;
            require(index < width, Refusal::Index)?;
            least = index + 1;
            *position = index;
            self.hash_leaf(leaf, node);
        }
        if !withdrawn.is_empty() {
            for node in &nodes {
                require(withdrawn.binary_search(&node.first8()).is_err(), Refusal::Revoked)?;
            }
        }
        counts.hash_head(hasher, license, Kind::Chunk, count);
        hasher.states(&nodes);
        let uses = counts.hash_end(hasher, count)?;
        let found = self.nodes.root(&mut positions, &mut nodes, width, siblings)?;
        require(found.digest() == *root, Refusal::ContentRoot)?;
        Ok(uses)
    }

    #[inline(always)]
    fn hash_leaf(&mut self, leaf: &LeafBlock, state: &mut State) {
        for (i, &word) in leaf.iter().enumerate() {
            self.leaf.put(i, word);
        }
        self.leaf.absorb(state);
    }
}

/// The index that a leaf commits to, and with it its place in the tree; also that this is a leaf and no node.
#[inline(always)]
fn index_of(leaf: &LeafBlock) -> Result<u64, Refusal> {
    require(leaf[0] >> 56 == 0 && leaf[5] & 0xffff == 0x8000, Refusal::Leaf)?;
    Ok(leaf[0] << 8 | leaf[1] >> 56)
}

/// Reads, checks and hashes `count` records; returns all uses. The host gives the whole set, and of the consumed ids where they
/// stand in it: as runs of ids to leave out and to take. So they are in the set, ascend and differ by construction.
pub fn records(
    input: &mut Input,
    hasher: &mut Hasher,
    license: u64,
    count: u64,
    root: &Digest,
    withdrawn: &[u64],
) -> Result<u64, Refusal> {
    let uniform = input.word()?;
    let set_size = input.word()?;
    let run_count = input.word()?;
    let ids = input.words(set_size)?;
    let runs = input.words(run_count)?;
    let counts = Counts { uniform, each: input.words(if uniform == 0 { count } else { 0 })? };

    require(sorted_set::root(ids)?.as_ref() == Some(root), Refusal::RecordRoot)?;
    counts.hash_head(hasher, license, Kind::Record, count);
    let mut selection = Selection { rest: ids, runs: runs.iter() };
    let mut withdrawn = Withdrawn::new(withdrawn);
    let mut taken = 0u64;
    if run_count.saturating_mul(SHORT_RUN) <= count {
        while let Some(consumed) = selection.next()? {
            taken += consumed.len() as u64;
            consume(consumed, hasher, &mut withdrawn)?;
        }
    } else {
        let consumed = selection.gather()?;
        taken = consumed.len() as u64;
        consume(&consumed, hasher, &mut withdrawn)?;
    }
    require(taken == count, Refusal::Count)?;
    counts.hash_end(hasher, count)
}

/// Runs that are shorter on average are gathered first: whole blocks are hashed faster than they are found.
const SHORT_RUN: u64 = 16;
/// Ids that are compared with the next withdrawn one at once.
const STRIDE: usize = 64;

/// Consumed ids, run by run.
struct Selection<'a> {
    rest: &'a [u64],
    runs: core::slice::Iter<'a, u64>,
}

impl<'a> Selection<'a> {
    /// The ids of the next run; none after the last.
    #[inline(always)]
    fn next(&mut self) -> Result<Option<&'a [u64]>, Refusal> {
        let Some(&run) = self.runs.next() else { return Ok(None) };
        let (leave, take) = ((run >> 32) as usize, run as u32 as usize);
        require(take > 0 && leave <= self.rest.len() && take <= self.rest.len() - leave, Refusal::Selection)?;
        let (consumed, rest) = self.rest[leave..].split_at(take);
        self.rest = rest;
        Ok(Some(consumed))
    }

    /// The ids of all runs.
    #[inline(never)]
    fn gather(mut self) -> Result<Vec<u64>, Refusal> {
        let mut all = Vec::with_capacity(self.rest.len());
        while let Some(consumed) = self.next()? {
            // Not as a slice: most runs are too short for a copy of memory to be worth its call.
            all.extend(consumed.iter().copied());
        }
        Ok(all)
    }
}

/// Hashes consumed ids, none of them withdrawn.
#[inline(always)]
fn consume(ids: &[u64], hasher: &mut Hasher, withdrawn: &mut Withdrawn) -> Result<(), Refusal> {
    for stride in ids.chunks(STRIDE) {
        let (Some(&first), Some(&last)) = (stride.first(), stride.last()) else { break };
        withdrawn.refuse(first)?;
        if !withdrawn.none_up_to(last) {
            for &id in stride {
                withdrawn.refuse(id)?;
            }
        }
    }
    hasher.words(ids);
    Ok(())
}
