//! BERT in plain loops over f64, to hold the encoder against. Written from the paper, with none of its shortcuts.

use std::f64::consts::PI;

use crate::tiny_model::{EPSILON, Folder, HEADS, HIDDEN, LAYERS};

type Rows = Vec<Vec<f64>>;

/// The last hidden states of the tokens `ids`, those from `second` on of type 1.
pub fn hidden_states(folder: &Folder, ids: &[u32], second: usize) -> Rows {
    let embedding =
        |kind: &str, row: usize| rows(folder, &format!("embeddings.{kind}_embeddings.weight")).swap_remove(row);
    let embeddings = ids.iter().enumerate().map(|(position, id)| {
        let sum = add(&embedding("word", *id as usize), &embedding("position", position));
        layer_norm(
            folder,
            "embeddings.LayerNorm",
            &add(&sum, &embedding("token_type", usize::from(position >= second))),
        )
    });
    (0..LAYERS)
        .fold(embeddings.collect(), |states, layer| encoder_layer(folder, &format!("encoder.layer.{layer}"), &states))
}

/// The output of a model with a head of one label.
pub fn score(folder: &Folder, ids: &[u32], second: usize) -> f64 {
    let states = hidden_states(folder, ids, second);
    let pooled: Vec<f64> = dense(folder, "pooler.dense", &states[0]).into_iter().map(f64::tanh).collect();
    dense(folder, "classifier", &pooled)[0]
}

fn encoder_layer(folder: &Folder, name: &str, states: &Rows) -> Rows {
    let dense_all = |part: &str, states: &Rows| -> Rows {
        states.iter().map(|state| dense(folder, &format!("{name}.{part}"), state)).collect()
    };
    let [query, key, value] =
        ["query", "key", "value"].map(|kind| dense_all(&format!("attention.self.{kind}"), states));
    let size = HIDDEN / HEADS;
    let mut contexts = vec![vec![0.0; HIDDEN]; states.len()];
    for head in (0..HEADS).map(|head| head * size..(head + 1) * size) {
        for (context, query) in contexts.iter_mut().zip(&query) {
            let scores = key.iter().map(|key| dot(&query[head.clone()], &key[head.clone()]) / (size as f64).sqrt());
            let exponentials: Vec<f64> = scores.map(f64::exp).collect();
            let total: f64 = exponentials.iter().sum();
            for (exponential, value) in exponentials.iter().zip(&value) {
                head.clone().for_each(|index| context[index] += exponential / total * value[index]);
            }
        }
    }
    let attended = dense_all("attention.output.dense", &contexts);
    let attended = attended
        .iter()
        .zip(states)
        .map(|(a, b)| layer_norm(folder, &format!("{name}.attention.output.LayerNorm"), &add(a, b)));
    let attended: Rows = attended.collect();
    let mut intermediate = dense_all("intermediate.dense", &attended);
    let act = folder.config["hidden_act"].as_str().unwrap();
    intermediate.iter_mut().flatten().for_each(|value| *value = activation(act, *value));
    let output = dense_all("output.dense", &intermediate);
    let normalized =
        output.iter().zip(&attended).map(|(a, b)| layer_norm(folder, &format!("{name}.output.LayerNorm"), &add(a, b)));
    normalized.collect()
}

fn activation(name: &str, x: f64) -> f64 {
    match name {
        "gelu" => x * 0.5 * (1.0 + erf(x / 2_f64.sqrt())),
        "gelu_new" => 0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
        "relu" => x.max(0.0),
        "silu" => x / (1.0 + (-x).exp()),
        other => panic!("{other}"),
    }
}

/// By its Taylor series, whose terms are small enough up to 5; beyond, erf is 1 to twelve digits.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut sum, mut power) = (0.0, x);
    for n in 0..150 {
        sum += power / f64::from(2 * n + 1);
        power *= -x * x / f64::from(n + 1);
    }
    sum * 2.0 / PI.sqrt()
}

fn dense(folder: &Folder, name: &str, input: &[f64]) -> Vec<f64> {
    let bias = rows(folder, &format!("{name}.bias")).swap_remove(0);
    rows(folder, &format!("{name}.weight")).iter().zip(bias).map(|(weights, bias)| dot(weights, input) + bias).collect()
}

fn layer_norm(folder: &Folder, name: &str, input: &[f64]) -> Vec<f64> {
    let [weight, bias] = ["weight", "bias"].map(|part| rows(folder, &format!("{name}.{part}")).swap_remove(0));
    let mean = input.iter().sum::<f64>() / input.len() as f64;
    let variance = input.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / input.len() as f64;
    let normalized = input.iter().map(|value| (value - mean) / (variance + EPSILON).sqrt());
    normalized.zip(weight).zip(bias).map(|((value, weight), bias)| value * weight + bias).collect()
}

/// A tensor's rows; a vector is one row.
fn rows(folder: &Folder, name: &str) -> Rows {
    let tensor = &folder.tensors[name];
    let values: Vec<f64> = tensor.values.iter().map(|value| f64::from(*value)).collect();
    values.chunks(*tensor.shape.last().unwrap()).map(<[f64]>::to_vec).collect()
}

fn add(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
