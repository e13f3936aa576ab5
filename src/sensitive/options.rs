//! What is looked for, and what becomes of it.

use serde::{Deserialize, Serialize};

/// A kind of what is sensitive. Where two findings overlap, the kind that comes first here is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Keys, tokens and passwords: by the shapes that their makers gave them, and whatever looks random after a name such as
    /// `api_key=`.
    Secret,
    Email,
    /// International bank account numbers.
    Iban,
    /// Payment cards.
    Card,
    /// Brazil: CPF.
    IdBr,
    /// Germany: Steuer-ID.
    IdDe,
    /// Spain: DNI and NIE.
    IdEs,
    /// France: numéro de sécurité sociale (NIR).
    IdFr,
    /// United Kingdom: National Insurance number.
    IdGb,
    /// India: Aadhaar.
    IdIn,
    /// Italy: codice fiscale.
    IdIt,
    /// Netherlands: burgerservicenummer (BSN).
    IdNl,
    /// Poland: PESEL.
    IdPl,
    /// Sweden: personnummer.
    IdSe,
    /// United States: Social Security number.
    IdUs,
    Phone,
}

impl Kind {
    pub const ALL: [Self; 16] = [
        Self::Secret,
        Self::Email,
        Self::Iban,
        Self::Card,
        Self::IdBr,
        Self::IdDe,
        Self::IdEs,
        Self::IdFr,
        Self::IdGb,
        Self::IdIn,
        Self::IdIt,
        Self::IdNl,
        Self::IdPl,
        Self::IdSe,
        Self::IdUs,
        Self::Phone,
    ];

    /// What stands in place of a value of this kind: its name in brackets.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Secret => "[secret]",
            Self::Email => "[email]",
            Self::Iban => "[iban]",
            Self::Card => "[card]",
            Self::IdBr => "[id-br]",
            Self::IdDe => "[id-de]",
            Self::IdEs => "[id-es]",
            Self::IdFr => "[id-fr]",
            Self::IdGb => "[id-gb]",
            Self::IdIn => "[id-in]",
            Self::IdIt => "[id-it]",
            Self::IdNl => "[id-nl]",
            Self::IdPl => "[id-pl]",
            Self::IdSe => "[id-se]",
            Self::IdUs => "[id-us]",
            Self::Phone => "[phone]",
        }
    }

    /// Its name, as options and counts have it.
    pub fn name(self) -> &'static str {
        self.placeholder().trim_matches(['[', ']'])
    }
}

/// Some kinds, written as a list in the order of [`Kind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Kind>", into = "Vec<Kind>")]
pub struct Kinds(u32);

impl Kinds {
    pub fn contains(self, kind: Kind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }
}

impl From<Vec<Kind>> for Kinds {
    fn from(kinds: Vec<Kind>) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u32))
    }
}

impl From<Kinds> for Vec<Kind> {
    fn from(kinds: Kinds) -> Self {
        Kind::ALL.into_iter().filter(|kind| kinds.contains(*kind)).collect()
    }
}

/// What becomes of a document that holds something sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// It stays as it is. How much of each kind it holds is told by its metadata, under `sensitive.` and the kind's name.
    Mark,
    /// Placeholders take the place of what was found before anything is made of the text; the counts are kept as well.
    Mask,
    /// It is refused.
    Refuse,
}

/// How a collection treats what is sensitive. Part of an index's identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveOptions {
    pub policy: Policy,
    /// What is looked for; all kinds, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Kinds>,
}

impl SensitiveOptions {
    /// Whether this kind is looked for.
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_none_or(|kinds| kinds.contains(kind))
    }
}
