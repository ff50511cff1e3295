//! What the guests share: the input, and the end.

use colophon_statements::{PublicValues, Refusal};

/// Reads the input, checks the statement, and commits its public values; a refusal ends the program without any.
pub fn prove(check: impl Fn(&[u64]) -> Result<PublicValues, Refusal>) {
    match check(read_words()) {
        Ok(values) => sp1_zkvm::io::commit_slice(values.as_bytes()),
        Err(refusal) => panic!("refused: {}", refusal.code()),
    }
}

/// The host's one buffer, as words in the machine's own byte order.
///
/// It lies where SP1 keeps input. Memory of the allocator would do for executing, but such a run has no proof: hints must go to memory
/// that nothing has touched, one word more than they are long, and the allocator writes its lists into what is free.
#[cfg(target_os = "zkvm")]
fn read_words() -> &'static [u64] {
    let input = unsafe { sp1_zkvm::lib::read_vec_raw() };
    assert!(!input.ptr.is_null() && input.len % 8 == 0, "refused: truncated");
    // SAFETY: the region is aligned to words, holds `len` bytes, and is given out once; any bytes are words.
    unsafe { core::slice::from_raw_parts(input.ptr.cast(), input.len / 8) }
}

#[cfg(not(target_os = "zkvm"))]
fn read_words() -> &'static [u64] {
    panic!("this is a guest: build it with toolchain/build.sh and run it with colophon-execute.")
}
