//! Identifiers as others write them, in sentences of other forms, and other look-alikes than those that the scanner was made with: what
//! was measured over these the first time stands in `docs/sensitive.md`.

use super::identifiers::{ALPHANUMERIC, CAPITALS, Dice, Identifier, grouped, identifier, mod_97};

const HEXADECIMAL: &str = "0123456789abcdef";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// An identifier of `kind` in another form than [`identifier`] gives it.
pub fn written_otherwise(kind: &'static str, dice: &mut Dice) -> Identifier {
    let familiar = identifier(kind, dice);
    let bare: String = familiar.value.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let (value, context) = match kind {
        "secret" => secret(dice),
        "email" => (email(dice), None),
        "iban" => (iban(dice), None),
        "card" => (card(&bare, dice), None),
        "id-br" if familiar.context.is_some() => (bare, Some(dice.from(&["CPF nº", "CPF do titular", "cpf"]))),
        "id-br" => (familiar.value, None),
        "id-de" => (grouped(&bare, &[2, 3, 3, 3], dice.from(&["\u{a0}", "\u{202f}", ""])), None),
        "id-es" => (spain(&bare, dice), None),
        "id-fr" => (france(&bare, dice), None),
        "id-gb" => (united_kingdom(&bare, dice), None),
        "id-in" if familiar.context.is_some() => (bare, Some(dice.from(&["Aadhaar number", "Aadhaar card", "UIDAI"]))),
        "id-in" => (grouped(&bare, &[4, 4, 4], dice.from(&["-", "\u{a0}"])), None),
        "id-it" => (if dice.below(2) == 0 { bare.to_lowercase() } else { grouped(&bare, &[3, 3, 5, 5], " ") }, None),
        "id-nl" => {
            let value = match dice.below(3) {
                0 => bare,
                1 => grouped(&bare, &[4, 2, 3], "."),
                _ => grouped(&bare, &[3, 3, 3], "."),
            };
            (value, Some(dice.from(&["BSN-nummer", "bsn", "Burgerservicenummer (BSN)", "burgerservicenr."])))
        }
        "id-pl" => (bare, Some(dice.from(&["nr PESEL", "numer PESEL", "pesel"]))),
        "id-se" => sweden(&bare, dice),
        "id-us" => united_states(&bare, familiar.context.is_some(), dice),
        _ => phone(dice),
    };
    Identifier { kind, value, context }
}

fn secret(dice: &mut Dice) -> (String, Option<&'static str>) {
    match dice.below(14) {
        0 => (format!("glpat-{}", dice.text(ALPHANUMERIC, 20)), None),
        1 => (format!("AIza{}", dice.text(ALPHANUMERIC, 35)), None),
        2 => (format!("npm_{}", dice.text(ALPHANUMERIC, 36)), None),
        3 => (format!("hf_{}", dice.text(ALPHANUMERIC, 34)), None),
        4 => (format!("SG.{}.{}", dice.text(ALPHANUMERIC, 22), dice.text(ALPHANUMERIC, 43)), None),
        5 => (format!("sk-proj-{}_{}", dice.text(ALPHANUMERIC, 40), dice.text(ALPHANUMERIC, 30)), None),
        6 => (format!("sk-ant-api03-{}-{}AA", dice.text(ALPHANUMERIC, 50), dice.text(ALPHANUMERIC, 42)), None),
        7 => (format!("github_pat_{}_{}", dice.text(ALPHANUMERIC, 22), dice.text(ALPHANUMERIC, 59)), None),
        8 => (format!("{}:AA{}", dice.digits(10), dice.text(ALPHANUMERIC, 33)), Some("bot_token")),
        9 => (dice.text(BASE64, 40), Some("aws_secret_access_key")),
        10 => (format!("{}==", dice.text(BASE64, 86)), Some("AccountKey")),
        11 => (
            dice.text(HEXADECIMAL, 32),
            Some(dice.from(&["CLIENT_SECRET", "x-api-key", "authToken", "ENCRYPTION_KEY"])),
        ),
        12 => {
            (format!("{}-{}!", dice.from(&["Kobold", "sunny", "Passwort", "Ulme"]), dice.digits(3)), Some("Password"))
        }
        _ => {
            let word = dice.from(&["correct", "Hafen", "minou", "tigre"]);
            (
                format!("{word}{}#{}", dice.digits(2), dice.text(ALPHANUMERIC, 3)),
                Some(dice.from(&["pwd", "passwd", "db_password"])),
            )
        }
    }
}

