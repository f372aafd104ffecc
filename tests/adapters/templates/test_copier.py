import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pavior.adapters.templates.copier import CopierRenderer
from pavior.kernel.errors import InvalidError

# Copier leaves the folder it was reading open when it fails; the collector closes it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CONTEXT = {"name": "orders", "title": "Orders & more", "parameters": {"b": 2, "a": "x"}}


def rendered(template: Path, **context: object) -> dict[str, bytes]:
    return dict(CopierRenderer().render(template, {**CONTEXT, **context}))


def failed(template: Path) -> InvalidError:
    with pytest.raises(InvalidError) as caught:
        rendered(template)
    assert caught.value.code == "template-failed"
    return caught.value


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    return folder


def test_templates_are_filled_in_and_other_files_copied_as_they_are(template: Path) -> None:
    (template / "a.txt.jinja").write_text("{{ title }}\n")
    (template / "b.txt").write_bytes(b"{{ title }}\r\n\xff")
    (template / "{{ name }}").mkdir()
    (template / "{{ name }}" / "c.jinja").write_text(
        "{% for k, v in parameters | dictsort %}{{ k }}={{ v }};{% endfor %}"
    )
    (template / ".hidden").write_text("h")
    (template / "cached.pyc").write_bytes(b"p")

    assert rendered(template) == {
        ".hidden": b"h",
        "a.txt": b"Orders & more\n",
        "b.txt": b"{{ title }}\r\n\xff",
        "cached.pyc": b"p",
        "orders/c": b"a=x;b=2;",
    }


def test_the_same_input_gives_the_same_bytes_in_order_of_path(template: Path) -> None:
    for name in ("z", "a", "m.jinja"):
        (template / name).write_text("x")

    assert (
        list(rendered(template).items()) == list(rendered(template).items()) == [("a", b"x"), ("m", b"x"), ("z", b"x")]
    )


def test_the_template_is_left_as_it_is(template: Path) -> None:
    (template / "a.jinja").write_text("{{ name }}")

    rendered(template)

    assert [path.name for path in template.rglob("*")] == ["a.jinja"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ nosuchname }}",
        "{{ title | nosuchfilter }}",
        "{{ parameters.nothing }}",
        "{{ 1 / 0 }}",
        "{{ title",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/passwd' %}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
    ],
)
def test_a_template_that_does_not_render_is_told(template: Path, text: str) -> None:
    (template / "a.jinja").write_text(text)

    error = failed(template)

    assert str(template) in error.summary
    assert "pavior-template-" not in error.summary


def test_settings_in_the_template_run_nothing(template: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    (template / "copier.yml").write_text(f"_tasks:\n  - touch {marker}\n_jinja_extensions: [os]\n")

    made = rendered(template)

    assert not marker.exists()
    assert set(made) == {"copier.yml"}


def test_settings_of_the_person_are_not_read(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: [this is not a mapping\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    (template / "a.jinja").write_text("{{ name }}")

    assert rendered(template) == {"a": b"orders"}


def test_a_link_that_slipped_through_gives_no_file(template: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    (template / "link").symlink_to(secret)

    error = failed(template)

    assert "canary" not in error.summary
