#![no_main]

sp1_zkvm::entrypoint!(main);

fn main() {
    colophon_programs::prove(colophon_statements::k_anonymity::check);
}
