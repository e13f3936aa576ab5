//! Made-up identifiers with right checksums, in sentences, and what only looks like them. Checksums are computed as their
//! definitions say, by trying each check digit, and not as the scanner computes them.

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn from<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| self.from(alphabet.as_bytes()) as char).collect()
    }

    pub fn digits(&mut self, length: usize) -> String {
        self.text("0123456789", length)
    }

    /// A number of this width from `start` to `end`, both included.
    fn number(&mut self, start: u64, end: u64, width: usize) -> String {
        format!("{:0width$}", start + self.below(end - start + 1))
    }
}

pub const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An identifier as it is written, and the words without which nobody could tell what it is.
pub struct Identifier {
    pub kind: &'static str,
    pub value: String,
    pub context: Option<&'static str>,
}

pub const KINDS: [&str; 16] = [
    "secret", "email", "iban", "card", "id-br", "id-de", "id-es", "id-fr", "id-gb", "id-in", "id-it", "id-nl", "id-pl",
    "id-se", "id-us", "phone",
];

/// An identifier of `kind`.
pub fn identifier(kind: &'static str, dice: &mut Dice) -> Identifier {
    let (value, context) = match kind {
        "secret" => secret(dice),
        "email" => (email(dice), None),
        "iban" => (iban(dice), None),
        "card" => (card(dice), None),
        "id-br" => brazil(dice),
        "id-de" => (germany(dice), None),
        "id-es" => (spain(dice), None),
        "id-fr" => (france(dice), None),
        "id-gb" => (united_kingdom(dice), None),
        "id-in" => india(dice),
        "id-it" => (italy(dice), None),
        "id-nl" => netherlands(dice),
        "id-pl" => (poland(dice), Some("PESEL")),
        "id-se" => sweden(dice),
        "id-us" => united_states(dice),
        _ => phone(dice),
    };
    Identifier { kind, value, context }
}

/// `digits` in groups of these lengths.
pub fn grouped(digits: &str, lengths: &[usize], separator: &str) -> String {
    let mut start = 0;
    let groups: Vec<&str> = lengths
        .iter()
        .map(|length| {
            start += length;
            &digits[start - length..start]
        })
        .collect();
    groups.join(separator)
}

fn values(digits: &str) -> Vec<u64> {
    digits.chars().map(|digit| u64::from(digit.to_digit(10).expect("a digit"))).collect()
}

/// `digits` with the last digit that `holds`.
fn checked(digits: &str, holds: impl Fn(&[u64]) -> bool) -> Option<String> {
    (0..10).map(|check| format!("{digits}{check}")).find(|all| holds(&values(all)))
}

pub fn luhn(digits: &[u64]) -> bool {
    let doubled = |value: u64| [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][value as usize];
    let parity = digits.len() % 2;
    let sum: u64 = (0..digits.len()).map(|at| if at % 2 == parity { doubled(digits[at]) } else { digits[at] }).sum();
    sum.is_multiple_of(10)
}

/// The remainder by 97 of a number of any length.
pub fn mod_97(text: &str) -> u64 {
    let digits: String =
        text.chars().map(|letter| letter.to_digit(36).expect("a letter or digit").to_string()).collect();
    digits.chars().fold(0, |rest, digit| (rest * 10 + u64::from(digit.to_digit(10).expect("a digit"))) % 97)
}

fn secret(dice: &mut Dice) -> (String, Option<&'static str>) {
    match dice.below(8) {
        0 => (format!("ghp_{}", dice.text(ALPHANUMERIC, 36)), None),
        1 => (format!("AKIA{}", dice.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)), None),
        2 => (format!("sk_live_{}", dice.text(ALPHANUMERIC, 24)), None),
        3 => (format!("xoxb-{}-{}-{}", dice.digits(12), dice.digits(12), dice.text(ALPHANUMERIC, 24)), None),
        4 => {
            let (claims, signature) = (dice.text(ALPHANUMERIC, 60), dice.text(ALPHANUMERIC, 43));
            (format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ{claims}.{signature}"), None)
        }
        5 => (dice.text("0123456789abcdef", 40), Some("api_key=")),
        6 => (dice.text(ALPHANUMERIC, 40), Some("client_secret: ")),
        _ => (format!("{}{}!", dice.from(&["Winter", "Sommer", "ocean", "Tulip"]), dice.digits(4)), Some("password: ")),
    }
}

