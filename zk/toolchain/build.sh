#!/bin/sh
# Builds the programs with the flags of sp1-build 6.10.0 and remapped paths, so that their bytes do not depend on any directory.
# usage: toolchain/build.sh TOOLCHAIN_DIR [further arguments of cargo]   (TOOLCHAIN_DIR as given to install.sh)
set -eu

ZK=$(cd "$(dirname "$0")/.." && pwd)
DIR=$(cd "${1:?usage: toolchain/build.sh TOOLCHAIN_DIR}" && pwd)
shift
TARGET=riscv64im-succinct-zkvm-elf
SEP=$(printf '\037')
FLAGS="-Cpasses=lower-atomic${SEP}-Clink-arg=--image-base=2013265920${SEP}-Cpanic=abort${SEP}--cfg${SEP}getrandom_backend=\"custom\""
FLAGS="$FLAGS${SEP}-Cllvm-args=-misched-prera-direction=bottomup${SEP}-Cllvm-args=-misched-postra-direction=bottomup"
# Without places of panics, a moved line is no new program.
FLAGS="$FLAGS${SEP}-Zlocation-detail=none${SEP}--remap-path-prefix=$ZK=/zk${SEP}--remap-path-prefix=$DIR/lib/rustlib/src/rust=/rustc"
cd "$ZK"
# Crates lie in a folder whose name depends on how the registry is configured.
cargo fetch --quiet --locked
for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do FLAGS="$FLAGS${SEP}--remap-path-prefix=$crates=/crates"; done
CARGO_ENCODED_RUSTFLAGS="$FLAGS" RUSTC="$DIR/bin/rustc" RUSTC_BOOTSTRAP=1 \
  cargo build --package colophon-programs --release --locked --target $TARGET "$@"
