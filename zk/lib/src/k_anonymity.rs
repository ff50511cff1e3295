//! Statement 3: in a committed table, every combination of the declared quasi-identifiers stands in at least k rows.

use crate::input::{require, Input};
use crate::table::{Cells, Packed, Table};
use crate::{PublicValues, Refusal};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Version of this statement, in its public values.
pub const STATEMENT_VERSION: u64 = 1;
const LAYOUT: u64 = 1;
/// A mask of columns is one word.
const MAX_COLUMNS: u64 = 64;
/// Positions of rows are 32-bit values.
const MAX_ROWS: u64 = u32::MAX as u64;

/// Checks the groups. `order` names the rows by ascending quasi-identifiers, rows of a group by ascending position; so no row is
/// named twice, and since there are as many as the table has, none is left out.
fn check_groups(table: &Table, rows: u64, columns: &[usize], order: &Packed, k: u64) -> Result<(), Refusal> {
    let mut before: Option<usize> = None;
    let mut group = 0u64;
    for i in 0..rows as usize {
        let row = order.at(i) as usize;
        require((row as u64) < rows, Refusal::Order)?;
        match before.map_or(Ordering::Equal, |before| compare(table, columns, before, row)) {
            Ordering::Less => {
                require(group >= k, Refusal::Group)?;
                group = 1;
            }
            Ordering::Equal => {
                require(before.is_none_or(|before| before < row), Refusal::Order)?;
                group += 1;
            }
            Ordering::Greater => return Err(Refusal::Order),
        }
        before = Some(row);
    }
    require(group >= k, Refusal::Group)
}

fn compare(table: &Table, columns: &[usize], a: usize, b: usize) -> Ordering {
    let differing = columns.iter().map(|&c| table.at(a, c).cmp(&table.at(b, c)));
    differing.fold(Ordering::Equal, Ordering::then)
}

/// The public values of a table that is k-anonymous, or the reason why there are none. See docs/proofs.md.
pub fn check(words: &[u64]) -> Result<PublicValues, Refusal> {
    let mut input = Input::new(words, LAYOUT)?;
    let salt = input.array()?;
    let (rows, columns) = (input.word()?, input.word()?);
    require(rows != 0 && columns != 0 && columns <= MAX_COLUMNS, Refusal::Table)?;
    let (mask, k) = (input.word()?, input.word()?);
    require(mask != 0 && (columns == MAX_COLUMNS || mask >> columns == 0), Refusal::Columns)?;
    require((2..=u64::from(u32::MAX)).contains(&k), Refusal::K)?;
    let chain_id = input.word()?;
    let registry = input.address()?;
    let (dataset, version) = (input.word()?, input.word()?);
    require(version != 0 && version <= u64::from(u32::MAX), Refusal::Version)?;

    require(rows <= MAX_ROWS, Refusal::Truncated)?;
    let table = Table::read(&mut input, rows, columns)?;
    let order = Packed::read(&mut input, rows)?;
    input.end()?;
    let declared: Vec<usize> = (0..columns as usize).filter(|c| mask >> c & 1 == 1).collect();
    check_groups(&table, rows, &declared, &order, k)?;

    Ok(PublicValues::with_capacity(9)
        .uint(STATEMENT_VERSION)
        .words(&table.hash(salt, Cells::Codes))
        .uint(mask)
        .uint(k)
        .uint(rows)
        .uint(dataset)
        .uint(version)
        .uint(chain_id)
        .address(registry))
}
