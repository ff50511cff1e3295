//! `colophon-vkey ELF…` prints the verification key of each program, as ProofRegistry names it; `colophon-vkey --check DIR` compares
//! the programs in DIR with its `programs.json`. The same key that SP1's SDK computes on `setup`, without the SDK.
use sp1_core_executor::Program;
use sp1_core_machine::riscv::RiscvAir;
use sp1_hypercube::prover::{AirProver, CpuShardProver, ProverSemaphore, SP1InnerPcsProver};
use sp1_hypercube::{HashableKey, SP1Pcs, SP1VerifyingKey, ShardVerifier};
use sp1_primitives::{fri_params::core_fri_config, SP1Field, SP1GlobalContext};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

// As in components.rs of sp1-prover 6.10.0.
const CORE_LOG_STACKING_HEIGHT: u32 = 21;
const CORE_MAX_LOG_ROW_COUNT: usize = 22;

type Prover = CpuShardProver<SP1GlobalContext, SP1Pcs<SP1GlobalContext>, SP1InnerPcsProver, RiscvAir<SP1Field>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, dir] if flag == "--check" => check(Path::new(dir)),
        [] => Err("usage: colophon-vkey ELF… | colophon-vkey --check DIR".into()),
        paths => paths.iter().try_for_each(|path| {
            println!("{} {path}", vkey(Path::new(path))?);
            Ok(())
        }),
    }
}

fn vkey(path: &Path) -> Result<String, Box<dyn Error>> {
    let program = Program::from(&std::fs::read(path)?)?;
    let verifier = ShardVerifier::from_basefold_parameters(
        core_fri_config(),
        CORE_LOG_STACKING_HEIGHT,
        CORE_MAX_LOG_ROW_COUNT,
        RiscvAir::<SP1Field>::machine(),
    );
    let prover: Prover = CpuShardProver::new(verifier);
    let runtime = tokio::runtime::Runtime::new()?;
    let (_, vk) = runtime.block_on(prover.setup(Arc::new(program), ProverSemaphore::new(1)));
    Ok(SP1VerifyingKey { vk }.bytes32())
}

fn check(dir: &Path) -> Result<(), Box<dyn Error>> {
    let listed: serde_json::Value = serde_json::from_slice(&std::fs::read(dir.join("programs.json"))?)?;
    let programs = listed["programs"].as_object().ok_or("programs.json lists no programs.")?;
    for (name, program) in programs {
        let found = vkey(&dir.join(name))?;
        if program["vkey"] != found {
            return Err(format!("{name} has the key {found}, programs.json says {}.", program["vkey"]).into());
        }
        println!("{found} {name}");
    }
    Ok(())
}
