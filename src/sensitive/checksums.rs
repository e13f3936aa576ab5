//! The check digits of numbers that people are known by. Digits are ASCII.

/// The value of an ASCII digit.
pub fn value(digit: u8) -> u32 {
    u32::from(digit - b'0')
}

/// Digits as a number.
#[inline(never)]
pub fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &digit| number * 10 + u64::from(value(digit)))
}

/// Luhn's sum (ISO/IEC 7812): from the right every second digit doubled.
#[inline(never)]
pub fn luhn(digits: &[u8]) -> bool {
    let weighed = digits.iter().rev().zip(0u32..).map(|(&digit, place)| {
        let weighed = value(digit) * (1 + place % 2);
        weighed / 10 + weighed % 10
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

/// The remainder by 97 of digits and capital letters, A as 10 to Z as 35 (ISO/IEC 7064, MOD 97-10).
#[inline(never)]
pub fn remainder_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, character| match character {
        b'0'..=b'9' => (remainder * 10 + value(character)) % 97,
        letter => (remainder * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

/// The sum of digits, each times the weight at its place.
#[inline(never)]
pub fn weighed(digits: &[u8], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(&digit, weight)| value(digit) * weight).sum()
}

/// ISO/IEC 7064, MOD 11,10, as German tax numbers have it.
#[inline(never)]
pub fn mod_11_10(digits: &[u8]) -> bool {
    let Some((&check, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, &digit| {
        let sum = (value(digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == value(check)
}

/// Verhoeff's check over the dihedral group of ten elements.
#[inline(never)]
pub fn verhoeff(digits: &[u8]) -> bool {
    /// What a digit becomes, one place further left each time.
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = digits.iter().rev().zip(0..).fold(0, |check, (&digit, place)| {
        let permuted = (0..place % 8).fold(digit - b'0', |digit, _| PERMUTATION[digit as usize]);
        product(check, permuted)
    });
    check == 0
}

/// Whether month and day can be, each of two digits.
#[inline(never)]
pub fn is_date(month: &[u8], day: &[u8]) -> bool {
    (1..=12).contains(&number(month)) && (1..=31).contains(&number(day))
}
