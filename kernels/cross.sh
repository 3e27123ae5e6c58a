#!/bin/sh
# Builds the kernels and their checks for every platform, with zig's Clang; warnings are errors.
# Needs cmake, and the package ziglang in the Python that PYTHON names. The checks for aarch64 Linux
# are run if qemu-user and libc6-arm64-cross are installed.
#
# cross.sh [FOLDER]: builds in FOLDER/TARGET, kernels/build without it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/build}
python=${PYTHON:-python3}

build() { # TARGET OF ZIG, SYSTEM OF CMAKE
  echo "== $1"
  CXX="$python -m ziglang c++ -target $1" cmake -S "$here" -B "$folder/$1" \
    -D CMAKE_SYSTEM_NAME="$2" -D WARNINGS_AS_ERRORS=ON -Wno-dev >/dev/null
  cmake --build "$folder/$1" --parallel 2
}

# The C library of manylinux_2_28; macOS 11 is the first on both processors.
build x86_64-linux-gnu.2.28 Linux
build aarch64-linux-gnu.2.28 Linux
build x86_64-macos.11.0 Darwin
build aarch64-macos.11.0 Darwin

# Run those for aarch64.
if command -v qemu-aarch64 >/dev/null; then
  for program in check_memory fingerprint; do
    qemu-aarch64 -L /usr/aarch64-linux-gnu "$folder/aarch64-linux-gnu.2.28/$program"
  done
fi
