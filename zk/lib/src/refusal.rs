//! Why an input proves nothing.

/// Why there is no proof for an input. The codes are the ones of the vectors in `spec/`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Of a layout that this statement does not read.
    Layout,
    /// Ends early.
    Truncated,
    /// Goes on after its end.
    Trailing,
    /// An address with bytes behind its 20.
    Address,
    /// No purpose, several, or one that is no use of a model's data.
    Purpose,
    /// The run ends before it starts, or beyond 40 bits.
    Times,
    /// No license at all.
    NoLicense,
    /// Licenses do not ascend by id and content root.
    LicenseOrder,
    /// Version zero, or beyond 32 bits.
    Version,
    /// Uses beyond 16 bits, or without the one of the run's purpose.
    Uses,
    /// A license without entries.
    NoEntries,
    /// A count of zero, counts in a form that is not the only one, or another number of entries than declared.
    Count,
    /// A sum beyond 64 bits.
    Overflow,
    /// No chunk's leaf.
    Leaf,
    /// Entries, ids or rows out of order, or twice.
    Order,
    /// A chunk beyond the tree.
    Index,
    /// Siblings missing or left over.
    Siblings,
    /// The chunks do not lie under the content root.
    ContentRoot,
    /// The ids are not the version's record set.
    RecordRoot,
    /// The ids are not the version's withdrawn set.
    RevokedRoot,
    /// Records beyond the set, or a run of none.
    Selection,
    /// An entry was withdrawn.
    Revoked,
    /// A table without rows or columns, or with too many.
    Table,
    /// No quasi-identifier, or one beyond the table.
    Columns,
    /// k below two or beyond 32 bits.
    K,
    /// A group with fewer than k rows.
    Group,
    /// Values behind the last one.
    Padding,
    /// A model of no or too many classes, features or examples.
    Model,
    /// No learning rate, or one above 16.
    LearningRate,
    /// A feature or parameter out of range.
    Range,
    /// A label that is no class.
    Label,
    /// The second parameters are not the first after one step.
    Step,
    /// The loss does not fall.
    Loss,
}

impl Refusal {
    /// Stable name of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Truncated => "truncated",
            Self::Trailing => "trailing",
            Self::Address => "address",
            Self::Purpose => "purpose",
            Self::Times => "times",
            Self::NoLicense => "no-license",
            Self::LicenseOrder => "license-order",
            Self::Version => "version",
            Self::Uses => "uses",
            Self::NoEntries => "no-entries",
            Self::Count => "count",
            Self::Overflow => "overflow",
            Self::Leaf => "leaf",
            Self::Order => "order",
            Self::Index => "index",
            Self::Siblings => "siblings",
            Self::ContentRoot => "content-root",
            Self::RecordRoot => "record-root",
            Self::RevokedRoot => "revoked-root",
            Self::Selection => "selection",
            Self::Revoked => "revoked",
            Self::Table => "table",
            Self::Columns => "columns",
            Self::K => "k",
            Self::Group => "group",
            Self::Padding => "padding",
            Self::Model => "model",
            Self::LearningRate => "learning-rate",
            Self::Range => "range",
            Self::Label => "label",
            Self::Step => "step",
            Self::Loss => "loss",
        }
    }
}
