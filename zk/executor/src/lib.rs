//! Runs guest programs with SP1's executor alone: what a proof would prove, without one.
use sp1_core_executor::{MinimalExecutor, Program, SupervisorMode};
use std::sync::Arc;

/// What a program did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// Zero unless the program refused its input.
    pub exit_code: u32,
    /// Cycles as SP1 counts them.
    pub cycles: u64,
    /// Committed bytes; none after a refusal.
    pub public_values: Vec<u8>,
}

/// Runs a program on an input, a row of big-endian 64-bit words.
///
/// # Errors
/// When `elf` is no program of SP1's, or the input is no row of words.
pub fn execute(elf: &[u8], input: &[u8]) -> Result<Report, String> {
    let program = Program::from(elf).map_err(|error| format!("no program of SP1's: {error}"))?;
    let mut executor = MinimalExecutor::<SupervisorMode>::simple(Arc::new(program));
    executor.with_input(&guest_order(input)?);
    while executor.execute_chunk().is_some() {}
    Ok(Report {
        exit_code: executor.exit_code(),
        cycles: executor.global_clk(),
        public_values: executor.public_values_stream().clone(),
    })
}

/// The guest reads words in its own byte order.
fn guest_order(input: &[u8]) -> Result<Vec<u8>, String> {
    let (words, rest) = input.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(format!("the input has {} bytes, expected words of 8.", input.len()));
    }
    Ok(words.iter().flat_map(|word| u64::from_be_bytes(*word).to_le_bytes()).collect())
}
