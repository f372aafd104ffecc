#!/bin/sh
# Make the virtual environment $1 and install what lock $2 (run or dev) names, then Pavior itself.
# Needs Python 3.11 or newer with venv; nothing else.
set -eu
venv=$1
lock=$2

# The first candidate that is new enough and, if $1 says so, can make environments. A shim may be on the path and
# still not run, so each candidate is asked.
find_python() {
    for candidate in ${PAVIOR_PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import sys; sys.version_info >= (3, 11) or sys.exit(1); $1" >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    if ! python=$(find_python 'import ensurepip, venv'); then
        if python=$(find_python ''); then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            echo "venv-missing: Python $version has no venv module with pip." >&2
            echo "  fix: Install it; on Debian and Ubuntu: apt-get install python$version-venv" >&2
        else
            echo 'python-missing: no Python 3.11 or newer was found.' >&2
            echo '  fix: Install it; on Debian and Ubuntu: apt-get install python3 python3-venv' >&2
        fi
        exit 1
    fi
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

echo "Installing what requirements/$lock.txt names (the first time takes a few minutes)"
# The locks are complete, so nothing is resolved here; `pip check` shows that nothing is missing. Modules are
# compiled when they are first imported: most of boto3 and moto never is, and would take a quarter of the space.
"$venv/bin/python" -m pip install --quiet --no-compile --require-hashes --no-deps -r requirements/build.txt -r "requirements/$lock.txt"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
"$venv/bin/python" -m pip check >/dev/null || { "$venv/bin/python" -m pip check; exit 1; }
# Everything that run.txt names is in dev.txt too, so dev satisfies both.
touch "$venv/run.stamp"
if [ "$lock" = dev ]; then touch "$venv/dev.stamp"; fi
