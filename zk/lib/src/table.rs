//! Committed tables: rows of 32-bit cells, hashed with a salt.

use crate::input::{require, Input};
use crate::sha::{Digest, Hasher};
use crate::Refusal;

/// "colophon-table.v1" in 32 bytes.
const TAG: Digest = [0x636f_6c6f_7068_6f6e, 0x2d74_6162_6c65_2e76, 0x3100_0000_0000_0000, 0];

/// What cells are.
#[derive(Clone, Copy)]
pub enum Cells {
    /// Unsigned codes.
    Codes = 1,
    /// Signed fixed point, Q16.16.
    Fixed = 2,
}

/// 32-bit values, two to a word.
pub struct Packed<'a>(&'a [u64]);

impl<'a> Packed<'a> {
    /// `count` values; the last word of an odd number ends in zeros.
    pub fn read(input: &mut Input<'a>, count: u64) -> Result<Self, Refusal> {
        let words = input.words(count.div_ceil(2))?;
        let padded = count.is_multiple_of(2) || words.last().is_some_and(|&last| last as u32 == 0);
        require(padded, Refusal::Padding)?;
        Ok(Self(words))
    }

    /// Value `i`.
    #[inline(always)]
    pub fn at(&self, i: usize) -> u32 {
        let word = self.0[i / 2];
        if i.is_multiple_of(2) {
            (word >> 32) as u32
        } else {
            word as u32
        }
    }
}

/// A table whose hash is public.
pub struct Table<'a> {
    cells: Packed<'a>,
    rows: u64,
    columns: u64,
}

impl<'a> Table<'a> {
    /// Reads the cells of `rows` by `columns`, whose product fits a word.
    pub fn read(input: &mut Input<'a>, rows: u64, columns: u64) -> Result<Self, Refusal> {
        let count = rows.checked_mul(columns).ok_or(Refusal::Table)?;
        Ok(Self { cells: Packed::read(input, count)?, rows, columns })
    }

    /// The cell in `row` and `column`.
    #[inline(always)]
    pub fn at(&self, row: usize, column: usize) -> u32 {
        self.cells.at(row * self.columns as usize + column)
    }

    /// SHA-256 of the table's binary form.
    pub fn hash(&self, salt: &Digest, kind: Cells) -> Digest {
        let mut hasher = Hasher::new();
        hasher.words(&TAG);
        hasher.words(salt);
        hasher.words(&[self.rows, self.columns << 32 | kind as u64, 0, 0, 0, 0, 0, 0]);
        hasher.words(self.cells.0);
        hasher.fill();
        hasher.finish()
    }
}
