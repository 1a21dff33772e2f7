"""What people keep in a workspace: scenarios, and what they searched for."""

from collections.abc import Mapping
from typing import Any

from divrec.workspace.facets.opened import Opened
from divrec.workspace.records import ScenarioRecord


class Kept(Opened):
    """What people keep in a workspace: scenarios, and what they searched for."""

    def save_scenario(self, name: str, values: Mapping[str, Any]) -> str:
        """Save a what-if and give its id; ``values`` are plain JSON, with ``dataset`` and ``run`` among them."""
        return self._scenarios.save(name, values)

    def scenarios(self) -> list[ScenarioRecord]:
        """List the saved what-ifs, newest first."""
        return self._scenarios.all()

    def rename_scenario(self, scenario_id: str, name: str) -> None:
        """Give a saved what-if another name."""
        self._scenarios.rename(scenario_id, name)

    def delete_scenario(self, scenario_id: str) -> None:
        """Remove a saved what-if."""
        self._scenarios.delete(scenario_id)

    def searches(self, dataset_id: str) -> list[str]:
        """List what a shop was searched for by people here, latest first."""
        return self._searches.all(dataset_id)

    def keep_search(self, dataset_id: str, text: str) -> None:
        """Keep a search among the shop's latest."""
        self._searches.keep(dataset_id, text)

    def forget_searches(self, dataset_id: str, text: str | None = None) -> None:
        """Forget one past search of a shop, or all of them."""
        self._searches.forget(dataset_id, text)
