"""Arguments of the programs of a cluster itself, as these programs read them."""

import pytest
from tests.resources.manifests import a_manifest, is_unknown, views

from pavior.resources.model import Resource, Value


def a_program(*words: Value, args: Value = None) -> Resource:
    container: Value = {"name": "a", "image": "a:1", "command": list(words), "args": args}
    return a_manifest("Pod", spec={"containers": [container]})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--mode=RBAC"], "RBAC"),
        (["--mode= RBAC "], "RBAC"),
        (["-mode=RBAC"], "RBAC"),
        (["--mode", "RBAC"], "RBAC"),
        (["--mode", "--other"], "true"),
        (["--mode"], "true"),
        (["--mode="], ""),
        (["--mode=A", "--mode=RBAC"], "RBAC"),
        (["--other=RBAC"], "default"),
    ],
)
def test_an_argument_is_read_as_the_program_reads_it(words: list[Value], expected: str) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))
    (split,) = views("ApiServer", a_program("/usr/bin/kube-apiserver", args=words))

    assert server.argument("--mode", "default").value == expected
    assert split.argument("--mode", "default").value == expected


@pytest.mark.parametrize(
    "words",
    [["${FLAGS}", "--mode=RBAC"], ["--config=/a", "--mode=RBAC"], ["--mode=RBAC", "--authorization-config=/a"]],
)
def test_an_argument_that_may_be_given_elsewhere_is_not_known(words: list[Value]) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))

    assert is_unknown(server.argument("--other", "default"))
    assert server.argument("--mode", "default").value == "RBAC"


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        (["--mode=RBAC", "--mode=${X}"], None),
        (["--mode=RBAC", "${FLAGS}"], None),
        (["--mode=${X}", "--mode=RBAC"], "RBAC"),
        (["--mode=RBAC", "--other", "${X}"], "RBAC"),
        (["--mode=RBAC", "--other=${X}"], "RBAC"),
    ],
)
def test_what_is_not_known_goes_before_what_stands_before_it(words: list[Value], mode: str | None) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))

    found = server.argument("--mode", "default")
    assert is_unknown(found) if mode is None else found.value == mode


def test_lists_that_are_given_again_add_up() -> None:
    flags = ["--authorization-mode=AlwaysAllow", "--authorization-mode", "RBAC"]
    (server,) = views("ApiServer", a_program("kube-apiserver", *flags))
    (unknown,) = views("ApiServer", a_program("kube-apiserver", "--authorization-mode", "${X}", flags[0]))

    assert server.argument("--authorization-mode", "").value == "AlwaysAllow,RBAC"
    assert is_unknown(unknown.argument("--authorization-mode", ""))


@pytest.mark.parametrize(
    "environment",
    [
        {"env": [{"name": "ETCD_AUTO_TLS", "value": "true"}]},
        {"env": ["text"]},
        {"env": "${ENV}"},
        {"envFrom": [{"configMapRef": {"name": "a"}}]},
    ],
)
def test_the_environment_of_the_store_may_say_what_its_command_does_not(environment: dict[str, Value]) -> None:
    container: Value = {"name": "a", "image": "a:1", "command": ["etcd", "--a=b"], **environment}
    (store,) = views("ClusterStore", a_manifest("Pod", spec={"containers": [container]}))

    assert is_unknown(store.argument("--auto-tls", "false"))
    assert store.argument("--a", "").value == "b"


@pytest.mark.parametrize(
    "extra", [{"args": ["--config-file=/a"]}, {"env": [{"name": "ETCD_CONFIG_FILE", "value": "/a"}]}]
)
def test_a_store_with_a_file_looks_at_nothing_else(extra: dict[str, Value]) -> None:
    container: Value = {"name": "a", "image": "a:1", "command": ["etcd", "--auto-tls=false"], **extra}
    (store,) = views("ClusterStore", a_manifest("Pod", spec={"containers": [container]}))

    assert is_unknown(store.argument("--auto-tls", "false"))


@pytest.mark.parametrize(
    "container",
    [
        {"image": "a:1", "command": ["sh", "-c", "exec /usr/bin/kube-apiserver --mode=RBAC"]},
        {"image": "a:1", "command": ["/go-runner", "--log-file=/a", "/usr/local/bin/kube-apiserver"]},
        {"image": "a:1", "args": ["sh", "-c", "x=1;kube-apiserver ${FLAGS}"]},
        {"image": "registry.example:5000/kube-apiserver:1", "args": ["--mode=RBAC"]},
        {"image": "kube-apiserver"},
    ],
)
def test_a_program_that_is_started_in_another_way_is_not_known(container: dict[str, Value]) -> None:
    (server,) = views("ApiServer", a_manifest("Pod", spec={"containers": [{"name": "a", **container}]}))

    assert is_unknown(server.argument("--mode", "default"))


def test_a_program_is_known_by_its_whole_name() -> None:
    backup: Value = {"name": "a", "image": "registry.example/etcd:1", "command": ["sh", "-c", "etcdctl snapshot save"]}

    assert views("ClusterStore", a_manifest("Pod", spec={"containers": [backup]})) == []
    assert len(views("ClusterStore", a_program("etcd"), a_program("/bin/etcd"))) == 2
