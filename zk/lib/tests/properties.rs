//! Honest inputs of any shape are accepted with the right public values; changed ones are refused, and none makes the code panic.
mod support;

use colophon_statements::{adherence, k_anonymity, training_step, Refusal};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use support::{bytes_of, input, manifest_hash, parse_words, read_vectors, same_digest, widths, Check, Used};

fn subset(positions: Vec<u64>, keep: u64) -> Vec<u64> {
    let some: Vec<u64> = positions.iter().copied().filter(|at| keep >> (at % 61) & 1 == 1).collect();
    if some.is_empty() {
        positions.into_iter().take(1).collect()
    } else {
        some
    }
}

prop_compose! {
    /// Some chunks and some records of a version, and withdrawn entries that were not used.
    fn used()(
        chunk_count in 1u64..90,
        ids in btree_set(any::<u64>(), 1..2100),
        others in btree_set(any::<u64>(), 0..20),
        (keep_chunks, keep_records) in any::<(u64, u64)>(),
        count in 1u64..1000,
        only in 0..3,
    ) -> Used {
        let ids: Vec<u64> = ids.into_iter().collect();
        let mut chunks = subset((0..chunk_count).collect(), keep_chunks);
        let mut records: Vec<usize> = subset((0..ids.len() as u64).collect(), keep_records).iter().map(|&at| at as usize).collect();
        if only == 1 { records.clear(); }
        if only == 2 { chunks.clear(); }
        let taken: Vec<u64> = records.iter().map(|&at| ids[at]).collect();
        let left: Vec<u64> = ids.iter().copied().filter(|id| !taken.contains(id)).step_by(3).collect();
        let mut revoked: Vec<u64> = others.into_iter().filter(|id| !ids.contains(id)).chain(left).collect();
        revoked.sort_unstable();
        Used { chunk_count, chunks, ids, records, revoked, count }
    }
}

fn words_at(values: &[u8], word: usize) -> u64 {
    u64::from_be_bytes(values[32 * word + 24..32 * word + 32].try_into().unwrap())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn digests_are_sha256(words in vec(any::<u64>(), 0..40)) {
        prop_assert!(same_digest(&words));
    }

    #[test]
    fn honest_runs_are_accepted(licenses in vec(used(), 1..4)) {
        let values = adherence::check(&input(&licenses)).expect("accepted");
        let values = values.as_bytes();
        let distinct: usize = licenses.iter().map(|l| l.chunks.len() + l.records.len()).sum();
        let uses: u64 = licenses.iter().map(|l| (l.chunks.len() + l.records.len()) as u64 * l.count).sum();
        prop_assert_eq!(&values[32..64], &bytes_of(&manifest_hash(&licenses))[..]);
        prop_assert_eq!(words_at(values, 3), uses);
        prop_assert_eq!(words_at(values, 4), distinct as u64);
    }

    #[test]
    fn a_withdrawn_entry_is_refused(mut run in used(), at in any::<Index>()) {
        let prefixes = run.chunks.iter().map(|&i| run.leaves()[i as usize][0]);
        let used: Vec<u64> = prefixes.chain(run.records.iter().map(|&i| run.ids[i])).collect();
        run.revoked.push(used[at.index(used.len())]);
        run.revoked.sort_unstable();
        prop_assert_eq!(adherence::check(&input(&[run])), Err(Refusal::Revoked));
    }

    #[test]
    fn every_truncation_is_refused(run in used(), at in any::<Index>()) {
        let words = input(&[run]);
        prop_assert!(adherence::check(&words[..at.index(words.len())]).is_err());
    }

    #[test]
    fn any_words_at_all_are_refused(words in vec(prop_oneof![0u64..40, any::<u64>()], 0..300)) {
        for check in [adherence::check as Check, k_anonymity::check, training_step::check] {
            prop_assert!(check(&words).is_err());
        }
    }
}

/// Words of a valid input that can be changed without a refusal, since nothing binds them but the public values.
fn accepted_changes(check: Check, words: &[u64], unbound: &[usize], change: impl Fn(u64) -> u64) -> Vec<usize> {
    let before = check(words).expect("valid");
    let mut free = Vec::new();
    for at in 0..words.len() {
        let mut changed = words.to_vec();
        changed[at] = change(changed[at]);
        if changed[at] == words[at] || unbound.contains(&at) {
            continue;
        }
        if let Ok(values) = check(&changed) {
            assert_ne!(values, before, "word {at} can be changed without a trace");
            free.push(at);
        }
    }
    free
}

#[test]
fn no_word_can_be_changed_without_a_trace() {
    let statements: [(&str, Check); 3] =
        [("adherence", adherence::check), ("k-anonymity", k_anonymity::check), ("training-step", training_step::check)];
    for (name, check) in statements {
        for case in read_vectors(name)["valid"].as_array().unwrap() {
            let words = parse_words(&case["input"]);
            let unbound = if name == "adherence" { widths(&words) } else { Vec::new() };
            for change in
                [|word| word ^ 1, |word| word ^ 1 << 63, |word: u64| word.wrapping_add(1), |_| 0, |_| u64::MAX]
            {
                accepted_changes(check, &words, &unbound, change);
            }
        }
    }
}

#[test]
fn only_the_run_itself_is_free_in_an_adherence_input() {
    let vectors = read_vectors("adherence");
    let words = parse_words(&vectors["valid"][0]["input"]);
    let free = accepted_changes(adherence::check, &words, &[], |word| word ^ 1 << 32);
    // Salt, chain, attestation, addresses; license id and dataset: the contract compares what it knows of them.
    assert!(free.iter().all(|&at| at < 27 + 19 || at >= words.len() - 6), "{free:?}");
}
