//! What is found in hand-written texts; `tests/sensitive.rs` measures it over many that are made.

use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<(&str, &str)> {
    find(text, |_| true).iter().map(|finding| (finding.kind.name(), &text[finding.range.clone()])).collect()
}

fn masked(text: &str) -> String {
    mask(text, &find(text, |_| true))
}

#[test]
fn each_kind_is_found_in_the_forms_that_people_write() {
    for (kind, values) in [
        ("email", &["ada@example.org", "a.b+c@sub.example.co.uk", "jörg@müller.example", "ada%40example.org"][..]),
        ("iban", &["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "NO93-8601-1117-947"]),
        (
            "card",
            &["4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "3782 822463 10005", "30569309025904"],
        ),
        (
            "phone",
            &[
                "+49 30 1234567",
                "+44 (0)20 7946 0958",
                "(212) 555-0134",
                "212.555.0134",
                "06 12 34 56 78",
                "030/1234567",
            ],
        ),
        ("id-us", &["078-05-1120"]),
        ("id-gb", &["AB 12 34 56 C", "AB123456C"]),
        ("id-de", &["86095742719", "86 095 742 719"]),
        ("id-fr", &["2 55 08 14 168 025 38", "255081416802538"]),
        ("id-es", &["12345678Z", "12.345.678-Z", "X1234567L", "X-1234567-L"]),
        ("id-it", &["RSSMRA85T10A562S", "RSS MRA 85T10 A562S"]),
        ("id-br", &["529.982.247-25"]),
        ("id-in", &["2345 6789 0124"]),
        ("id-se", &["811228-9874", "19811228-9874"]),
    ] {
        for value in values {
            for text in
                [value.to_string(), format!("Mine is {value}."), format!("({value}), he said"), format!("„{value}“")]
            {
                assert_eq!(found(&text), [(kind, *value)], "{text}");
            }
        }
    }
}

#[test]
fn weak_numbers_are_found_where_a_word_says_what_they_are() {
    for (kind, word, value) in [
        ("id-nl", "BSN", "111222333"),
        ("id-pl", "PESEL:", "44051401359"),
        ("id-br", "CPF", "52998224725"),
        ("id-in", "Aadhaar no.", "234567890124"),
        ("id-se", "Personnummer", "8112289874"),
        ("id-us", "SSN", "078051120"),
        ("phone", "Tel.", "5550134"),
        ("phone", "call me at", "2125550134"),
    ] {
        assert_eq!(found(&format!("{word} {value}")), [(kind, value)]);
        assert_eq!(found(&format!("Order {value}")), [], "{value}");
    }
}

#[test]
fn keys_are_found_by_their_shape_or_by_the_name_before_them() {
    let token = "R4nd0mT0k3nV4lu3sAr3H4rdT0Gu3ss1234567";
    for (text, value) in [
        (format!("token ghp_{}", &token[..36]), format!("ghp_{}", &token[..36])),
        ("id AKIAIOSFODNN7EXAMPLE;".to_owned(), "AKIAIOSFODNN7EXAMPLE".to_owned()),
        (format!("api_key = \"{token}\""), token.to_owned()),
        (format!("Authorization: Bearer {token}"), token.to_owned()),
        ("password: Tr0ub4dor&3, he said".to_owned(), "Tr0ub4dor&3".to_owned()),
        ("postgres://ada:l0velace@db.example/x".to_owned(), "l0velace".to_owned()),
        (
            format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{token}!"),
            format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{token}"),
        ),
    ] {
        assert_eq!(found(&text), [("secret", value.as_str())], "{text}");
    }
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----";
    assert_eq!(found(&format!("a\n{key}\nb")), [("secret", key)]);
    assert_eq!(masked("-----BEGIN PRIVATE KEY-----\nMIIE\nowIB"), "[secret]");
}

#[test]
fn what_only_looks_alike_is_left() {
    for text in [
        "4111 1111 1111 1112",
        "DE89 3704 0044 0532 0130 01",
        "ISBN 978-3-16-148410-0, 0-306-40615-2",
        "2024-11-26 13:14:52, 26.11.2024 13:14, 20241126131452",
        "version 10.15.7.1, build 20241126.3, 1.2.3-4567890",
        "image@2x.png lodash@4.17.21 user@host @scope/name git@host.example:a/b.git",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "primary_key=users cache_key: 9f86d081884c7d659a2feaa0c55ad015",
        "password: getPassword(), token = process.env.TOKEN, secret: \"xxxxxxxxxxxxxxxxxxxx\"",
        "https://user:password@host.example/, 192.168.100.200, 3.14159265358979",
        "2021-2022 1999/2000 000-12-3456 666-12-3456",
        "550e8400-e29b-41d4-a716-446655440000",
        "key=user-profile-2024-settings-page",
        "1 2 3 4 5 6 7 8 9 10 11 12, 100 000 000",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn kinds_that_are_not_wanted_hide_nothing() {
    let text = "Tel. 078-05-1120";
    assert_eq!(found(text), [("id-us", "078-05-1120")]);
    let phones = find(text, |kind| kind == Kind::Phone);
    assert_eq!(phones.len(), 1);
}

#[test]
fn kinds_are_written_by_their_names_in_one_order() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_string(&kind).expect("JSON"), format!("\"{}\"", kind.name()));
    }
    let read = |json| serde_json::from_str::<SensitiveOptions>(json);
    let options = read(r#"{"policy":"mask","kinds":["phone","email","phone"]}"#).expect("options");
    assert!(options.wants(Kind::Email) && !options.wants(Kind::Card));
    let written = serde_json::to_string(&options).expect("JSON");
    assert_eq!(written, r#"{"policy":"mask","kinds":["email","phone"]}"#);
    assert!(read(r#"{"policy":"mask","kinds":["shoe"]}"#).is_err());
}

/// Texts that are dense in what scanners look at.
fn dense() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,19}",
        "[ \\-./()+@:=_\n]",
        "[A-Za-z]{1,6}",
        Just("-----BEGIN PRIVATE KEY-----".to_owned()),
        Just("tel".to_owned()),
        Just("password=".to_owned()),
        Just("eyJ".to_owned()),
        Just("://".to_owned()),
        Just("ü".to_owned()),
        Just("4111111111111111".to_owned()),
        Just("a@b.example".to_owned()),
        "\\PC",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_column_is_named_over_its_cells_alone() {
    let found = |text: &str| find(text, |_| true).len();
    assert_eq!(found("name;phone\nAda;5550134\nBob;5550135"), 2);
    assert_eq!(found("Name, rank, phone\n\nShe counted, as she said, 5550134"), 0);
    assert_eq!(found("Sure, we ring the bell at noon every single day, and then count 5550134"), 0);
    assert_eq!(found("They came, they saw the phone, and left,\nand later, in the yard, found 5550134 ants"), 0);
    let rows: String = (0..400).map(|row| format!("Ada;{}\n", 5_550_134 + row)).collect();
    assert_eq!(found(&format!("name;phone\n{rows}")), 400);
}

#[test]
fn passwords_are_known_by_their_names_in_many_languages() {
    for name in ["Пароль", "登录密码", "初期パスワード", "Datenbankpasswort", "Mot de passe\u{a0}", "Hasło"]
    {
        assert_eq!(find(&format!("{name}: Otter_meadow73?"), |_| true).len(), 1, "{name}");
    }
}

#[test]
fn a_telephone_is_found_in_whatever_order() {
    for text in ["To order: (212) 555-0134", "in order to reach me, 030 / 1234567"] {
        assert_eq!(find(text, |_| true).len(), 1, "{text}");
    }
    assert_eq!(find("Part no. 0862-510-87", |_| true).len(), 0);
}

proptest! {
    #[test]
    fn findings_are_ranges_in_order(text in dense()) {
        let findings = find(&text, |_| true);
        let mut end = 0;
        for Finding { range, .. } in &findings {
            prop_assert!(range.start >= end && range.start < range.end && text.get(range.clone()).is_some());
            end = range.end;
        }
    }

    #[test]
    fn a_few_passes_mask_everything(text in dense()) {
        let mut masked = text;
        let mut passes = 0;
        loop {
            let findings = find(&masked, |_| true);
            if findings.is_empty() {
                break;
            }
            masked = mask(&masked, &findings);
            passes += 1;
        }
        prop_assert!(passes <= MOST_PASSES, "{} passes to {}", passes, masked);
    }
}
