//! What tests share: vectors, and inputs of the adherence statement made the plain way.
#![allow(dead_code)]

use colophon_statements::{digest_of_words, PublicValues, Refusal};
use sha2::compress256;

pub type Check = fn(&[u64]) -> Result<PublicValues, Refusal>;
pub type Hash = [u64; 4];

pub fn read_vectors(name: &str) -> serde_json::Value {
    let path = format!("{}/../../spec/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("vectors are JSON")
}

pub fn parse_words(value: &serde_json::Value) -> Vec<u64> {
    let text = value.as_str().expect("input is hex").strip_prefix("0x").expect("input starts with 0x");
    let bytes = hex::decode(text).expect("input is hex");
    assert_eq!(bytes.len() % 8, 0, "inputs are words");
    bytes.chunks_exact(8).map(|word| u64::from_be_bytes(word.try_into().unwrap())).collect()
}

/// SHA-256 of any bytes, by the compression function alone.
pub fn sha256(bytes: &[u8]) -> Hash {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - bytes.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    let mut state =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    for block in padded.chunks_exact(64) {
        let block: [u8; 64] = block.try_into().unwrap();
        compress256(&mut state, &[block.into()]);
    }
    std::array::from_fn(|i| u64::from(state[2 * i]) << 32 | u64::from(state[2 * i + 1]))
}

pub fn bytes_of(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data].concat())
}

fn levels(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = vec![leaves.to_vec()];
    while all.last().unwrap().len() > 1 {
        let above = all.last().unwrap().chunks(2).map(|pair| match pair {
            [left, right] => sha256(&[&[1u8][..], &bytes_of(left), &bytes_of(right)].concat()),
            lone => lone[0],
        });
        let above = above.collect();
        all.push(above);
    }
    all
}

pub fn root(leaves: &[Hash]) -> Hash {
    levels(leaves).last().unwrap()[0]
}

pub fn set_root(ids: &[u64]) -> Hash {
    if ids.is_empty() {
        return [0; 4];
    }
    root(&ids.chunks(1024).map(|leaf| leaf_hash(&bytes_of(leaf))).collect::<Vec<_>>())
}

pub fn siblings(leaves: &[Hash], used: &[u64]) -> Vec<Hash> {
    let mut known = used.to_vec();
    let mut needed = Vec::new();
    for level in &levels(leaves)[..] {
        for &at in &known {
            let sibling = at ^ 1;
            if sibling < level.len() as u64 && level.len() > 1 && !known.contains(&sibling) {
                needed.push(level[sibling as usize]);
            }
        }
        known = known.iter().map(|at| at / 2).collect();
        known.dedup();
    }
    needed
}

/// One license's contents and use.
#[derive(Clone, Debug, Default)]
pub struct Used {
    pub chunk_count: u64,
    pub chunks: Vec<u64>,
    pub ids: Vec<u64>,
    pub records: Vec<usize>,
    pub revoked: Vec<u64>,
    pub count: u64,
}

impl Used {
    pub fn leaf(&self, index: u64) -> [u8; 45] {
        let mut leaf = [7u8; 45];
        leaf[..8].copy_from_slice(&index.to_be_bytes());
        leaf
    }

    pub fn leaves(&self) -> Vec<Hash> {
        (0..self.chunk_count).map(|i| leaf_hash(&self.leaf(i))).collect()
    }

    fn body(&self) -> Vec<u64> {
        let mut words = vec![self.revoked.len() as u64];
        words.extend(&self.revoked);
        words.push(self.chunks.len() as u64);
        if !self.chunks.is_empty() {
            let siblings = siblings(&self.leaves(), &self.chunks);
            words.extend([self.count, self.chunk_count, siblings.len() as u64]);
            for &index in &self.chunks {
                let block = [&[0u8][..], &self.leaf(index), &[0x80, 0]].concat();
                words.extend(block.chunks_exact(8).map(|word| u64::from_be_bytes(word.try_into().unwrap())));
            }
            words.extend(siblings.iter().flatten());
        }
        words.push(self.records.len() as u64);
        if !self.records.is_empty() {
            let runs = self.runs();
            words.extend([self.count, self.ids.len() as u64, runs.len() as u64]);
            words.extend(&self.ids);
            words.extend(runs);
        }
        words
    }

