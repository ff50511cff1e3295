//! RFC 9162 trees: nodes, and roots from some of their leaves.

use crate::input::require;
use crate::sha::{Block, Digest, State};
use crate::Refusal;

/// Hashes nodes: `sha256(0x01 ‖ left ‖ right)`, which takes two blocks, the second of them the last byte and padding.
pub struct NodeHasher {
    block: Block,
    /// All but its first word never changes.
    tail: Block,
}

/// 0x01 in the high byte of the first word.
const PREFIX: u32 = 1 << 24;
/// Bits in 65 bytes.
const NODE_BITS: u32 = 520;

impl NodeHasher {
    /// A hasher with its padding in place.
    pub fn new() -> Self {
        let mut tail = Block::new();
        tail.put_half(15, NODE_BITS);
        Self { block: Block::new(), tail }
    }

    /// Root of a tree with `width` leaves from the hashes of some.
    ///
    /// `positions` ascend, none twice, all below `width`, and there is one; `nodes` has their leaf hashes. Both are used up.
    /// `siblings`: the nodes missing on the way up, level by level, ascending; all must be needed.
    pub fn root(
        &mut self,
        positions: &mut [u64],
        nodes: &mut [State],
        width: u64,
        siblings: &[Digest],
    ) -> Result<State, Refusal> {
        let mut siblings = siblings.iter();
        let mut width = width;
        let mut live = nodes.len();
        while width > 1 {
            live = self.level(&mut positions[..live], &mut nodes[..live], width, &mut siblings)?;
            width = width.div_ceil(2);
        }
        require(siblings.next().is_none(), Refusal::Siblings)?;
        nodes.first().copied().ok_or(Refusal::NoEntries)
    }

    /// Replaces nodes by their parents, in place; returns how many there are.
    fn level<'a>(
        &mut self,
        positions: &mut [u64],
        nodes: &mut [State],
        width: u64,
        siblings: &mut impl Iterator<Item = &'a Digest>,
    ) -> Result<usize, Refusal> {
        let live = nodes.len().min(positions.len());
        let (mut read, mut write) = (0, 0);
        while read < live {
            let position = positions[read];
            let carry = if position % 2 == 1 {
                let left = siblings.next().ok_or(Refusal::Siblings)?;
                let carry = self.block.put_shifted_digest(0, PREFIX, left);
                self.block.put_shifted_state(8, carry, &nodes[read])
            } else if position + 1 < width {
                let carry = self.block.put_shifted_state(0, PREFIX, &nodes[read]);
                if read + 1 < live && positions[read + 1] == position + 1 {
                    read += 1;
                    self.block.put_shifted_state(8, carry, &nodes[read])
                } else {
                    let right = siblings.next().ok_or(Refusal::Siblings)?;
                    self.block.put_shifted_digest(8, carry, right)
                }
            } else {
                // A lone last node goes up as it is.
                positions[write] = position / 2;
                nodes[write] = nodes[read];
                (read, write) = (read + 1, write + 1);
                continue;
            };
            self.tail.put_half(0, carry | 0x0080_0000);
            positions[write] = position / 2;
            let node = &mut nodes[write];
            *node = State::new();
            self.block.absorb(node);
            self.tail.absorb(node);
            (read, write) = (read + 1, write + 1);
        }
        Ok(write)
    }
}
