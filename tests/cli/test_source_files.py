from pathlib import Path

import pytest

from pavior.cli.checking.source_files import find_stacks
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped


def a_tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def files_by_folder(root: Path) -> dict[str, set[str]]:
    return {stack.folder: set(stack.files) for stack in find_stacks(root)}


def call(source: str) -> str:
    return f'module "m" {{\n  source = "{source}"\n}}\n'


def test_a_folder_without_terraform_has_no_stacks(tmp_path: Path) -> None:
    assert find_stacks(a_tree(tmp_path, {"README.md": "", "a/b.json": "{}"})) == ()


def test_each_folder_with_terraform_is_a_stack_of_its_own(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"a/main.tf": "", "a/x.tfvars": "", "b/c/main.tf.json": "{}", "notes.txt": ""})

    assert files_by_folder(tree) == {"a": {"a/main.tf", "a/x.tfvars"}, "b/c": {"b/c/main.tf.json"}}


def test_a_module_that_is_called_belongs_to_its_caller(tmp_path: Path) -> None:
    tree = a_tree(
        tmp_path,
        {
            "live/main.tf": call("../modules/a") + call("./own"),
            "live/own/main.tf": "",
            "modules/a/main.tf": call("../b"),
            "modules/b/main.tf": "",
            "modules/unused/main.tf": "",
        },
    )

    assert files_by_folder(tree) == {
        "live": {"live/main.tf", "live/own/main.tf", "modules/a/main.tf", "modules/b/main.tf"},
        "modules/unused": {"modules/unused/main.tf"},
    }


def test_a_stack_above_another_does_not_take_its_terraform(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"main.tf": "", "examples/main.tf": "", "policies/p.json": "{}"})

    assert files_by_folder(tree) == {".": {"main.tf"}, "examples": {"examples/main.tf"}}


def test_modules_that_call_each_other_are_looked_at_all_the_same(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"a/main.tf": call("../b"), "b/main.tf": call("../a")})

    assert files_by_folder(tree) == {"a": {"a/main.tf", "b/main.tf"}}


def test_a_module_from_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"a/main.tf": call("../../outside") + call("terraform-aws-modules/vpc/aws")})

    assert files_by_folder(tree) == {"a": {"a/main.tf"}}


def test_what_tools_make_is_not_entered(tmp_path: Path) -> None:
    tree = a_tree(
        tmp_path, {"main.tf": "", ".terraform/modules/x/main.tf": "", "node_modules/y/main.tf": "", ".git/main.tf": ""}
    )

    assert files_by_folder(tree) == {".": {"main.tf"}}


def test_files_beside_terraform_are_read_when_they_are_named(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "tree", {"main.tf": "", "policies/p.json": "{}", "examples/main.tf": "", "a.tfvars": "x"})
    (tmp_path / "secret.txt").write_text("secret")
    (tree / "link.txt").symlink_to(tmp_path / "secret.txt")
    with (tree / "disk.img").open("wb") as sparse:
        sparse.truncate(20_000_001)

    stack, _ = find_stacks(tree)

    assert stack.files["policies/p.json"] == b"{}"
    assert stack.files["a.tfvars"] == b"x"
    for name in ("none.json", "policies", "examples/main.tf", "../secret.txt", "link.txt", "disk.img"):
        assert stack.files.get(name) is None, name


def test_terraform_larger_than_anybody_writes_is_told(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"main.tf": ""})
    with (tree / "huge.tf").open("wb") as sparse:
        sparse.truncate(20_000_001)

    (stack,) = find_stacks(tree)

    assert stack.skipped == (Skipped("huge.tf", "it has 20000001 bytes, more than anybody writes"),)


def test_a_link_that_leads_out_is_not_followed_and_told(tmp_path: Path) -> None:
    outside = a_tree(tmp_path / "outside", {"secret.tf": "secret", "secret.txt": "secret"})
    tree = a_tree(tmp_path / "tree", {"main.tf": "", "shared/common.tf": "common"})
    (tree / "inside.tf").symlink_to(tree / "shared" / "common.tf")
    (tree / "evil.tf").symlink_to(outside / "secret.tf")
    (tree / "evil.txt").symlink_to(outside / "secret.txt")
    (tree / "folder").symlink_to(outside)

    stacks = {stack.folder: stack for stack in find_stacks(tree)}

    assert dict(stacks["."].files) == {"main.tf": b"", "inside.tf": b"common"}
    assert stacks["."].skipped == (Skipped("evil.tf", "it leads out of the folder, or is no file"),)
    assert stacks["shared"].skipped == ()


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"main.tf": ""})
    (tree / "gone.tf").symlink_to(tree / "nothing.tf")

    (stack,) = find_stacks(tree)

    assert [item.subject for item in stack.skipped] == ["gone.tf"]


def test_a_folder_whose_only_code_is_passed_over_is_still_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "gone.tf").symlink_to(tmp_path / "nothing.tf")

    (stack,) = find_stacks(tmp_path)

    assert (stack.folder, len(stack.files), len(stack.skipped)) == ("a", 0, 1)


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = a_tree(tmp_path, {"main.tf": ""})

    # Whoever runs the tests may be root, whom no mode keeps out.
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(InvalidError) as refused:
        find_stacks(tree)

    assert refused.value.code == "check-unreadable"
    assert "main.tf cannot be read: Permission denied." in refused.value.summary
