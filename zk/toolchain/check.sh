#!/bin/sh
# Compares the committed programs with a build of this tree, byte by byte.  usage: toolchain/check.sh TOOLCHAIN_DIR
# With --update the programs and their hashes are replaced instead; verification keys then follow by hand (see README.md).
set -eu

ZK=$(cd "$(dirname "$0")/.." && pwd)
DIR=${1:?usage: toolchain/check.sh TOOLCHAIN_DIR [--update]}
MODE=${2:-}
TARGET=${CARGO_TARGET_DIR:-$ZK/target}/riscv64im-succinct-zkvm-elf/release
"$ZK/toolchain/install.sh" "$DIR"
"$ZK/toolchain/build.sh" "$DIR" --quiet
cd "$ZK/elf"
for program in adherence k-anonymity training-step; do
  if [ "$MODE" = --update ]; then cp "$TARGET/$program" "$program"; fi
  cmp "$TARGET/$program" "$program" || { echo "elf/$program is not what this tree gives." >&2; exit 1; }
done
if [ "$MODE" = --update ]; then sha256sum adherence k-anonymity training-step > SHA256SUMS; fi
sha256sum --check --quiet SHA256SUMS
echo "The programs are what this tree gives."