fn email(dice: &mut Dice) -> String {
    let first = dice.from(&["ADA.LOVELACE", "info", "no-reply", "łukasz", "a.b.c", "kontakt_2", "x"]);
    let host = dice.from(&["163", "mx1.example", "büro", "my-firm", "a.b.c.example", "EXAMPLE"]);
    let top = dice.from(&["net", "io", "photography", "com.br", "ac.uk", "ORG", "info"]);
    format!("{first}{}@{host}.{top}", dice.from(&["", "7", "-x", "+shop", "1984"]))
}

fn iban(dice: &mut Dice) -> String {
    let (country, rest) = match dice.below(8) {
        0 => ("NL", format!("{}{}", dice.text(CAPITALS, 4), dice.digits(10))),
        1 => ("IT", format!("{}{}", dice.text(CAPITALS, 1), dice.digits(22))),
        2 => ("ES", dice.digits(20)),
        3 => ("CH", dice.digits(17)),
        4 => ("PL", dice.digits(24)),
        5 => ("BE", dice.digits(12)),
        6 => ("MT", format!("{}{}{}", dice.text(CAPITALS, 4), dice.digits(5), dice.text("ABC0123456789", 18))),
        _ => ("SE", dice.digits(20)),
    };
    let whole = format!("{country}{:02}{rest}", 98 - mod_97(&format!("{rest}{country}00")));
    let groups: Vec<&str> =
        whole.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).expect("ASCII")).collect();
    match dice.below(4) {
        0 => whole,
        1 => whole.to_lowercase(),
        2 => groups.join("\u{a0}"),
        _ => groups.join("-"),
    }
}

fn card(bare: &str, dice: &mut Dice) -> String {
    match (bare.len(), dice.below(3)) {
        (16, 0) => grouped(bare, &[4, 4, 4, 4], "\u{a0}"),
        (16, 1) => grouped(bare, &[4, 4, 4, 4], "."),
        (15, 0) => grouped(bare, &[4, 6, 5], "-"),
        (14, 0) => grouped(bare, &[4, 6, 4], " "),
        _ => bare.to_owned(),
    }
}

fn spain(bare: &str, dice: &mut Dice) -> String {
    let (body, letter) = bare.split_at(8);
    match (bare.starts_with(|first: char| first.is_ascii_digit()), dice.below(3)) {
        (_, 0) => bare.to_lowercase(),
        (true, 1) => format!("{body} {letter}"),
        (true, _) => format!("{} {letter}", grouped(body, &[2, 3, 3], ".")),
        (false, 1) => format!("{} {} {letter}", &body[..1], &body[1..]),
        (false, _) => format!("{body}-{letter}"),
    }
}

fn france(bare: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => grouped(bare, &[1, 2, 2, 2, 3, 3, 2], "\u{a0}"),
        1 => grouped(bare, &[1, 2, 2, 2, 3, 3, 2], "."),
        _ => format!("{} {}", &bare[..13], &bare[13..]),
    }
}

fn united_kingdom(bare: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => grouped(bare, &[2, 2, 2, 2, 1], "-"),
        1 => bare.to_lowercase(),
        _ => grouped(bare, &[2, 2, 2, 2, 1], "\u{a0}"),
    }
}

fn sweden(bare: &str, dice: &mut Dice) -> (String, Option<&'static str>) {
    let short = &bare[bare.len() - 10..];
    match dice.below(4) {
        0 => (grouped(short, &[6, 4], "+"), None),
        1 => (format!("19{}", grouped(short, &[6, 4], " ")), Some("personnummer")),
        2 => (format!("19{short}"), Some(dice.from(&["Personnr.", "födelsedatum och personnummer"]))),
        _ => (grouped(short, &[6, 4], "–"), None),
    }
}

