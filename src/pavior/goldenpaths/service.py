"""Golden paths: which there are, whether answers are good, and what files they become."""

from collections.abc import Mapping
from dataclasses import dataclass

from pavior.goldenpaths import parameters as answers
from pavior.goldenpaths.errors import golden_path_missing
from pavior.goldenpaths.escaping import escape_markdown
from pavior.goldenpaths.loading import TEMPLATE_FOLDER
from pavior.goldenpaths.model import GoldenPath, RenderedTree
from pavior.goldenpaths.ports import Renderer
from pavior.goldenpaths.safety import require_safe_names, require_safe_template


@dataclass(frozen=True, slots=True)
class GoldenPaths:
    """All golden paths of an installation, loaded once with `loading.load_golden_paths`."""

    golden_paths: tuple[GoldenPath, ...]
    renderer: Renderer

    def list(self) -> tuple[GoldenPath, ...]:
        """All of them, by name."""
        return self.golden_paths

    def get(self, name: str) -> GoldenPath:
        """Raises MissingError `golden-path-missing`."""
        found = next((item for item in self.golden_paths if item.name == name), None)
        if found is None:
            raise golden_path_missing(name)
        return found

    def complete(self, name: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """The answers with the defaults, when they are good; nothing is rendered.

        Raises:
            MissingError: `golden-path-missing`.
            InvalidError: `parameters-invalid`.
        """
        return answers.complete_parameters(self.get(name), parameters)

    def render(self, name: str, parameters: Mapping[str, object]) -> RenderedTree:
        """The files for these answers; the same answers give the same bytes.

        Raises:
            MissingError: `golden-path-missing`.
            InvalidError: `parameters-invalid`, `template-unsafe`, `template-failed`.
        """
        golden_path = self.get(name)
        return self._render(golden_path, answers.complete_parameters(golden_path, parameters))

    def rerender(
        self, name: str, parameters: Mapping[str, object], changed: Mapping[str, object]
    ) -> tuple[RenderedTree, Mapping[str, bytes | None]]:
        """What becomes of earlier answers with day-two parameters set again, and only the files that differ.

        Returns:
            The whole new tree, and path to new bytes, or None for a file that is no longer made.

        Raises:
            As `render`.
        """
        golden_path = self.get(name)
        before = self._render(golden_path, answers.complete_parameters(golden_path, parameters)).files
        after = self._render(golden_path, answers.change_parameters(golden_path, parameters, changed))
        differing: dict[str, bytes | None] = {
            path: body for path, body in after.files.items() if before.get(path) != body
        }
        differing.update({path: None for path in before if path not in after.files})
        return after, differing

    def day_two_schema(self, name: str) -> Mapping[str, object] | None:
        """JSON Schema of what can be set later, or None. Raises MissingError `golden-path-missing`."""
        return answers.day_two_schema(self.get(name))

    def _render(self, golden_path: GoldenPath, complete: Mapping[str, object]) -> RenderedTree:
        template = golden_path.folder / TEMPLATE_FOLDER
        context = {
            **complete,
            "parameters": dict(complete),
            "markdown": {key: escape_markdown(value) for key, value in complete.items() if isinstance(value, str)},
            "golden_path": golden_path.name,
            "golden_path_version": golden_path.version,
        }
        require_safe_template(golden_path.name, template)
        require_safe_names(golden_path.name, template, context)
        return RenderedTree(
            golden_path=golden_path.name,
            version=golden_path.version,
            parameters=complete,
            files=self.renderer.render(template, context),
        )
