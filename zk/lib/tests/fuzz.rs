//! A bounded fuzzer: valid inputs changed at random, many times. `FUZZ_CASES=1000000 cargo test --release --test fuzz` runs longer.
//! Whatever is accepted must say something else than the input it was made from, and must say it of the same roots.
mod support;

use colophon_statements::{adherence, k_anonymity, training_step};
use support::{parse_words, read_vectors, widths, Check};

/// xorshift64*: the same changes in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn value(&mut self, old: u64) -> u64 {
        match self.below(6) {
            0 => old ^ 1 << self.below(64),
            1 => old.wrapping_add(1),
            2 => old.wrapping_sub(1),
            3 => self.next(),
            4 => u64::MAX - self.next() % 4,
            _ => self.next() % 70,
        }
    }

    fn change(&mut self, words: &mut Vec<u64>) {
        let at = self.below(words.len());
        match self.below(8) {
            0 => words.truncate(at),
            1 => words.insert(at, 0),
            2 => drop(words.remove(at)),
            3 => {
                let next = (at + 1) % words.len();
                words.swap(at, next);
            }
            4 => words.extend_from_within(at..),
            _ => words[at] = self.value(words[at]),
        }
        if words.is_empty() {
            words.push(0);
        }
    }
}

fn cases() -> usize {
    std::env::var("FUZZ_CASES").map_or(20_000, |text| text.parse().expect("FUZZ_CASES is a number"))
}

fn fuzz(name: &str, check: Check, seed: u64) {
    let vectors = read_vectors(name);
    let inputs: Vec<Vec<u64>> =
        vectors["valid"].as_array().unwrap().iter().map(|case| parse_words(&case["input"])).collect();
    let small: Vec<&Vec<u64>> = inputs.iter().filter(|words| words.len() < 400).collect();
    assert!(!small.is_empty());
    let mut random = Random(seed);
    for _ in 0..cases() {
        let original = small[random.below(small.len())];
        let mut words = original.clone();
        for _ in 0..=random.below(3) {
            random.change(&mut words);
        }
        let Ok(values) = check(&words) else { continue };
        for at in unbound(name, original) {
            if words.len() == original.len() {
                words[at] = original[at];
            }
        }
        if words != *original {
            assert_ne!(Ok(values), check(original), "accepted with the same public values: {words:x?}");
        }
    }
}

fn unbound(name: &str, words: &[u64]) -> Vec<usize> {
    if name == "adherence" {
        widths(words)
    } else {
        Vec::new()
    }
}

#[test]
fn adherence_holds() {
    fuzz("adherence", adherence::check, 1);
}

#[test]
fn k_anonymity_holds() {
    fuzz("k-anonymity", k_anonymity::check, 2);
}

#[test]
fn training_step_holds() {
    fuzz("training-step", training_step::check, 3);
}
