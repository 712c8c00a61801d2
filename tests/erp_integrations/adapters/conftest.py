"""Demo ERPs for the tests of this folder."""

from tests.erp_integrations.simulators import running_simulators, simulator

__all__ = ["running_simulators", "simulator"]
