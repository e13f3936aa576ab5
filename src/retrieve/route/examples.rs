//! Examples of questions, for those that words leave open.

use super::Route;
use crate::vector::{Matrix, dot};

/// So many of the nearest examples of a kind are compared, by their mean.
const NEAREST: usize = 2;

/// Questions of each kind that one may ask of any text.
pub const EXAMPLES: &[(Route, &str)] = &[
    (Route::Fact, "What is the name of the ship?"),
    (Route::Fact, "What did he say when he saw her?"),
    (Route::Fact, "What is the capital made of?"),
    (Route::Fact, "Why did the captain turn back?"),
    (Route::Fact, "How did the man lose his leg?"),
    (Route::Fact, "What does the error message mean?"),
    (Route::Fact, "What is used to tie the rope?"),
    (Route::Fact, "How do I install the package?"),
    (Route::Fact, "What happens to the boy at the end?"),
    (Route::Fact, "What amount did the company pay?"),
    (Route::Fact, "What did the president promise about taxes?"),
    (Route::Fact, "Why can the function not be called twice?"),
    (Route::Overview, "What is this book about?"),
    (Route::Overview, "How does the relationship between the two change?"),
    (Route::Overview, "What are the main ideas of these texts?"),
    (Route::Overview, "How is nature shown in the story?"),
    (Route::Overview, "What does the author think of religion?"),
    (Route::Overview, "How does the whole system work?"),
    (Route::Overview, "Give a broad picture of the economy."),
    (Route::Overview, "What do we learn of daily life in the town?"),
    (Route::Overview, "How have attitudes to war shifted across the speeches?"),
    (Route::Overview, "What problems did the country face in those years?"),
    (Route::Overview, "What part does fate play in the novel?"),
    (Route::Overview, "Explain the approach to error handling."),
];

/// How near a question is to the examples of a kind: the mean cosine to its nearest. `rows` has one row an example.
pub fn similarity(route: Route, vector: &[f32], rows: &Matrix) -> f32 {
    let own = EXAMPLES.iter().zip(rows.iter()).filter(|((kind, _), _)| *kind == route);
    let mut cosines: Vec<f32> = own.map(|(_, row)| dot(row, vector)).collect();
    cosines.sort_by(|a, b| b.total_cmp(a));
    let count = cosines.len().min(NEAREST);
    cosines.iter().take(count).sum::<f32>() / count.max(1) as f32
}
