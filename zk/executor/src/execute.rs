//! `colophon-execute ELF INPUT`: runs a guest program on an input and prints one line of JSON.
//!
//! The input is a row of big-endian 64-bit words, as in the vectors; `-` reads it from standard input. Exit status: 0 when the
//! program ended, whatever it said (see `exitCode`), 2 when it could not be run. A program that refuses its input says why on
//! standard error.
use std::io::Read;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [elf, input] = arguments.as_slice() else {
        eprintln!("usage: colophon-execute ELF INPUT (INPUT: a file of big-endian 64-bit words, or -)");
        return ExitCode::from(2);
    };
    match run(elf, input) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(elf: &str, input: &str) -> Result<serde_json::Value, String> {
    let program = std::fs::read(elf).map_err(|error| format!("{elf}: {error}"))?;
    let report = colophon_executor::execute(&program, &read(input)?)?;
    Ok(serde_json::json!({
        "exitCode": report.exit_code,
        "cycles": report.cycles,
        "publicValues": format!("0x{}", hex::encode(report.public_values)),
    }))
}

fn read(input: &str) -> Result<Vec<u8>, String> {
    if input != "-" {
        return std::fs::read(input).map_err(|error| format!("{input}: {error}"));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
