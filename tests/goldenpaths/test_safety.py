import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.goldenpaths import safety
from pavior.goldenpaths.safety import require_safe_names, require_safe_template
from pavior.goldenpaths.template_language import (
    MAXIMUM_TEMPLATE_BYTES,
    MAXIMUM_WORD_CHARACTERS,
    find_problem,
)
from pavior.kernel.errors import InvalidError


def refused(folder: Path) -> InvalidError:
    with pytest.raises(InvalidError) as caught:
        require_safe_template("road", folder)
    assert caught.value.code == "template-unsafe"
    assert "road" in caught.value.summary
    return caught.value


def test_plain_files_folders_and_placeholders_are_allowed(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text("{% this is no template")
    (tmp_path / "{{ name }}").mkdir()
    (tmp_path / "{{ name }}" / "{{name}}-a_b.txt.jinja").write_text("{{ name }}")
    (tmp_path / "copier-notes.yml").write_text("")

    require_safe_template("road", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "a;b",
        "$(id)",
        "-{{ name }}\n",
        "{{ name",
        "{% if x %}a{% endif %}",
        "{{ name.upper() }}",
        "\u202eb",
        ".git",
        ".GIT",
    ],
)
def test_a_name_that_is_not_plain_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")

    assert refused(tmp_path).context["subject"] == name


@pytest.mark.parametrize("name", ["copier.yml", "copier.yaml", "Copier.YML"])
def test_settings_of_the_renderer_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("_tasks: [id]\n")

    assert "run code" in refused(tmp_path).summary


def test_settings_further_down_are_a_file_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "copier.yml").write_text("")

    require_safe_template("road", tmp_path)


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "inside"])
def test_a_symbolic_link_is_refused_wherever_it_leads(tmp_path: Path, target: str) -> None:
    (tmp_path / "inside").write_text("")
    (tmp_path / "link").symlink_to(target)

    assert "symbolic link" in refused(tmp_path).summary


def test_a_linked_folder_is_refused_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)

    assert refused(tmp_path).context["subject"] == "loop"


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert "neither a file nor a folder" in refused(tmp_path).summary


def test_the_number_of_files_and_bytes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAXIMUM_FILES", 2)
    monkeypatch.setattr(safety, "MAXIMUM_BYTES", 4)
    (tmp_path / "a").write_text("12")
    (tmp_path / "b").write_text("34")
    require_safe_template("road", tmp_path)

    (tmp_path / "b").write_text("345")
    assert refused(tmp_path).context["subject"] == "b"
    (tmp_path / "b").write_text("")
    (tmp_path / "c").write_text("")
    assert refused(tmp_path).context["subject"] == "c"


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "../../x", "/etc", ".git", "a\n", "a" * 121])
def test_an_answer_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "{{ name }}").write_text("")

    with pytest.raises(InvalidError) as caught:
        require_safe_names("road", tmp_path, {"name": name})

    assert caught.value.code == "template-unsafe"


def test_an_answer_that_is_a_plain_name_is_taken(tmp_path: Path) -> None:
    (tmp_path / "{{ name }}.txt").write_text("")

    require_safe_names("road", tmp_path, {"name": "orders"})


def test_a_template_is_refused_by_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "README.md.jinja").write_text("fine\n{{ name }}\n{% include 'x' %}\n")

    error = refused(tmp_path)

    assert error.context["subject"] == "README.md.jinja"
    assert error.summary.endswith("README.md.jinja uses include, which templates may not (line 3).")


def test_a_template_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.jinja"
    file.write_bytes(b"x" * MAXIMUM_TEMPLATE_BYTES)
    require_safe_template("road", tmp_path)

    file.write_bytes(b"x" * (MAXIMUM_TEMPLATE_BYTES + 1))
    assert "bytes" in refused(tmp_path).summary
    file.write_bytes(b"\xff")
    assert "UTF-8" in refused(tmp_path).summary


