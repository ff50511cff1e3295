//! SHA-256 over words: through SP1's precompile in the guest, through `sha2` natively.
//!
//! The precompile wants 64-bit slots that hold 32-bit words. Blocks and states are kept in that form, and only the low half of a
//! slot is ever written, so nothing is masked or copied on its way through.

/// A digest as four big-endian words.
pub type Digest = [u64; 4];

/// A 32-bit word in the low half of a 64-bit slot.
type Slot = [u32; 2];

/// A SHA-256 state, or a digest that is still one.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub struct State([Slot; 8]);

const IV: State = State([
    [0x6a09_e667, 0],
    [0xbb67_ae85, 0],
    [0x3c6e_f372, 0],
    [0xa54f_f53a, 0],
    [0x510e_527f, 0],
    [0x9b05_688c, 0],
    [0x1f83_d9ab, 0],
    [0x5be0_cd19, 0],
]);

impl State {
    /// The state before the first block.
    pub const fn new() -> Self {
        IV
    }

    /// Word `i` of the digest.
    #[inline(always)]
    fn at(&self, i: usize) -> u32 {
        self.0[i][0]
    }

    /// The digest as big-endian words.
    pub fn digest(&self) -> Digest {
        core::array::from_fn(|i| u64::from(self.at(2 * i)) << 32 | u64::from(self.at(2 * i + 1)))
    }

    /// The digest's first eight bytes.
    #[inline(always)]
    pub fn first8(&self) -> u64 {
        u64::from(self.at(0)) << 32 | u64::from(self.at(1))
    }
}

/// One 64-byte block with room for its message schedule.
#[repr(C, align(8))]
pub struct Block([Slot; 64]);

impl Block {
    /// All zeros.
    pub const fn new() -> Self {
        Self([[0, 0]; 64])
    }

    /// Puts 8 bytes at `pair` of 8.
    #[inline(always)]
    pub fn put(&mut self, pair: usize, word: u64) {
        self.0[2 * pair][0] = (word >> 32) as u32;
        self.0[2 * pair + 1][0] = word as u32;
    }

    /// Puts 4 bytes at `word` of 16.
    #[inline(always)]
    pub fn put_half(&mut self, word: usize, value: u32) {
        self.0[word][0] = value;
    }

    /// Puts a digest at `pair` of 8: 32 bytes.
    #[inline(always)]
    pub fn put_state(&mut self, pair: usize, state: &State) {
        for i in 0..8 {
            self.0[2 * pair + i][0] = state.at(i);
        }
    }

    /// Puts a digest behind a byte that is still to be written, the low byte of `before`; returns its own last byte, in the high
    /// byte of a word.
    #[inline(always)]
    pub fn put_shifted_state(&mut self, first: usize, before: u32, state: &State) -> u32 {
        let mut carry = before;
        for i in 0..8 {
            let word = state.at(i);
            self.0[first + i][0] = carry | word >> 8;
            carry = word << 24;
        }
        carry
    }

    /// The same for a digest in words.
    #[inline(always)]
    pub fn put_shifted_digest(&mut self, first: usize, before: u32, digest: &Digest) -> u32 {
        let mut carry = before;
        for (i, &word) in digest.iter().enumerate() {
            self.0[first + 2 * i][0] = carry | (word >> 40) as u32;
            self.0[first + 2 * i + 1][0] = (word >> 8) as u32;
            carry = (word as u32) << 24;
        }
        carry
    }

    /// Takes the block into `state`.
    #[inline(always)]
    pub fn absorb(&mut self, state: &mut State) {
        compress(self, state);
    }
}

#[cfg(target_os = "zkvm")]
#[inline(always)]
fn compress(block: &mut Block, state: &mut State) {
    extern "C" {
        fn syscall_sha256_extend(w: *mut [u64; 64]);
        fn syscall_sha256_compress(w: *mut [u64; 64], state: *mut [u64; 8]);
    }
    let w = core::ptr::from_mut(block).cast();
    // SAFETY: both types are arrays of 64-bit slots, aligned as such; the calls stay within them.
    unsafe {
        syscall_sha256_extend(w);
        syscall_sha256_compress(w, core::ptr::from_mut(state).cast());
    }
}

#[cfg(not(target_os = "zkvm"))]
fn compress(block: &mut Block, state: &mut State) {
    let mut bytes = [0u8; 64];
    for (out, slot) in bytes.chunks_exact_mut(4).zip(&block.0) {
        out.copy_from_slice(&slot[0].to_be_bytes());
    }
    let mut words: [u32; 8] = core::array::from_fn(|i| state.at(i));
    sha2::compress256(&mut words, &[bytes.into()]);
    *state = State(words.map(|word| [word, 0]));
}

/// SHA-256 of a row of words, given piece by piece.
pub struct Hasher {
    block: Block,
    state: State,
    /// Words in the block so far, 0 to 7.
    filled: usize,
    blocks: u64,
}

impl Hasher {
    /// A hasher of nothing yet.
    pub fn new() -> Self {
        Self { block: Block::new(), state: State::new(), filled: 0, blocks: 0 }
    }

    /// Takes one word.
    #[inline(always)]
    pub fn word(&mut self, word: u64) {
        self.block.put(self.filled, word);
        self.filled += 1;
        if self.filled == 8 {
            self.absorb();
        }
    }

    /// Takes any number of words; whole blocks go in unrolled.
    #[inline(always)]
    pub fn words(&mut self, words: &[u64]) {
        let mut rest = words;
        while self.filled != 0 {
            let Some((&first, tail)) = rest.split_first() else { return };
            self.word(first);
            rest = tail;
        }
        let (whole, tail) = rest.as_chunks::<8>();
        for chunk in whole {
            for (i, &word) in chunk.iter().enumerate() {
                self.block.put(i, word);
            }
            self.absorb();
        }
        for &word in tail {
            self.word(word);
        }
    }

    /// Takes digests, an even number of which fills whole blocks. Only at the start of a block.
    #[inline(always)]
    pub fn states(&mut self, states: &[State]) {
        let (pairs, rest) = states.as_chunks::<2>();
        for [a, b] in pairs {
            self.block.put_state(0, a);
            self.block.put_state(4, b);
            self.absorb();
        }
        for state in rest {
            self.words(&state.digest());
        }
    }

    /// Zeros up to the end of the block, unless it is empty.
    pub fn fill(&mut self) {
        while self.filled != 0 {
            self.word(0);
        }
    }

    /// The digest of everything taken.
    pub fn finish(mut self) -> Digest {
        let bits = (self.blocks * 8 + self.filled as u64) * 64;
        self.word(1 << 63);
        while self.filled != 7 {
            self.word(0);
        }
        self.word(bits);
        self.state.digest()
    }

    #[inline(always)]
    fn absorb(&mut self) {
        self.block.absorb(&mut self.state);
        self.filled = 0;
        self.blocks += 1;
    }
}

/// SHA-256 of a row of words.
pub fn digest_of_words(words: &[u64]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.words(words);
    hasher.finish()
}
