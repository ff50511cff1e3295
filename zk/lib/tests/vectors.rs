//! The vectors of `spec/`: what every implementation says of the same inputs.
mod support;

use colophon_statements::{adherence, fixed_point, k_anonymity, training_step};
use support::{parse_words, read_vectors, Check};

fn agrees(name: &str, check: Check) {
    let vectors = read_vectors(name);
    for case in vectors["valid"].as_array().expect("valid cases") {
        let found =
            check(&parse_words(&case["input"])).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", case["name"]));
        assert_eq!(format!("0x{}", hex::encode(found.as_bytes())), case["publicValues"], "{}", case["name"]);
    }
    let hostile = vectors["hostile"].as_array().expect("hostile cases");
    assert!(hostile.len() > 20);
    for case in hostile {
        let refusal = check(&parse_words(&case["input"])).expect_err(case["name"].as_str().unwrap());
        assert_eq!(refusal.code(), case["code"], "{}", case["name"]);
    }
}

#[test]
fn adherence_agrees() {
    agrees("adherence", adherence::check);
}

#[test]
fn k_anonymity_agrees() {
    agrees("k-anonymity", k_anonymity::check);
}

#[test]
fn training_step_agrees() {
    agrees("training-step", training_step::check);
}

#[test]
fn fixed_point_agrees() {
    let vectors = read_vectors("training-step");
    let number = |value: &serde_json::Value| value.as_str().unwrap().parse::<u64>().unwrap();
    for case in vectors["exponentials"].as_array().unwrap() {
        assert_eq!(fixed_point::exp_negative(number(&case["t"])), number(&case["value"]));
    }
    for case in vectors["logarithms"].as_array().unwrap() {
        assert_eq!(fixed_point::ln(number(&case["of"])), number(&case["value"]));
    }
}