@pytest.mark.parametrize(
    "text",
    [
        "no template at all, { single } and {{ name }}",
        "{{ name | upper }} {{ title or name }} {{ parameters.size }} {{ parameters['size'] }}",
        "{% for key, value in parameters | dictsort %}{{ key }}: {{ value | to_json(ensure_ascii=false) }}{% endfor %}",
        "{% if size == 'large' and name != 'x' %}a{% elif not title %}b{% else %}c{% endif %}",
        "{{ {'small': 5, 'large': 100}[size] }} {{ 'a' if title is defined else 'b' }}",
        "{% raw %}{{ untouched() }}{% endraw %}{# a comment #}",
        "{{ title | replace('a', 'b') | trim | lower }}",
        "{% for item in parameters.list %}{{ item }}{% endfor %}{% for item in list %}{{ item }}{% endfor %}",
        "{{ 'x' if size in ['a', 'b'] else name ~ '-' ~ team }}",
    ],
)
def test_filling_in_answers_is_allowed(text: str) -> None:
    assert find_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # Reading files and the environment.
        ("{% include '/etc/passwd' %}", "uses include"),
        ("{% include '../../secret' %}", "uses include"),
        ("{% extends '/etc/passwd' %}", "uses extends"),
        ("{% import 'x' as x %}", "uses import"),
        ("{% from 'x' import y %}", "uses fromimport"),
        ("{{ '/etc/*' | fileglob }}", "uses the filter fileglob"),
        ("{{ '$HOME' | expandvars }}", "uses the filter expandvars"),
        ("{{ '~' | expanduser }}", "uses the filter expanduser"),
        ("{{ 'x' | realpath }}", "uses the filter realpath"),
        ("{{ _external_data.x }}", "uses the name _external_data"),
        ("{{ _copier_conf.src_path }}", "uses the name _copier_conf"),
        ("{{ _copier_conf | to_json }}", "uses the name _copier_conf"),
        # Reaching for Python.
        ("{{ ''.__class__ }}", "reaches for __class__"),
        ("{{ name['__class__'] }}", "reaches for __class__"),
        ("{{ name | attr('__class__') }}", "uses the filter attr"),
        ("{{ parameters.items() }}", "uses call"),
        ("{{ cycler }}", "uses the name cycler"),
        ("{{ lipsum.__globals__ }}", "reaches for __globals__"),
        ("{{ pathjoin('a') }}", "uses call"),
        ("{% set x = 1 %}", "uses assign"),
        ("{% macro f() %}{% endmacro %}", "uses macro"),
        ("{% call f() %}{% endcall %}", "uses callblock"),
        ("{% filter upper %}x{% endfilter %}", "uses filterblock"),
        ("{% block a %}{% endblock %}", "uses block"),
        ("{% with x = 1 %}{% endwith %}", "uses with"),
        ("{% yield x from parameters %}{% endyield %}", "cannot be read"),
        ("{% do x %}", "cannot be read"),
        ("{{ name | shuffle }}", "uses the filter shuffle"),
        ("{{ name is callable }}", "uses the test callable"),
        # Not coming to an end, or growing without one.
        ("{% for i in range(1000000000) %}x{% endfor %}", "loops over something that is not an answer"),
        ("{% for i in 'aaaa' %}x{% endfor %}", "loops over something that is not an answer"),
        ("{% for i in name | replace('a', 'bb') %}x{% endfor %}", "loops over something that is not an answer"),
        ("{% for i in a %}{% for j in a %}x{% endfor %}{% endfor %}", "has a loop in a loop"),
        ("{% for i in a %}{% if i %}{% for j in a %}x{% endfor %}{% endif %}{% endfor %}", "has a loop in a loop"),
        ("{% for i in a recursive %}{{ loop(i) }}{% endfor %}", "has a loop that calls itself"),
        ("{{ 'x' * 1000000000 }}", "uses mul"),
        ("{{ 9 ** 9 ** 9 }}", "uses pow"),
        ("{{ '%99999999d' % 1 }}", "uses mod"),
        ("{{ name | center(1000000000) }}", "uses the filter center"),
        ("{{ name | replace('a', title) }}", "gives the filter replace an argument that is not written out"),
        ("{{ name | replace(*parameters) }}", "gives the filter replace arguments that are not written out"),
        (
            f"{{{{ name | replace('a', '{'b' * (MAXIMUM_WORD_CHARACTERS + 1)}') }}}}",
            f"gives the filter replace a text of more than {MAXIMUM_WORD_CHARACTERS} characters",
        ),
        ("{{ name | join('x') | join('x') | join('x') | join('x') }}", "uses more than 3 filters in a row"),
        ("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}", "is nested too deeply"),
        # Not a template.
        ("{{ name", "cannot be read"),
        ("{% if %}", "cannot be read"),
        ("{{ name | nosuchfilter }}", "uses the filter nosuchfilter"),
    ],
)
def test_whatever_could_read_run_or_grow_is_refused(text: str, why: str) -> None:
    assert find_problem(text).startswith(why)


@given(st.text(st.sampled_from("{}% |()[].'\"abfori_n,~*+-#"), max_size=40))
def test_no_text_makes_the_check_raise(text: str) -> None:
    assert isinstance(find_problem(text), str)