fn email(dice: &mut Dice) -> String {
    let first = dice.from(&["ada", "Grace", "j.r", "müller", "o'neil", "x_y", "kim+lists"]);
    let host = dice.from(&["example", "mail.example", "post-amt", "uni.sub"]);
    let top = dice.from(&["com", "org", "de", "co.uk", "museum"]);
    format!("{first}{}@{host}.{top}", dice.below(1000))
}

fn iban(dice: &mut Dice) -> String {
    let (country, rest) = match dice.below(4) {
        0 => ("DE", dice.digits(18)),
        1 => ("GB", format!("{}{}", dice.text(CAPITALS, 4), dice.digits(14))),
        2 => ("FR", format!("{}{}{}", dice.digits(10), dice.text("ABCXYZ0123456789", 11), dice.digits(2))),
        _ => ("NO", dice.digits(11)),
    };
    let check = 98 - mod_97(&format!("{rest}{country}00"));
    let whole = format!("{country}{check:02}{rest}");
    if dice.below(2) == 0 {
        return whole;
    }
    whole.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).expect("ASCII")).collect::<Vec<_>>().join(" ")
}

fn card(dice: &mut Dice) -> String {
    let (prefix, length) =
        dice.from(&[("4", 16), ("51", 16), ("2320", 16), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14)]);
    let digits = format!("{prefix}{}", dice.digits(length - 1 - prefix.len()));
    let digits = checked(&digits, luhn).expect("a check digit");
    match (dice.below(3), length) {
        (0, 16) => grouped(&digits, &[4, 4, 4, 4], " "),
        (1, 16) => grouped(&digits, &[4, 4, 4, 4], "-"),
        (0, 15) => grouped(&digits, &[4, 6, 5], " "),
        _ => digits,
    }
}