    fn runs(&self) -> Vec<u64> {
        let mut runs: Vec<u64> = Vec::new();
        let mut next = 0;
        for &at in &self.records {
            match runs.last_mut() {
                Some(last) if at == next => *last += 1,
                _ => runs.push((at as u64 - next as u64) << 32 | 1),
            }
            next = at + 1;
        }
        runs
    }

    fn root(&self) -> Hash {
        if self.chunk_count == 0 {
            [9; 4]
        } else {
            root(&self.leaves())
        }
    }
}

/// A run's input for the adherence statement.
pub fn input(licenses: &[Used]) -> Vec<u64> {
    let distinct: usize = licenses.iter().map(|used| used.chunks.len() + used.records.len()).sum();
    let mut words = vec![1, 11, 12, 13, 14, 31337, 1_700_000_000, 1_700_000_600, 2];
    words.extend([1, 2, 3 << 32, 0, 4, 5, 6 << 32, 0, 21, 22, 23, 24, 7, 8, 9 << 32, 0]);
    words.extend([distinct as u64, licenses.len() as u64]);
    for (i, used) in licenses.iter().enumerate() {
        words.extend([0, 0, 0, i as u64 + 1]);
        words.extend(used.root());
        words.extend(set_root(&used.ids));
        words.extend(set_root(&used.revoked));
        words.extend([3, 1, 2]);
    }
    words.extend(licenses.iter().flat_map(Used::body));
    words
}

/// What the run manifest of `licenses` hashes to.
pub fn manifest_hash(licenses: &[Used]) -> Hash {
    let input = input(licenses);
    let distinct = input[25];
    let mut words = b"colophon-run-manifest.v1\0\0\0\0\0\0\0\0"
        .chunks_exact(8)
        .map(|word| u64::from_be_bytes(word.try_into().unwrap()))
        .collect::<Vec<_>>();
    words.extend(&input[1..5]);
    words.extend([31337, 1_700_000_000, 1_700_000_600, distinct, (licenses.len() as u64) << 32 | 2, 0, 0, 0]);
    words.extend(&input[9..17]);
    for (i, used) in licenses.iter().enumerate() {
        words.extend([0, 0, 0, i as u64 + 1]);
        words.extend(used.root());
        words.extend([3, 1 << 32, 0, 0, 0, 0, 0, 0]);
    }
    for (i, used) in licenses.iter().enumerate() {
        for (kind, items) in [(1, used.chunk_items()), (2, used.record_items())] {
            let size = if kind == 1 { 4 } else { 1 };
            if items.is_empty() {
                continue;
            }
            words.extend([(i as u64) << 32 | kind, (items.len() / size) as u64, used.count, 0, 0, 0, 0, 0]);
            words.extend(&items);
            words.resize(words.len().next_multiple_of(8), 0);
        }
    }
    sha256(&bytes_of(&words))
}

impl Used {
    fn chunk_items(&self) -> Vec<u64> {
        self.chunks.iter().flat_map(|&index| leaf_hash(&self.leaf(index))).collect()
    }

    fn record_items(&self) -> Vec<u64> {
        self.records.iter().map(|&at| self.ids[at]).collect()
    }
}

/// Both hashers agree on words.
pub fn same_digest(words: &[u64]) -> bool {
    digest_of_words(words) == sha256(&bytes_of(words))
}

/// Where an adherence input says how many leaves a content tree has. Of all words these alone are not bound to anything: a size
/// that leaves the paths of all used leaves as they are gives the same root. Leaves commit to their places, so nothing follows.
pub fn widths(words: &[u64]) -> Vec<usize> {
    let licenses = words[26] as usize;
    let mut at = 27 + 19 * licenses;
    let mut found = Vec::new();
    for _ in 0..licenses {
        at += 1 + words[at] as usize;
        let chunks = words[at] as usize;
        if chunks > 0 {
            found.push(at + 2);
            let counts = if words[at + 1] == 0 { chunks } else { 0 };
            at += 3 + 6 * chunks + 4 * words[at + 3] as usize + counts;
        }
        let records = words[at + 1] as usize;
        at += 2;
        if records > 0 {
            let counts = if words[at] == 0 { records } else { 0 };
            at += 3 + (words[at + 1] + words[at + 2]) as usize + counts;
        }
    }
    assert_eq!(at, words.len());
    found
}
