# Short names for what is done often. `just check` is what a pipeline runs.

set shell := ["bash", "-euo", "pipefail", "-c"]

# list the targets
default:
    @just --list --unsorted

# install what uv.lock says, the tests' tools included
setup:
    uv sync --frozen

# format, and mend what ruff can mend
fmt:
    uv run --frozen ruff check --fix .
    uv run --frozen ruff format .

# style only
lint:
    uv run --frozen ruff check .
    uv run --frozen ruff format --check .

# types only
types:
    uv run --frozen mypy

# who imports whom, and which dependencies are used
imports:
    uv run --frozen lint-imports --no-logo
    uv run --frozen deptry app

# every test, or those named: just test tests/domain -k money
test *arguments:
    uv run --frozen pytest {{arguments}}

# the window's tests
window *arguments:
    uv run --frozen pytest tests/window {{arguments}}

# children killed at every boundary
crash *arguments:
    uv run --frozen pytest tests/crash {{arguments}}

# every fault of the network at every request, and every cut; minutes
network *arguments:
    PYTHONPATH=app:tests uv run --frozen python tests/adapters/upstream/network_matrix.py {{arguments}}

# everything, from a fresh machine on
check:
    packaging/check

# the long form of every proof that nothing is lost, or of those named: hours
prove *steps:
    packaging/prove {{steps}}

# open the till
run *arguments:
    packaging/start {{arguments}}

# the built-in upstream over a port
sandbox *arguments:
    uv run --frozen counterfoil sandbox {{arguments}}