fn united_states(bare: &str, named: bool, dice: &mut Dice) -> (String, Option<&'static str>) {
    if named {
        return (bare.to_owned(), Some(dice.from(&["SSN#", "Social Security number", "social security no."])));
    }
    match dice.below(3) {
        0 => (grouped(bare, &[3, 2, 4], " "), Some(dice.from(&["SSN", "Social Security Number"]))),
        _ => (grouped(bare, &[3, 2, 4], dice.from(&["-", "–"])), None),
    }
}

fn phone(dice: &mut Dice) -> (String, Option<&'static str>) {
    let mut some = |length: usize| {
        let first = dice.text("23456789", 1);
        first + &dice.digits(length - 1)
    };
    let (two, three, four, seven) = (some(2), some(3), some(4), some(7));
    let pairs = [some(2), some(2), some(2), some(2)];
    let value = match dice.below(18) {
        0 => format!("+33 6 {}", pairs.join(" ")),
        1 => format!("+1-{three}-{}-{four}", three.replace("11", "12")),
        2 => format!("1-800-{three}-{four}"),
        3 => format!("0049 30 {seven}"),
        4 => format!("+91 98{three} {}{three}", two),
        5 => format!("+81-3-{four}-{four}"),
        6 => format!("020 7{three} {four}"),
        7 => format!("07700 900{three}"),
        8 => format!("089 / {three} {two} {}", pairs[0]),
        9 => format!("01.{}", pairs.join(".")),
        10 => format!("+55 (11) 9{four}-{four}"),
        11 => format!("0171-{seven}"),
        12 => format!("+46 70-{three} {two} {}", pairs[1]),
        13 => format!("tel:+49{two}{seven}").replacen("tel:", "", 1),
        14 => format!("+7 (495) {three}-{two}-{}", pairs[2]),
        15 => format!("+390{two}{seven}"),
        _ => {
            let words = [
                "Telefonnummer",
                "Tél.",
                "Mobile no.",
                "WhatsApp",
                "numéro de téléphone",
                "Cell",
                "Tel.-Nr.",
                "Handynummer",
            ];
            let value = if dice.below(2) == 0 { seven } else { format!("{three}-{four}") };
            return (value, Some(dice.from(&words)));
        }
    };
    (value, None)
}

