//! The committed programs, run on SP1's machine: they say what the native code says, within their cycle budgets.
use colophon_executor::{execute, Report};
use colophon_statements::{adherence, k_anonymity, training_step};
use support::{bytes_of, input, parse_words, read_vectors, Check, Used};

#[path = "../../lib/tests/support/mod.rs"]
mod support;

const STATEMENTS: [(&str, Check); 3] =
    [("adherence", adherence::check), ("k-anonymity", k_anonymity::check), ("training-step", training_step::check)];

fn program(name: &str) -> Vec<u8> {
    let path = format!("{}/../elf/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn run(name: &str, words: &[u64]) -> Report {
    execute(&program(name), &bytes_of(words)).expect("the program runs")
}

#[test]
fn guests_accept_what_the_vectors_accept() {
    for (name, _) in STATEMENTS {
        for case in read_vectors(name)["valid"].as_array().expect("valid cases") {
            let report = run(name, &parse_words(&case["input"]));
            assert_eq!(report.exit_code, 0, "{}", case["name"]);
            assert_eq!(format!("0x{}", hex::encode(report.public_values)), case["publicValues"], "{}", case["name"]);
        }
    }
}

#[test]
fn guests_refuse_what_the_vectors_refuse_and_commit_nothing() {
    for (name, _) in STATEMENTS {
        for case in read_vectors(name)["hostile"].as_array().expect("hostile cases") {
            let report = run(name, &parse_words(&case["input"]));
            assert_ne!(report.exit_code, 0, "{}", case["name"]);
            assert!(report.public_values.is_empty(), "{}", case["name"]);
        }
    }
}

#[test]
fn guests_say_what_native_code_says_of_changed_inputs() {
    for (name, check) in STATEMENTS {
        let vectors = read_vectors(name);
        let words = parse_words(&vectors["valid"][0]["input"]);
        for at in 0..words.len() {
            let mut changed = words.clone();
            changed[at] ^= 1 << (at * 7 % 64);
            let report = run(name, &changed);
            let native = check(&changed).map(|values| values.as_bytes().to_vec()).ok();
            assert_eq!((report.exit_code == 0).then_some(report.public_values), native, "{name}, word {at}");
        }
    }
}

#[test]
fn guests_say_what_native_code_says_of_larger_runs() {
    for seed in 1..6u64 {
        let licenses: Vec<Used> = (0..seed).map(|i| scattered(97 * seed + i, 700 * seed as usize, seed + i)).collect();
        let words = input(&licenses);
        let values = adherence::check(&words).expect("accepted");
        assert_eq!(run("adherence", &words).public_values, values.as_bytes());
    }
}

#[test]
fn what_is_no_program_or_no_input_is_refused() {
    assert!(execute(b"no program", &[]).is_err());
    assert!(execute(&program("adherence"), &[0; 7]).is_err());
}

/// 64-bit numbers that look random: a step of splitmix64.
fn mixed(seed: u64) -> u64 {
    let a = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ (a >> 31)
}

fn ids(count: usize, seed: u64) -> Vec<u64> {
    let mut ids: Vec<u64> = (0..count as u64).map(|i| mixed(i + (seed << 40))).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    ids
}

/// `share` of `count` positions, scattered.
fn some(count: u64, share: u64, seed: u64) -> Vec<u64> {
    let mut order: Vec<u64> = (0..count).collect();
    order.sort_by_key(|&at| mixed(at + (seed << 32)));
    let mut taken = order[..share as usize].to_vec();
    taken.sort_unstable();
    taken
}

fn scattered(chunk_count: u64, records: usize, seed: u64) -> Used {
    let ids = ids(records, seed);
    let taken: Vec<usize> = some(records as u64, records as u64 / 2, seed).iter().map(|&at| at as usize).collect();
    let revoked = (0..records).filter(|at| at % 9 == 0 && !taken.contains(at)).map(|at| ids[at]).collect();
    let chunks = some(chunk_count, chunk_count / 3, seed);
    Used { chunk_count, chunks, ids, records: taken, revoked, count: seed }
}

fn cycles_of(run_of: Used) -> u64 {
    let report = run("adherence", &input(&[run_of]));
    assert_eq!(report.exit_code, 0);
    report.cycles
}

/// 1,024 chunks anywhere in a version of 4,096 (4 GiB), each used once.
#[test]
fn a_run_over_chunks_stays_within_its_budget() {
    let run_of = Used { chunk_count: 4096, chunks: some(4096, 1024, 1), count: 1, ..Used::default() };
    let cycles = cycles_of(run_of);
    println!("zk.cycles.run {cycles}");
    assert!(cycles <= 500_000, "{cycles} cycles");
}

/// A version of 65,536 records of which one in 64 was withdrawn; the run used all others once.
#[test]
fn a_run_over_records_stays_within_its_budget() {
    let ids = ids(65_536, 2);
    let (revoked, records): (Vec<usize>, Vec<usize>) = (0..ids.len()).partition(|at| at % 64 == 5);
    let revoked = revoked.into_iter().map(|at| ids[at]).collect();
    let count = ids.len() as u64;
    let cycles = cycles_of(Used { ids, records, revoked, count: 1, ..Used::default() });
    println!("zk.cycles.record {:.1}", cycles as f64 / count as f64);
    assert!(cycles <= 20 * count, "{cycles} cycles for {count} records");
}
