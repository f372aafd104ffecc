#!/bin/sh
# Resolve pyproject.toml into run.txt, dev.txt and build.txt: every version, every hash, no index address.
# Needs uv, which is installed into a folder of its own and never becomes a dependency.
set -eu
tool=.venv-lock
[ -x "$tool/bin/uv" ] || { python3 -m venv "$tool" && "$tool/bin/pip" install --quiet 'uv>=0.8'; }
compile() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header "$@"
}
compile pyproject.toml --output-file requirements/run.txt
compile pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
compile requirements/build.in --constraint requirements/dev.txt --output-file requirements/build.txt
