"""The embedded engine keeps what every engine promises, in the sandbox cloud."""

from pavior.testing.engine_contract import EngineContract


class TestEmbeddedEngine(EngineContract):
    pass
