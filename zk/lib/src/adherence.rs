//! Statement 1 and 2: every entry of a run's manifest lies in one of the licensed versions, and none was withdrawn from it.

use crate::input::{require, Address, Input};
use crate::run_manifest::Head;
use crate::sections::{records, Chunks};
use crate::sha::{Digest, Hasher};
use crate::sorted_set;
use crate::{PublicValues, Refusal};
use alloc::vec::Vec;

/// Version of this statement, in its public values.
pub const STATEMENT_VERSION: u64 = 1;
const LAYOUT: u64 = 1;
/// Words of a license in the input.
const LICENSE_WORDS: u64 = 19;
const NO_ROOT: Digest = [0; 4];

struct License<'a> {
    id: &'a [u64; 4],
    content_root: &'a Digest,
    record_root: &'a Digest,
    revoked_root: &'a Digest,
    dataset: u64,
    version: u64,
    uses: u64,
}

impl<'a> License<'a> {
    fn read(input: &mut Input<'a>, purpose: u64) -> Result<Self, Refusal> {
        let license = Self {
            id: input.array()?,
            content_root: input.array()?,
            record_root: input.array()?,
            revoked_root: input.array()?,
            dataset: input.word()?,
            version: input.word()?,
            uses: input.word()?,
        };
        require(license.version != 0 && license.version <= u64::from(u32::MAX), Refusal::Version)?;
        require(license.uses < 1 << 16 && license.uses & purpose != 0, Refusal::Uses)?;
        Ok(license)
    }

    /// What licenses are ordered by.
    fn order(&self) -> (&[u64; 4], &Digest) {
        (self.id, self.content_root)
    }

    fn hash_in_manifest(&self, hasher: &mut Hasher) {
        hasher.words(self.id);
        hasher.words(self.content_root);
        hasher.words(&[self.dataset, self.version << 32, 0, 0, 0, 0, 0, 0]);
    }

    fn hash_in_set(&self, hasher: &mut Hasher) {
        hasher.words(self.id);
        hasher.words(self.content_root);
        hasher.words(self.record_root);
        hasher.words(self.revoked_root);
        hasher.words(&[0, 0, 0, self.uses]);
    }
}

/// Reads licenses; they ascend, none twice.
fn read_licenses<'a>(input: &mut Input<'a>, count: u64, purpose: u64) -> Result<Vec<License<'a>>, Refusal> {
    let words = input.words(count.checked_mul(LICENSE_WORDS).ok_or(Refusal::Truncated)?)?;
    let mut own = Input::of(words);
    let mut licenses: Vec<License> = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let license = License::read(&mut own, purpose)?;
        require(licenses.last().is_none_or(|before| before.order() < license.order()), Refusal::LicenseOrder)?;
        licenses.push(license);
    }
    Ok(licenses)
}

/// Reads the withdrawn set that is in force for a license's version.
fn read_withdrawn<'a>(input: &mut Input<'a>, root: &Digest) -> Result<&'a [u64], Refusal> {
    let count = input.word()?;
    let ids = input.words(count)?;
    let found = sorted_set::root(ids)?.unwrap_or(NO_ROOT);
    require(found == *root, Refusal::RevokedRoot)?;
    Ok(ids)
}

/// Entries and uses of all licenses.
struct Totals {
    distinct: u64,
    uses: u64,
}

/// Checks every entry, and hashes them behind the licenses.
fn check_entries(input: &mut Input, licenses: &[License], manifest: &mut Hasher) -> Result<Totals, Refusal> {
    let mut chunk_hasher = Chunks::new();
    let mut totals = Totals { distinct: 0, uses: 0 };
    let mut add = |items: u64, uses: u64| {
        totals.distinct = totals.distinct.checked_add(items).ok_or(Refusal::Overflow)?;
        totals.uses = totals.uses.checked_add(uses).ok_or(Refusal::Overflow)?;
        Ok(())
    };
    for (i, license) in (0..).zip(licenses) {
        let withdrawn = read_withdrawn(input, license.revoked_root)?;
        let chunks = input.word()?;
        if chunks != 0 {
            add(chunks, chunk_hasher.section(input, manifest, i, chunks, license.content_root, withdrawn)?)?;
        }
        let record_count = input.word()?;
        if record_count != 0 {
            add(record_count, records(input, manifest, i, record_count, license.record_root, withdrawn)?)?;
        }
        require(chunks != 0 || record_count != 0, Refusal::NoEntries)?;
    }
    Ok(totals)
}

/// The public values of a run whose every entry was licensed, or the reason why there are none. See docs/proofs.md.
pub fn check(words: &[u64]) -> Result<PublicValues, Refusal> {
    let mut input = Input::new(words, LAYOUT)?;
    let salt = input.array()?;
    let (chain_id, start, end) = (input.word()?, input.word()?, input.word()?);
    let purpose = input.word()?;
    let license_token = input.address()?;
    let runner: &Address = input.address()?;
    let attestation: &Digest = input.array()?;
    let registry = input.address()?;
    let distinct = input.word()?;
    let head = Head { salt, chain_id, start, end, purpose, license_token, runner, distinct, licenses: input.word()? };
    head.check()?;

    let licenses = read_licenses(&mut input, head.licenses, purpose)?;
    let mut manifest = head.hash();
    let mut set = Hasher::new();
    for license in &licenses {
        license.hash_in_manifest(&mut manifest);
        license.hash_in_set(&mut set);
    }
    let totals = check_entries(&mut input, &licenses, &mut manifest)?;
    require(totals.distinct == distinct, Refusal::Count)?;
    input.end()?;

    Ok(PublicValues::with_capacity(11)
        .uint(STATEMENT_VERSION)
        .words(&manifest.finish())
        .words(&set.finish())
        .uint(totals.uses)
        .uint(distinct)
        .address(runner)
        .uint(start)
        .uint(end)
        .words(attestation)
        .uint(chain_id)
        .address(registry))
}
