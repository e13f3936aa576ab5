//! A question to hits, and hits to a context.
//!
//! [`rank`] orders nodes of the tree in one of four modes; [`hits`] shows the best of them; [`context`] and [`answer`]
//! spend a token budget on them.

mod answer;
mod context;
mod corpus;
mod evidence;
mod expand;
mod hit;
mod nodes;
mod options;
mod passages;
mod rank;
mod route;
mod weigh;

pub use answer::{Answer, AnswerSentence, answer};
pub use context::{Citation, Context, context};
pub use corpus::{Corpus, Indexes};
pub use hit::{Hit, hits};
pub use options::{
    AnswerOptions, ContextFormat, ContextOptions, Evidence, Expand, Hybrid, MOST_HITS, Mode, SearchOptions,
};
pub use rank::{PHRASES, Question, READ, RankedNode, Ranking, Trace, compared_row, rank};
pub use route::{EXAMPLES, Part, Plan, Route, RouteTrace, Standing, holds_tables, rank_routed};
pub use weigh::{READ as WEIGHED, weight_of};
