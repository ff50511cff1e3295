//! Statement 4: of two committed parameter sets of a softmax regression, the second is the first after one gradient step on a
//! committed batch, and the batch's loss under it is lower.

use crate::fixed_point::{exp_negative, ln, ONE_Q30};
use crate::input::{require, Input};
use crate::table::{Cells, Table};
use crate::{PublicValues, Refusal};
use alloc::vec;
use alloc::vec::Vec;

/// Version of this statement, in its public values; it fixes the model family: softmax regression in Q16.16.
pub const STATEMENT_VERSION: u64 = 1;
const LAYOUT: u64 = 1;

// Bounds under which no sum below leaves 63 bits.
const MAX_CLASSES: u64 = 1024;
const MAX_FEATURES: u64 = 4096;
const MAX_EXAMPLES: u64 = 4096;
const MAX_LEARNING_RATE: u64 = 16 << 16;
const MAX_FEATURE: i64 = 16 << 16;
const MAX_PARAMETER: i64 = 256 << 16;
const ONE_Q16: i64 = 1 << 16;

/// A batch: features in Q16.16, and a label.
struct Batch {
    /// Row by row; after the features of each, a one for the bias.
    features: Vec<i64>,
    labels: Vec<usize>,
}

struct Shape {
    classes: usize,
    /// Features and the bias.
    inputs: usize,
}

impl Batch {
    fn of(table: &Table, shape: &Shape, examples: usize) -> Result<Self, Refusal> {
        let mut batch =
            Self { features: Vec::with_capacity(examples * shape.inputs), labels: Vec::with_capacity(examples) };
        for row in 0..examples {
            for column in 0..shape.inputs - 1 {
                batch.features.push(bounded(table.at(row, column), MAX_FEATURE)?);
            }
            batch.features.push(ONE_Q16);
            let label = table.at(row, shape.inputs - 1) as usize;
            require(label < shape.classes, Refusal::Label)?;
            batch.labels.push(label);
        }
        Ok(batch)
    }

    fn examples<'a>(&'a self, shape: &Shape) -> impl Iterator<Item = (&'a [i64], usize)> {
        self.features.chunks_exact(shape.inputs).zip(self.labels.iter().copied())
    }
}

/// Parameters, a row for each class, the bias last.
fn parameters(table: &Table, shape: &Shape) -> Result<Vec<i64>, Refusal> {
    let mut values = Vec::with_capacity(shape.classes * shape.inputs);
    for class in 0..shape.classes {
        for input in 0..shape.inputs {
            values.push(bounded(table.at(class, input), MAX_PARAMETER)?);
        }
    }
    Ok(values)
}

fn bounded(cell: u32, limit: i64) -> Result<i64, Refusal> {
    let value = i64::from(cell as i32);
    require(-limit <= value && value <= limit, Refusal::Range)?;
    Ok(value)
}

/// Class weights of one example, and its loss.
struct Forward {
    /// e^(z - max) in Q30, a class each.
    weights: Vec<u64>,
    total: u64,
}

impl Forward {
    fn new(shape: &Shape) -> Self {
        Self { weights: vec![0; shape.classes], total: 0 }
    }

    /// Takes one example; returns its cross entropy in Q16.
    fn run(&mut self, shape: &Shape, parameters: &[i64], features: &[i64], label: usize) -> u64 {
        let logits: Vec<i64> = parameters.chunks_exact(shape.inputs).map(|row| logit(row, features)).collect();
        let largest = logits.iter().copied().fold(i64::MIN, i64::max);
        self.total = 0;
        for (weight, z) in self.weights.iter_mut().zip(&logits) {
            *weight = exp_negative(largest.abs_diff(*z));
            self.total += *weight;
        }
        ln(self.total) + largest.abs_diff(logits[label])
    }

    /// Probability less truth, in Q30.
    fn error(&self, class: usize, label: usize) -> i64 {
        let probability = (self.weights[class] << 30) / self.total;
        probability as i64 - if class == label { ONE_Q30 as i64 } else { 0 }
    }
}

fn logit(row: &[i64], features: &[i64]) -> i64 {
    let (Some((bias, weights)), Some((_, features))) = (row.split_last(), features.split_last()) else { return 0 };
    let sum: i64 = weights.iter().zip(features).map(|(w, x)| w * x).sum();
    (sum >> 16) + bias
}

/// The gradient's sum over the batch in Q46, and the loss in Q16.
fn gradient(shape: &Shape, batch: &Batch, parameters: &[i64]) -> (Vec<i64>, u64) {
    let mut sums = vec![0i64; parameters.len()];
    let mut forward = Forward::new(shape);
    let mut loss = 0;
    for (features, label) in batch.examples(shape) {
        loss += forward.run(shape, parameters, features, label);
        for (class, row) in sums.chunks_exact_mut(shape.inputs).enumerate() {
            let error = forward.error(class, label);
            for (sum, x) in row.iter_mut().zip(features) {
                *sum += error * x;
            }
        }
    }
    (sums, loss)
}

fn loss(shape: &Shape, batch: &Batch, parameters: &[i64]) -> u64 {
    let mut forward = Forward::new(shape);
    batch.examples(shape).map(|(features, label)| forward.run(shape, parameters, features, label)).sum()
}

/// Checks step and loss.
fn check_step(shape: &Shape, batch: &Batch, before: &[i64], after: &[i64], rate: i64) -> Result<(), Refusal> {
    let (sums, loss_before) = gradient(shape, batch, before);
    let examples = batch.labels.len() as i64;
    for ((old, new), sum) in before.iter().zip(after).zip(&sums) {
        let mean = sum / examples;
        require(*new == old - ((rate * (mean >> 14)) >> 32), Refusal::Step)?;
    }
    require(loss(shape, batch, after) < loss_before, Refusal::Loss)
}

/// The public values of a step that lowers the loss, or the reason why there are none. See docs/proofs.md.
pub fn check(words: &[u64]) -> Result<PublicValues, Refusal> {
    let mut input = Input::new(words, LAYOUT)?;
    let (classes, features, examples) = (input.word()?, input.word()?, input.word()?);
    let known = (2..=MAX_CLASSES).contains(&classes)
        && (1..=MAX_FEATURES).contains(&features)
        && (1..=MAX_EXAMPLES).contains(&examples);
    require(known, Refusal::Model)?;
    let rate = input.word()?;
    require((1..=MAX_LEARNING_RATE).contains(&rate), Refusal::LearningRate)?;
    let salts: [_; 3] = [input.array()?, input.array()?, input.array()?];
    let run_manifest = input.array()?;
    let chain_id = input.word()?;
    let registry = input.address()?;
    let columns = features + 1;
    let tables = [
        Table::read(&mut input, examples, columns)?,
        Table::read(&mut input, classes, columns)?,
        Table::read(&mut input, classes, columns)?,
    ];
    input.end()?;

    let shape = Shape { classes: classes as usize, inputs: columns as usize };
    let batch = Batch::of(&tables[0], &shape, examples as usize)?;
    let (before, after) = (parameters(&tables[1], &shape)?, parameters(&tables[2], &shape)?);
    check_step(&shape, &batch, &before, &after, rate as i64)?;

    let mut values = PublicValues::with_capacity(11).uint(STATEMENT_VERSION);
    for (table, salt) in tables.iter().zip(salts) {
        values = values.words(&table.hash(salt, Cells::Fixed));
    }
    Ok(values
        .uint(classes)
        .uint(features)
        .uint(examples)
        .uint(rate)
        .words(run_manifest)
        .uint(chain_id)
        .address(registry))
}
