//! What the guests share: the input, and the end.

use colophon_statements::{PublicValues, Refusal};

/// Reads the input, checks the statement, and commits its public values; a refusal ends the program without any.
pub fn prove(check: impl Fn(&[u64]) -> Result<PublicValues, Refusal>) {
    match check(&read_words()) {
        Ok(values) => sp1_zkvm::io::commit_slice(values.as_bytes()),
        Err(refusal) => panic!("refused: {}", refusal.code()),
    }
}

/// The host's one buffer, as words in the machine's own byte order.
#[cfg(target_os = "zkvm")]
fn read_words() -> Vec<u64> {
    let length = sp1_zkvm::syscalls::syscall_hint_len();
    assert!(length % 8 == 0, "refused: truncated");
    let mut words = Vec::<u64>::with_capacity(length / 8);
    // Not zeroed before: that would cost three cycles a word, and SP1 wants memory for hints untouched.
    sp1_zkvm::syscalls::syscall_hint_read(words.as_mut_ptr().cast(), length);
    // SAFETY: the allocation has room for `length` bytes, all are written, and any bytes are words.
    unsafe { words.set_len(length / 8) };
    words
}

#[cfg(not(target_os = "zkvm"))]
fn read_words() -> Vec<u64> {
    panic!("this is a guest: build it with toolchain/build.sh and run it with colophon-execute.")
}
