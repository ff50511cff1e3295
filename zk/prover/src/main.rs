//! `colophon-prove`: verification keys and proofs of the guest programs, by SP1's SDK.
//!
//! ```text
//! colophon-prove vkey ELF
//! colophon-prove core|compressed|groth16 ELF INPUT DIR     writes DIR/<stage>.proof; an existing valid one is kept
//! colophon-prove verify ELF PROOF [PUBLIC_VALUES]          in a fresh process, with little memory
//! ```
//! INPUT is a row of big-endian 64-bit words, as for `colophon-execute`. `SP1_PROVER` chooses the prover: this machine's
//! processor unless it is set; `network` with the feature of that name.
mod machine;

use sp1_sdk::blocking::prelude::*;
use sp1_sdk::blocking::ProverClient;
use sp1_sdk::SP1ProofWithPublicValues;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "usage: colophon-prove vkey ELF
       colophon-prove core|compressed|groth16 ELF INPUT DIR
       colophon-prove verify ELF PROOF [PUBLIC_VALUES]";

/// A kind of proof, with what it takes: measured on 2 cores for a run of 0.1 M cycles.
struct Stage {
    name: &'static str,
    gigabytes: u64,
    minutes: &'static str,
}

const STAGES: [Stage; 3] = [
    Stage { name: "core", gigabytes: 10, minutes: "3 minutes" },
    Stage { name: "compressed", gigabytes: 15, minutes: "6 minutes" },
    Stage { name: "groth16", gigabytes: 20, minutes: "an hour" },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["vkey", elf] => print_vkey(elf),
        ["verify", elf, proof] => verify(elf, proof, None),
        ["verify", elf, proof, values] => verify(elf, proof, Some(values)),
        [stage, elf, input, dir] => match STAGES.iter().find(|known| known.name == *stage) {
            Some(stage) => prove(stage, elf, input, Path::new(dir)),
            None => Err(USAGE.to_string()),
        },
        _ => Err(USAGE.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn program(path: &str) -> Result<Elf, String> {
    Ok(Elf::Dynamic(read(path)?.into()))
}

/// The guest reads words in its own byte order.
fn stdin(path: &str) -> Result<SP1Stdin, String> {
    let bytes = read(path)?;
    let (words, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(format!("{path} has {} bytes, expected words of 8.", bytes.len()));
    }
    let mut stdin = SP1Stdin::new();
    stdin.write_vec(words.iter().flat_map(|word| u64::from_be_bytes(*word).to_le_bytes()).collect());
    Ok(stdin)
}

/// Executes and verifies, but does not prove: needs little memory.
fn choose_light_prover() {
    std::env::set_var("SP1_PROVER", "light");
}

fn print_vkey(elf: &str) -> Result<(), String> {
    choose_light_prover();
    let client = ProverClient::from_env();
    let key = client.setup(program(elf)?).map_err(|error| format!("{error:?}"))?;
    println!("{}", key.verifying_key().bytes32());
    Ok(())
}

fn prove(stage: &Stage, elf: &str, input: &str, dir: &Path) -> Result<(), String> {
    let file = dir.join(format!("{}.proof", stage.name));
    if file.exists() {
        eprintln!("{} is there already: checking it.", file.display());
        return verify(elf, &file.to_string_lossy(), None);
    }
    if std::env::var("SP1_PROVER").map_or(true, |prover| prover == "cpu") {
        machine::throttle();
        machine::require_memory(stage.name, stage.gigabytes, stage.minutes)?;
    }
    sp1_sdk::utils::setup_logger();
    let started = Instant::now();
    let client = ProverClient::from_env();
    let key = client.setup(program(elf)?).map_err(|error| format!("{error:?}"))?;
    eprintln!("{:>5.0} s  ready; program {}", started.elapsed().as_secs_f32(), key.verifying_key().bytes32());
    let request = client.prove(&key, stdin(input)?);
    let request = match stage.name {
        "core" => request.core(),
        "compressed" => request.compressed(),
        _ => request.groth16(),
    };
    let proof = request.run().map_err(|error| format!("{error:?}"))?;
    eprintln!("{:>5.0} s  proven", started.elapsed().as_secs_f32());
    client.verify(&proof, key.verifying_key(), None).map_err(|error| format!("the proof does not verify: {error}"))?;
    save(&proof, &file)?;
    print_proof(&proof, &file)
}

/// Written beside and renamed, so that an interrupted run leaves no half proof.
fn save(proof: &SP1ProofWithPublicValues, file: &Path) -> Result<(), String> {
    let part = PathBuf::from(format!("{}.part", file.display()));
    let dir = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    proof.save(&part).map_err(|error| format!("{}: {error:?}", part.display()))?;
    std::fs::rename(&part, file).map_err(|error| format!("{}: {error}", file.display()))
}

fn print_proof(proof: &SP1ProofWithPublicValues, file: &Path) -> Result<(), String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    println!("{} ({size} bytes)", file.display());
    println!("public values 0x{}", hex::encode(proof.public_values.as_slice()));
    if file.file_stem().is_some_and(|name| name == "groth16") {
        println!("proof 0x{}", hex::encode(proof.bytes()));
    }
    Ok(())
}

fn verify(elf: &str, file: &str, values: Option<&str>) -> Result<(), String> {
    choose_light_prover();
    let client = ProverClient::from_env();
    let key = client.setup(program(elf)?).map_err(|error| format!("{error:?}"))?;
    let proof = SP1ProofWithPublicValues::load(file).map_err(|error| format!("{file}: {error:?}"))?;
    client.verify(&proof, key.verifying_key(), None).map_err(|error| format!("{file} does not verify: {error}"))?;
    let found = format!("0x{}", hex::encode(proof.public_values.as_slice()));
    if values.is_some_and(|expected| expected != found) {
        return Err(format!("{file} proves other public values: {found}."));
    }
    println!("verified: program {}, public values {found}", key.verifying_key().bytes32());
    Ok(())
}
