#!/bin/sh
# Makes a Rust toolchain for SP1's guests from Debian's rustc-web, cargo-web, rust-web-src and lld-19: a wrapper around Debian's
# rustc, and the standard library built for the target. Needs no network.  usage: toolchain/install.sh DIR
# Where Succinct's own toolchain is installed, nothing of this is needed; its output differs, so the ELFs here are this one's.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
TARGET=riscv64im-succinct-zkvm-elf
LIBRARY=/usr/lib/rustlib
mkdir -p "${1:?usage: toolchain/install.sh DIR}"
DIR=$(cd "$1" && pwd)

for file in /usr/bin/rustc /usr/bin/cargo $LIBRARY/src/rust/library/vendor; do
  [ -e "$file" ] || { echo "$file is missing: apt-get install rustc-web cargo-web rust-web-src lld-19" >&2; exit 1; }
done
command -v ld.lld-19 > /dev/null || { echo "ld.lld-19 is missing: apt-get install lld-19" >&2; exit 1; }

STAMP="$(/usr/bin/rustc --version) $(sha256sum < "$HERE/target.json") $(sha256sum < "$HERE/install.sh")"
[ "$(cat "$DIR/stamp" 2> /dev/null || true)" = "$STAMP" ] && exit 0

rm -rf "$DIR/lib" "$DIR/bin" "$DIR/stamp"
mkdir -p "$DIR/bin" "$DIR/lib/rustlib/$TARGET/lib"
cp "$HERE/target.json" "$DIR/lib/rustlib/$TARGET/target.json"
# Custom targets are unstable; the wrapper allows them in Debian's stable compiler.
printf '#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec /usr/bin/rustc --sysroot %s -Zunstable-options "$@"\n' "$DIR" > "$DIR/bin/rustc"
chmod +x "$DIR/bin/rustc"
ln -sfn /usr/bin/cargo "$DIR/bin/cargo"
for part in x86_64-unknown-linux-gnu src; do ln -sfn $LIBRARY/$part "$DIR/lib/rustlib/$part"; done

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK/src" "$WORK/.cargo"
printf '[package]\nname = "std-build"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' > "$WORK/Cargo.toml"
: > "$WORK/src/lib.rs"
printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "%s/src/rust/library/vendor"\n' $LIBRARY > "$WORK/.cargo/config.toml"
# The 0x1f byte parts the flags. Paths are remapped, since panics carry them into every program.
SEP=$(printf '\037')
FLAGS="-Cembed-bitcode=yes${SEP}-Cpasses=lower-atomic${SEP}-Cpanic=abort"
FLAGS="$FLAGS${SEP}--remap-path-prefix=$DIR/lib/rustlib/src/rust=/rustc${SEP}--remap-path-prefix=$LIBRARY/src/rust=/rustc"
cd "$WORK"
CARGO_HOME="$WORK/home" CARGO_TARGET_DIR="$WORK/target" CARGO_ENCODED_RUSTFLAGS="$FLAGS" RUSTC="$DIR/bin/rustc" RUSTC_BOOTSTRAP=1 \
  /usr/bin/cargo build --quiet --release -Zbuild-std=std,panic_abort -Zbuild-std-features=compiler-builtins-mem --target $TARGET
cp "$WORK/target/$TARGET/release/deps"/lib*.rlib "$DIR/lib/rustlib/$TARGET/lib/"
rm -f "$DIR/lib/rustlib/$TARGET/lib"/libstd_build*
printf '%s' "$STAMP" > "$DIR/stamp"