fn brazil(dice: &mut Dice) -> (String, Option<&'static str>) {
    let check = |digits: &[u64]| {
        let places = digits.len() - 1;
        let sum: u64 = (0..places).map(|at| digits[at] * (places + 1 - at) as u64).sum();
        digits[places] == if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    let digits = checked(&format!("1{}", dice.digits(8)), check).expect("a check digit");
    let digits = checked(&digits, check).expect("a check digit");
    if dice.below(3) == 0 {
        return (digits, Some("CPF"));
    }
    (format!("{}-{}", grouped(&digits[..9], &[3, 3, 3], "."), &digits[9..]), None)
}

fn germany(dice: &mut Dice) -> String {
    loop {
        let mut digits: Vec<char> = "1234567890".chars().collect();
        (1..10).for_each(|at| digits.swap(at, dice.below(at as u64 + 1) as usize));
        // One digit takes the place of another.
        let (from, to) = (dice.below(10) as usize, dice.below(10) as usize);
        digits[to] = digits[from];
        let digits: String = digits.into_iter().collect();
        let holds = |digits: &[u64]| {
            let product = digits[..10].iter().fold(10, |product, digit| match (digit + product) % 10 {
                0 => 20 % 11,
                sum => sum * 2 % 11,
            });
            digits[10] == if product == 1 { 0 } else { 11 - product }
        };
        if from == to || digits.starts_with('0') {
            continue;
        }
        if let Some(digits) = checked(&digits, holds) {
            return if dice.below(2) == 0 { digits } else { grouped(&digits, &[2, 3, 3, 3], " ") };
        }
    }
}

fn spain(dice: &mut Dice) -> String {
    let letter = |number: u64| "TRWAGMYFPDXBNJZSQVHLCKE".as_bytes()[(number % 23) as usize] as char;
    let digits = dice.digits(8);
    let number: u64 = digits.parse().expect("a number");
    match dice.below(4) {
        0 => format!("{digits}{}", letter(number)),
        1 => format!("{}-{}", grouped(&digits, &[2, 3, 3], "."), letter(number)),
        2 => format!("{digits}-{}", letter(number)),
        _ => {
            let digits = dice.digits(7);
            let (first, leading) = dice.from(&[('X', 0), ('Y', 1), ('Z', 2)]);
            let number: u64 = format!("{leading}{digits}").parse().expect("a number");
            let hyphen = dice.from(&["", "-"]);
            format!("{first}{hyphen}{digits}{hyphen}{}", letter(number))
        }
    }
}

fn france(dice: &mut Dice) -> String {
    let department = dice.from(&["01", "33", "75", "2A", "2B", "97"]);
    let number = format!(
        "{}{}{}{department}{}{}",
        dice.from(&["1", "2"]),
        dice.digits(2),
        dice.number(1, 12, 2),
        dice.digits(3),
        dice.digits(3)
    );
    let numeric: u64 = number.replace("2A", "19").replace("2B", "18").parse().expect("a number");
    let numeric = if department.starts_with('2') { numeric } else { number.parse().expect("a number") };
    let whole = format!("{number}{:02}", 97 - numeric % 97);
    if dice.below(2) == 0 { whole } else { grouped(&whole, &[1, 2, 2, 2, 3, 3, 2], " ") }
}

fn united_kingdom(dice: &mut Dice) -> String {
    let prefix = dice.from(&["AB", "CE", "JM", "PW", "SY", "ZX"]);
    let (digits, suffix) = (dice.digits(6), dice.from(&["A", "B", "C", "D"]));
    match dice.below(3) {
        0 => format!("{prefix}{digits}{suffix}"),
        1 => format!("{prefix} {} {suffix}", grouped(&digits, &[2, 2, 2], " ")),
        _ => format!("{prefix} {digits} {suffix}"),
    }
}

fn india(dice: &mut Dice) -> (String, Option<&'static str>) {
    // The multiplication table of the dihedral group of ten elements, and the powers of the permutation.
    const PRODUCTS: [&str; 10] = [
        "0123456789",
        "1234067895",
        "2340178956",
        "3401289567",
        "4012395678",
        "5987604321",
        "6598710432",
        "7659821043",
        "8765932104",
        "9876543210",
    ];
    const POWERS: [&str; 8] = [
        "0123456789",
        "1576283094",
        "5803796142",
        "8916043527",
        "9453126870",
        "4286573901",
        "2793806415",
        "7046913258",
    ];
    let at = |table: &[&str], row: u64, column: u64| u64::from(table[row as usize].as_bytes()[column as usize] - b'0');
    let holds = |digits: &[u64]| {
        let places = digits.iter().rev().zip(0..);
        places.fold(0, |check, (digit, place)| at(&PRODUCTS, check, at(&POWERS, place % 8, *digit))) == 0
    };
    let digits = checked(&format!("{}{}", dice.number(2, 9, 1), dice.digits(10)), holds).expect("a check digit");
    if dice.below(3) == 0 { (digits, Some("Aadhaar")) } else { (grouped(&digits, &[4, 4, 4], " "), None) }
}

fn italy(dice: &mut Dice) -> String {
    let consonants = "BCDFGLMNPRSTVZ";
    let code = format!(
        "{}{}{}{}{}{}",
        dice.text(consonants, 6),
        dice.digits(2),
        dice.text("ABCDEHLMPRST", 1),
        dice.number(1, 31, 2),
        dice.text("ABCDEFGHIL", 1),
        dice.digits(3)
    );
    let odd = |letter: char| match letter {
        '0' | 'A' => 1,
        '1' | 'B' => 0,
        '2' | 'C' => 5,
        '3' | 'D' => 7,
        '4' | 'E' => 9,
        '5' | 'F' => 13,
        '6' | 'G' => 15,
        '7' | 'H' => 17,
        '8' | 'I' => 19,
        '9' | 'J' => 21,
        'K' => 2,
        'L' => 4,
        'M' => 18,
        'N' => 20,
        'O' => 11,
        'P' => 3,
        'Q' => 6,
        'R' => 8,
        'S' => 12,
        'T' => 14,
        'U' => 16,
        'V' => 10,
        'W' => 22,
        'X' => 25,
        'Y' => 24,
        _ => 23,
    };
    let even = |letter: char| letter.to_digit(10).unwrap_or_else(|| letter as u32 - 'A' as u32);
    let sum: u32 =
        code.chars().enumerate().map(|(at, letter)| if at % 2 == 0 { odd(letter) } else { even(letter) }).sum();
    format!("{code}{}", (b'A' + (sum % 26) as u8) as char)
}

fn netherlands(dice: &mut Dice) -> (String, Option<&'static str>) {
    let holds = |digits: &[u64]| {
        let sum: u64 = (0..8).map(|at| digits[at] * (9 - at as u64)).sum();
        sum % 11 == digits[8]
    };
    loop {
        if let Some(digits) = checked(&format!("1{}", dice.digits(7)), holds) {
            let value = if dice.below(2) == 0 { digits } else { grouped(&digits, &[3, 3, 3], " ") };
            return (value, Some(dice.from(&["BSN", "burgerservicenummer"])));
        }
    }
}

fn poland(dice: &mut Dice) -> String {
    let (year, month, day) = (dice.digits(2), dice.number(1, 12, 2), dice.number(1, 28, 2));
    let digits = format!("{year}{month}{day}{}", dice.digits(4));
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    checked(&digits, |digits| digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u64>() % 10 == 0)
        .expect("a check digit")
}

fn sweden(dice: &mut Dice) -> (String, Option<&'static str>) {
    let digits = format!("{}{}{}{}", dice.digits(2), dice.number(1, 12, 2), dice.number(1, 28, 2), dice.digits(3));
    let digits = checked(&digits, luhn).expect("a check digit");
    match dice.below(3) {
        0 => (digits, Some("personnummer")),
        1 => (grouped(&digits, &[6, 4], "-"), None),
        _ => (format!("19{}", grouped(&digits, &[6, 4], "-")), None),
    }
}

fn united_states(dice: &mut Dice) -> (String, Option<&'static str>) {
    let digits = format!("{}{}{}", dice.number(1, 665, 3), dice.number(1, 99, 2), dice.number(1, 9999, 4));
    match dice.below(3) {
        0 => (digits, Some("SSN")),
        _ => (grouped(&digits, &[3, 2, 4], "-"), None),
    }
}

fn phone(dice: &mut Dice) -> (String, Option<&'static str>) {
    let area = dice.number(212, 899, 3);
    let exchange = dice.number(220, 999, 3).replace("11", "12");
    match dice.below(8) {
        0 => (format!("({area}) {exchange}-{}", dice.digits(4)), None),
        1 => (format!("{area}-{exchange}-{}", dice.digits(4)), None),
        2 => (format!("+1 {area} {exchange} {}", dice.digits(4)), None),
        3 => (format!("+49 {} {}", dice.from(&["30", "89", "171"]), dice.digits(7)), None),
        4 => (format!("+44 (0)20 {} {}", dice.digits(4), dice.digits(4)), None),
        5 => (format!("06 {} {} {} {}", dice.digits(2), dice.digits(2), dice.digits(2), dice.digits(2)), None),
        6 => (format!("030/{}", dice.number(1_000_000, 9_999_999, 7)), None),
        _ => (dice.number(2_000_000, 9_999_999, 7), Some(dice.from(&["Tel.", "phone", "call"]))),
    }
}

/// A text that holds no identifier, and looks as if it did. `index` chooses the kind.
pub fn look_alike(index: usize, dice: &mut Dice) -> String {
    match index % 25 {
        // Right shapes with a wrong check digit.
        0 => broken(card(dice)),
        1 => broken(iban(dice)),
        2 => broken(germany(dice)),
        3 => broken(france(dice)),
        4 => broken(brazil(dice).0),
        5 => broken(india(dice).0),
        6 => broken(sweden(dice).0),
        7 => other_letter(spain(dice)),
        8 => other_letter(italy(dice)),
        9 => format!("{}{}{}", dice.from(&["QQ", "DA", "BG", "OO", "UV"]), dice.digits(6), dice.from(&["A", "E", "Z"])),
        10 => format!("{}-{}-{}", dice.from(&["000", "666", "912"]), dice.digits(2), dice.digits(4)),
        11 => format!("{}.{}.{}.{}", dice.below(30), dice.below(300), dice.below(9000), dice.below(99999)),
        12 => format!("978-3-16-{}-{}", dice.digits(6), dice.below(10)),
        13 => format!("0-{}-{}-{}", dice.digits(3), dice.digits(5), dice.below(10)),
        14 => format!(
            "{}-{}-{} 13:{}:52",
            dice.number(1990, 2030, 4),
            dice.number(1, 12, 2),
            dice.number(1, 28, 2),
            dice.number(0, 59, 2)
        ),
        15 => format!("17{}", dice.digits(11)),
        16 => format!("commit {}", dice.text("0123456789abcdef", 40)),
        17 => format!("sha256:{}", dice.text("0123456789abcdef", 64)),
        18 => {
            let mut part = |length| dice.text("0123456789abcdef", length);
            format!("{}-{}-{}-{}-{}", part(8), part(4), part(4), part(4), part(12))
        }
        19 => {
            let length = dice.from(&[6, 7, 8, 9, 10, 11, 12]);
            format!("order {}", dice.digits(length))
        }
        20 => format!("1Z{}{}", dice.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 6), dice.digits(10)),
        21 => format!("192.168.{}.{}:8080", dice.below(256), dice.below(256)),
        22 => format!(
            "{}@{}.{}.{}",
            dice.from(&["lodash", "left-pad", "react"]),
            dice.below(20),
            dice.below(20),
            dice.below(20)
        ),
        23 => format!("cache_key={}", dice.text("0123456789abcdef", 32)),
        _ => format!(
            "{},{}.{} km², {}:{}",
            dice.below(999),
            dice.digits(3),
            dice.digits(2),
            dice.below(24),
            dice.number(0, 59, 2)
        ),
    }
}

