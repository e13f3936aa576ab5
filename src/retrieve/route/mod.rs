//! What kind of question is asked, and where its answer is looked for.
//!
//! A fact stands in one place, so leaves lead as they are, and summaries follow after the first few. An overview is put
//! together from many places, so summaries count and no place is shown twice before others were. A comparison is two
//! questions, each asked by itself, whose results are woven together. A question over a table is asked of the leaves that
//! hold rows of one.
//!
//! Words tell most questions apart ([`cues`]); where they leave it open, the question is compared with examples of each
//! kind ([`examples`]). Neither needs a language model.

mod compare;
mod cues;
mod examples;
mod weave;

use serde::{Deserialize, Serialize};

use super::rank::Question;
use crate::index::{Language, Typing};
use crate::vector::Matrix;
use cues::Cues;
pub use examples::EXAMPLES;
pub(super) use weave::{asks_tables, holds_rows};
pub use weave::{holds_tables, rank_routed};

/// What kind of question it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// One place answers it.
    Fact,
    /// Many places answer it together.
    Overview,
    /// It sets two things beside each other.
    Comparison,
    /// Rows of a table answer it.
    Table,
}

/// A question that is asked by itself for the sake of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub text: String,
    /// Its embedding; without one, keywords decide alone.
    pub vector: Option<Vec<f32>>,
}

/// What kind of question was recognized, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub route: Route,
    pub reason: String,
    /// Of a comparison, what is asked of either side; else nothing.
    pub parts: Vec<Part>,
    pub standing: Standing,
}

/// How sure a question's kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The caller asked for it.
    Asked,
    Told,
    /// Words left it open: [`Plan::settle`] may choose another.
    Open,
}

/// What a trace says of a question's kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouteTrace {
    pub chosen: Route,
    pub reason: String,
    /// Of a comparison, the questions that were asked of either side.
    pub parts: Vec<String>,
}

/// What examples must have more than others for a question to be of their kind: a fact is what most questions are after, and
/// what is lost least by being wrong.
const LEAD: f32 = 0.05;
/// A question that is less similar to examples of overviews is not like them.
const LEAST: f32 = 0.3;

impl Plan {
    /// What the words of `question` say. Only English has lists of them: a question of another language is taken for one after
    /// a fact, and so is what is still being typed. `has_tables`: whether there are tables to ask.
    pub fn new(question: &Question, language: Language, has_tables: &dyn Fn() -> bool) -> Self {
        if question.typing != Typing::Finished {
            return Self::of(Route::Fact, "it is still being typed".to_owned());
        }
        if language != Language::English {
            return Self::of(Route::Fact, "only of English questions the kind is known".to_owned());
        }
        let cues = Cues::read(question.text);
        if let (Some(cue), Some(parts)) = (cues.comparison, compare::parts(question.text)) {
            let reason = format!("\u{201c}{cue}\u{201d} sets two things beside each other");
            let parts = parts.into_iter().map(|text| Part { text, vector: None }).collect();
            return Self { parts, ..Self::of(Route::Comparison, reason) };
        }
        if let Some(cue) = cues.table.filter(|_| has_tables()) {
            return Self::of(Route::Table, format!("\u{201c}{cue}\u{201d} asks for what a table tells"));
        }
        if let Some(cue) = cues.overview {
            return Self::of(Route::Overview, format!("\u{201c}{cue}\u{201d} asks for many places at once"));
        }
        if let Some(cue) = cues.fact {
            return Self::of(Route::Fact, format!("\u{201c}{cue}\u{201d} asks for one thing"));
        }
        if !cues.is_question {
            return Self::of(Route::Fact, "it is no question".to_owned());
        }
        let open = Self::of(Route::Fact, "its words leave the kind open".to_owned());
        Self { standing: Standing::Open, ..open }
    }

    /// As the caller asked for.
    pub fn asked_for(route: Route, question: &str) -> Self {
        let parts = if route == Route::Comparison { compare::parts(question) } else { None };
        let parts = parts.into_iter().flatten().map(|text| Part { text, vector: None }).collect();
        Self { parts, standing: Standing::Asked, ..Self::of(route, "asked for".to_owned()) }
    }

    fn of(route: Route, reason: String) -> Self {
        Self { route, reason, parts: Vec::new(), standing: Standing::Told }
    }

    /// Compares a question that words leave open with the examples of each kind, one row of `rows` each of [`EXAMPLES`].
    pub fn settle(&mut self, vector: &[f32], rows: &Matrix) {
        if self.standing != Standing::Open {
            return;
        }
        self.standing = Standing::Told;
        let near = |route| examples::similarity(route, vector, rows);
        let (fact, overview) = (near(Route::Fact), near(Route::Overview));
        let figures = format!("{overview:.2} to overviews, {fact:.2} to facts");
        if overview >= LEAST && overview > fact + LEAD {
            self.route = Route::Overview;
            self.reason = format!("it is nearest to examples of overviews: {figures}");
        } else {
            self.reason = format!("it is not nearer to examples of overviews: {figures}");
        }
    }

    pub fn trace(&self) -> RouteTrace {
        let parts = self.parts.iter().map(|part| part.text.clone()).collect();
        RouteTrace { chosen: self.route, reason: self.reason.clone(), parts }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::retrieve::options::Hybrid;

    #[derive(Deserialize)]
    struct Line {
        kind: Route,
        question: String,
    }

    fn plan(text: &str, typing: Typing, has_tables: bool) -> Plan {
        let question = Question { text, typing, vector: None, filter: None, hybrid: Hybrid::default(), many: false };
        Plan::new(&question, Language::English, &|| has_tables)
    }

    #[test]
    fn words_alone_tell_most_kinds() {
        let lines = include_str!("../../../tests/fixtures/questions/kinds-tuning.jsonl").lines();
        let lines: Vec<Line> = lines.map(|line| serde_json::from_str(line).expect("a question")).collect();
        let right = lines.iter().filter(|line| plan(&line.question, Typing::Finished, true).route == line.kind);
        let share = right.count() as f32 / lines.len() as f32;
        assert!(share >= 0.85, "{share}");
    }

    #[test]
    fn a_reason_names_the_words_that_told() {
        let plan = plan("Summarize the letters.", Typing::Finished, false);
        assert_eq!((plan.route, plan.standing), (Route::Overview, Standing::Told));
        assert!(plan.reason.contains("summarize"), "{}", plan.reason);
    }

    #[test]
    fn without_tables_and_while_typing_none_are_asked() {
        assert_eq!(plan("How many whales are there?", Typing::Finished, true).route, Route::Table);
        assert_eq!(plan("How many whales are there?", Typing::Finished, false).route, Route::Fact);
        assert_eq!(plan("How many whales are there?", Typing::LastWordOpen, true).route, Route::Fact);
    }

    #[test]
    fn what_words_leave_open_is_settled_by_examples_once() {
        let mut open = plan("What grows here?", Typing::Finished, false);
        assert_eq!(open.standing, Standing::Open);
        let mut rows = Matrix::new(2);
        for (route, _) in EXAMPLES {
            rows.push(if *route == Route::Overview { &[1.0, 0.0] } else { &[0.0, 1.0] });
        }
        open.settle(&[1.0, 0.0], &rows);
        assert_eq!((open.route, open.standing), (Route::Overview, Standing::Told));
        open.settle(&[0.0, 1.0], &rows);
        assert_eq!(open.route, Route::Overview);
    }
}
