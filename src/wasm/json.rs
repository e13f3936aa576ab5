//! JSON, written by hand: a general writer would take as much room in the small module as the search does. No number is written
//! as a float, whose digits take tables of their own.

use crate::Value;

/// Writes one JSON text.
#[derive(Default)]
pub struct JsonWriter(pub String);

/// What scores are multiplied by.
pub const SCALE: f64 = 1e6;

impl JsonWriter {
    /// `open`, the items with commas between them, and `close`.
    pub fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.0.push(open);
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(close);
    }

    /// `"name":`, after a comma unless it is the first of its object.
    pub fn key(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.text(name);
        self.0.push(':');
    }

    pub fn text(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(character);
                }
                '\n' => self.0.push_str("\\n"),
                '\0'..' ' => {
                    self.0.push_str("\\u00");
                    self.0.push(if character < '\u{10}' { '0' } else { '1' });
                    self.0.push(char::from_digit(character as u32 % 16, 16).unwrap_or('0'));
                }
                _ => self.0.push(character),
            }
        }
        self.0.push('"');
    }

    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.push_str("null"),
        }
    }

    pub fn whole(&mut self, number: i64) {
        if number < 0 {
            self.0.push('-');
        }
        let mut digits = [0u8; 20];
        let mut rest = number.unsigned_abs();
        let mut first = digits.len();
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        digits[first..].iter().for_each(|&digit| self.0.push(char::from(digit)));
    }

    /// A metadata value; of a number, six digits after the point.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Boolean(value) => self.0.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) if !value.is_finite() => self.0.push_str("null"),
            Value::Number(value) => {
                let whole = value.trunc();
                if whole == 0.0 && *value < 0.0 {
                    self.0.push('-');
                }
                self.whole(whole as i64);
                let fraction = ((value - whole).abs() * SCALE) as i64;
                if fraction > 0 {
                    self.0.push('.');
                    let mut place = SCALE as i64 / 10;
                    while place > fraction {
                        self.0.push('0');
                        place /= 10;
                    }
                    self.whole(fraction);
                }
            }
            Value::Text(value) => self.text(value),
            Value::List(elements) => self.list(['[', ']'], elements, Self::value),
        }
    }
}