/// With another last digit.
fn broken(value: String) -> String {
    let at = value.rfind(|letter: char| letter.is_ascii_digit()).expect("a digit");
    let digit = (value.as_bytes()[at] - b'0' + 1) % 10;
    format!("{}{digit}{}", &value[..at], &value[at + 1..])
}

/// With another letter at the end.
fn other_letter(mut value: String) -> String {
    let last = value.pop().expect("a letter");
    value.push(if last == 'B' { 'C' } else { 'B' });
    value
}

/// A sentence with `value` in it, at byte `.1`.
pub fn sentence(value: &str, context: Option<&str>, dice: &mut Dice) -> (String, usize) {
    let before = match context {
        Some(context) if context.ends_with(['=', ' ']) => dice.from(&["", "Set ", "# "]).to_owned() + context,
        Some(context) => {
            format!("{}{context}{}", dice.from(&["", "Her ", "the "]), dice.from(&[" ", ": ", " is ", " (", " no. "]))
        }
        None => dice
            .from(&[
                "",
                "See ",
                "It is ",
                "Bitte ",
                "Contrat : ",
                "- ",
                "\"",
                "(",
                "| ",
                "name,",
                "a\tb\t",
                "<b>",
                "… ",
                "Ref. ",
            ])
            .to_owned(),
    };
    let after = dice.from(&["", ".", ", please", " and then", ")", "\"", ";", "\n", " | x", "? Yes", "!", " – so"]);
    (format!("{before}{value}{after}"), before.len())
}