/// A text that holds no identifier, and looks as if it did. `index` chooses the kind.
pub fn look_alike(index: usize, dice: &mut Dice) -> String {
    let number = |dice: &mut Dice, start: u64, end: u64| start + dice.below(end - start);
    match index % 40 {
        0 => format!(
            "v{}.{}.{}-{}-g{}",
            dice.below(9),
            dice.below(30),
            dice.below(30),
            dice.below(300),
            dice.text(HEXADECIMAL, 7)
        ),
        1 => format!(
            "doi:10.{}/s{}-0{}-{}-{}",
            dice.digits(4),
            dice.digits(5),
            dice.digits(2),
            dice.digits(4),
            dice.below(10)
        ),
        2 => format!(
            "arXiv:{}{}.{}v{}",
            number(dice, 10, 26),
            dice.from(&["01", "07", "11"]),
            dice.digits(5),
            number(dice, 1, 5)
        ),
        3 => ean(dice),
        4 => format!(
            "ISSN {}-{}, ORCID 0000-000{}-{}-{}",
            dice.digits(4),
            dice.digits(4),
            dice.below(4),
            dice.digits(4),
            dice.digits(4)
        ),
        5 => format!(
            "{} {}, seat {}{}",
            dice.from(&["LH", "BA", "AF"]),
            dice.digits(4),
            number(dice, 1, 40),
            dice.text("ABCDEF", 1)
        ),
        6 => format!("{}.{}, {}.{}", number(dice, 10, 60), dice.digits(6), number(dice, 10, 99), dice.digits(6)),
        7 => format!(
            "INV-{}-{} and RE {}/{}",
            number(dice, 2019, 2027),
            dice.digits(6),
            number(dice, 2019, 2027),
            dice.digits(5)
        ),
        8 => format!(
            "pp. {}-{}, {}-{} and {}",
            number(dice, 100, 400),
            number(dice, 401, 999),
            dice.digits(3),
            dice.digits(3),
            dice.digits(4)
        ),
        9 => format!("17{}", dice.digits(17)),
        10 => format!("etag \"{}\"", dice.text(HEXADECIMAL, 24)),
        11 => format!("integrity=\"sha384-{}\"", dice.text(BASE64, 64)),
        12 => format!("2001:db8:{}:{}::8a2e:{}", dice.text(HEXADECIMAL, 4), dice.text(HEXADECIMAL, 4), dice.digits(4)),
        13 => format!(
            "@types/node@{}.{}.{}, @app.route, user@localhost",
            number(dice, 10, 30),
            dice.below(20),
            dice.below(20)
        ),
        14 => format!("{}:{}-cv-{} ({})", dice.below(9), number(dice, 10, 26), dice.digits(5), dice.digits(4)),
        15 => format!(
            "US {},{},{} B2, EP {} {} {} A1",
            number(dice, 1, 11),
            dice.digits(3),
            dice.digits(3),
            dice.below(4),
            dice.digits(3),
            dice.digits(3)
        ),
        16 => format!("{}{}", dice.from(&["US", "DE000", "GB00"]), dice.digits(10)),
        17 => format!("VIN {}{}{}", dice.digits(1), dice.text("ABCDEFGHJKLMNPRSTUVWXYZ", 4), dice.digits(12)),
        18 => format!(
            "{}{}, {} {} {}",
            dice.from(&["DE", "ATU", "PL"]),
            dice.digits(9),
            dice.from(&["GB", "BE"]),
            dice.digits(3),
            dice.digits(4)
        ),
        19 => format!(
            "{} {} {} {} {}",
            dice.from(&["0034", "9400"]),
            dice.digits(4),
            dice.digits(4),
            dice.digits(4),
            dice.digits(4)
        ),
        20 => format!("routing 0{}, account {}", dice.digits(8), dice.digits(12)),
        21 => format!("{} {} {},{} €", number(dice, 1, 99), dice.digits(3), dice.digits(3), dice.digits(2)),
        22 => format!("{} O {}/{}", number(dice, 1, 30), dice.digits(3), number(dice, 10, 26)),
        23 => dice
            .from(&[
                "password = input(\"Password: \")",
                "secret_key = os.environ[\"SECRET_KEY\"]",
                "apiKey: string;",
                "password: required|min:8|confirmed",
                "api_key = YOUR_API_KEY_HERE",
                "token=<your-token>",
                "const token = tokenizer.nextToken()",
            ])
            .to_owned(),
        24 => format!("max_tokens={}, key=Ctrl+Shift+F{}", dice.digits(4), number(dice, 1, 12)),
        25 => format!("https://a.example/watch?v={}&t={}", dice.text(ALPHANUMERIC, 11), dice.below(900)),
        26 => format!("01{}", dice.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)),
        27 => format!("{}-{}", number(dice, 556_000, 559_999), dice.digits(4)),
        28 => format!("{}-{}", number(dice, 10, 99), dice.digits(7)),
        29 => format!("SIRET {} {} {} 000{}", dice.digits(3), dice.digits(3), dice.digits(3), dice.digits(2)),
        30 => format!("{}.{}.{}/0001-{}", dice.digits(2), dice.digits(3), dice.digits(3), dice.digits(2)),
        31 => format!("{}{}{}", dice.text(CAPITALS, 5), dice.digits(4), dice.text(CAPITALS, 1)),
        32 => format!("{} {} {}", dice.text(CAPITALS, 2), dice.digits(3), dice.text(CAPITALS, 2)),
        33 => format!(
            "{}-{}-{}T{}:{}:09.{}+02:00",
            number(dice, 1990, 2030),
            dice.from(&["01", "12"]),
            number(dice, 10, 29),
            number(dice, 10, 24),
            number(dice, 10, 60),
            dice.digits(6)
        ),
        34 => format!(
            "{}-{}, {}-{}, {}-{}",
            number(dice, 10, 30),
            number(dice, 10, 30),
            number(dice, 10, 30),
            number(dice, 10, 30),
            number(dice, 10, 30),
            number(dice, 10, 30)
        ),
        35 => format!("IMEI 35 {} {} {}", dice.digits(6), dice.digits(6), dice.below(10)),
        36 => format!(
            "{} ± {}e-{}, {:.8}",
            dice.digits(3),
            dice.digits(2),
            number(dice, 2, 30),
            dice.below(100_000_000) as f64 / 7.0
        ),
        37 => format!("part {}-{}-{}{}", dice.digits(4), dice.digits(3), dice.digits(2), dice.text(CAPITALS, 1)),
        38 => format!(
            "ticket #{}, build {}.{}, run {}",
            dice.digits(7),
            number(dice, 20_200_101, 20_261_231),
            dice.below(40),
            dice.digits(10)
        ),
        _ => format!("public_key: {}, fingerprint SHA256:{}", dice.text(HEXADECIMAL, 64), dice.text(BASE64, 43)),
    }
}

