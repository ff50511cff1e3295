//! `colophon-wrap`: from a compressed proof to the witness of SP1's Groth16 circuit, for development keys.
//!
//! ```text
//! colophon-wrap circuit WRAPPED_PROOF DIR   DIR/constraints.json and DIR/groth16_witness.json from the crate's own sample
//! colophon-wrap witness PROOF DIR           shrinks and wraps PROOF (compressed): DIR/wrapped.bin and DIR/witness.json
//! ```
mod machine;

use sp1_hypercube::{MachineVerifyingKey, SP1PcsProofOuter, SP1WrapProof, ShardProof};
use sp1_primitives::SP1OuterGlobalContext;
use sp1_prover::build::build_constraints_and_witness;
use sp1_prover::worker::{cpu_worker_builder, SP1LocalNodeBuilder};
use sp1_recursion_gnark_ffi::GnarkWitness;
use std::error::Error;
use std::path::Path;

type OuterProof = ShardProof<SP1OuterGlobalContext, SP1PcsProofOuter>;
type OuterKey = MachineVerifyingKey<SP1OuterGlobalContext>;

fn main() -> Result<(), Box<dyn Error>> {
    machine::throttle();
    sp1_sdk::utils::setup_logger();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["circuit", sample, dir] => write_circuit(sample, Path::new(dir)),
        ["witness", proof, dir] => write_witness(proof, Path::new(dir)),
        _ => Err("usage: colophon-wrap circuit WRAPPED_PROOF DIR | colophon-wrap witness PROOF DIR".into()),
    }
}

/// The circuit follows from SP1 alone, so any wrapped proof gives it.
fn write_circuit(sample: &str, dir: &Path) -> Result<(), Box<dyn Error>> {
    let key: OuterKey = bincode::deserialize(sp1_prover::verify::WRAP_VK_BYTES)?;
    let proof: OuterProof = bincode::deserialize(&std::fs::read(sample)?)?;
    let constraints = write_gnark_witness(&key, &proof, &dir.join("groth16_witness.json"))?;
    std::fs::write(dir.join("constraints.json"), constraints)?;
    Ok(())
}

fn write_witness(proof: &str, dir: &Path) -> Result<(), Box<dyn Error>> {
    let wrapped = dir.join("wrapped.bin");
    let wrap: SP1WrapProof<SP1OuterGlobalContext, SP1PcsProofOuter> = if wrapped.exists() {
        eprintln!("{} is there already: using it.", wrapped.display());
        bincode::deserialize(&std::fs::read(&wrapped)?)?
    } else {
        machine::require_memory("wrap", 13, "25 to 40 minutes")?;
        let proof = sp1_sdk::SP1ProofWithPublicValues::load(proof)?;
        let made = tokio::runtime::Runtime::new()?.block_on(async {
            let node = SP1LocalNodeBuilder::from_worker_client_builder(cpu_worker_builder()).build().await?;
            Ok::<_, Box<dyn Error>>(node.shrink_wrap(&proof.proof).await?)
        })?;
        std::fs::write(&wrapped, bincode::serialize(&made)?)?;
        made
    };
    write_gnark_witness(&wrap.vk, &wrap.proof, &dir.join("witness.json"))?;
    Ok(())
}

/// Writes the witness; returns the constraints as JSON.
fn write_gnark_witness(key: &OuterKey, proof: &OuterProof, file: &Path) -> Result<String, Box<dyn Error>> {
    let (constraints, witness) = build_constraints_and_witness(key, proof)?;
    std::fs::write(file, serde_json::to_string(&GnarkWitness::new(witness))?)?;
    Ok(serde_json::to_string(&constraints)?)
}