/// A product's number: thirteen digits, the last of which checks the others, and which is no card's.
fn ean(dice: &mut Dice) -> String {
    let prefix = dice.from(&["400", "401", "404", "501", "871", "978"]);
    let digits = format!("{prefix}{}", dice.digits(9));
    let sum: u32 =
        digits.chars().zip(0..).map(|(digit, at)| digit.to_digit(10).expect("a digit") * (1 + at % 2 * 2)).sum();
    format!("EAN {digits}{}", (10 - sum % 10) % 10)
}

/// A text with `value` in it, at byte `.1`, and the words that say what it is, where it needs some.
pub fn surroundings(value: &str, context: Option<&str>, dice: &mut Dice) -> (String, usize) {
    let name = context.unwrap_or(dice.from(&["note", "value", "info"]));
    let amount = format!("{},{}", dice.below(900), dice.digits(2));
    let (before, after) = match dice.below(18) {
        0 => (format!("{{\"name\": \"Ada\", \"{name}\": \""), "\", \"age\": 36}".to_owned()),
        1 => (format!("Name: Lovelace; {name}: "), "; City: London".to_owned()),
        2 => (format!("| Lovelace | {name}: "), format!(" | {amount} € |")),
        3 => (format!("<tr><td>{name}:</td><td>"), "</td></tr>".to_owned()),
        4 => (format!("{name}........: "), "\r\nRegards".to_owned()),
        5 => (format!("« {name} : "), " », dit-elle".to_owned()),
        6 => (format!("番号、{name}："), "。よろしく".to_owned()),
        7 => (format!("2026-03-14T09:26:53Z INFO user=7 {name}="), " status=200".to_owned()),
        8 => (format!("On 3 May 2024 she paid {amount} and gave {name}: "), " as reference 7.".to_owned()),
        9 => (format!("Dear all,\n\n{name}: "), "\n\nYours, A.".to_owned()),
        10 => (format!("Её {name}: "), ", спасибо".to_owned()),
        11 => (format!("{name}: '"), "'\nnext: true".to_owned()),
        12 => (format!("{name} = \""), "\";".to_owned()),
        13 => (format!("a) none; b) {name}: "), "; c) none".to_owned()),
        14 => (format!("**{name}:** "), "  \n".to_owned()),
        15 => (format!("> {name}: `"), "`".to_owned()),
        16 => (format!("{name}:\t"), "\t12\tyes".to_owned()),
        _ => (format!("מספר {name}: "), " (בבקשה)".to_owned()),
    };
    (format!("{before}{value}{after}"), before.len())
}
