"""From files to a Configuration: what is read, from where, and what comes of it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from alertrouter.channels.webhook import Webhook
from alertrouter.config.loader import load_file, load_text
from alertrouter.errors import ConfigError
from alertrouter.model.labels import NameMode
from alertrouter.model.notification import Integration, Receiver
from alertrouter.model.secret import Secret, SecretFile
from tests.config.loading import NOWHERE, load

MINIMAL = "route: {receiver: r}\nreceivers: [{name: r}]\n"
COMPLETE = """
global: {resolve_timeout: 7m, http_config: {authorization: {credentials_file: token}}}
webhook: {stale_after: 3h}
route: {receiver: team}
receivers:
- name: team
  labels: {tier: gold}
  log_configs: [{}]
  webhook_configs:
  - {url: "http://one/"}
  - {url: "http://two/", send_resolved: no, timeout: 5s}
- name: nobody-routes-here
"""


def folder(directory: Path, **files: str) -> Path:
    """Write files into a new directory; ``__`` in a name stands for a dot."""
    directory.mkdir(parents=True)
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text)
    return directory


def config_map(volume: Path, version: str, **files: str) -> None:
    """Update a mounted ConfigMap as the kubelet does: a new directory, then the link turns."""
    folder(volume / f"..{version}", **files)
    turning = volume / "..data_tmp"
    turning.symlink_to(f"..{version}")
    turning.rename(volume / "..data")
    for name in files:
        link = volume / name.replace("__", ".")
        if not link.is_symlink():
            link.symlink_to(Path("..data") / link.name)


def test_a_complete_file_is_everything_the_service_runs_on() -> None:
    """Receivers in Alertmanager's order of kinds, settings with the global ones applied."""
    loaded = load(COMPLETE)
    assert loaded.policy.resolve_timeout == timedelta(minutes=7)
    assert loaded.policy.stale_after == timedelta(hours=3)
    assert loaded.policy.root.options.receiver == "team"
    assert list(loaded.receivers.values()) == [
        Receiver(
            "team",
            (
                Integration("webhook", 0),
                Integration("webhook", 1, send_resolved=False),
                Integration("log", 0),
            ),
        ),
        Receiver("nobody-routes-here"),
    ]
    assert loaded.policy.receivers == loaded.receivers
    assert loaded.receiver_labels["team"] == {"tier": "gold", "name": "team"}
    assert set(loaded.channels) == {
        ("team", "webhook", 0), ("team", "webhook", 1), ("team", "log", 0)
    }  # fmt: skip
    assert loaded.warnings == ()


def test_channels_know_their_settings_and_where_they_stand() -> None:
    """The global http_config is inherited, and its paths lie beside the file."""
    channel = load(COMPLETE).channels["team", "webhook", 1]
    assert isinstance(channel, Webhook)
    assert channel.url == Secret("http://two/")
    assert channel.timeout == timedelta(seconds=5)
    credentials = channel.config.credentials
    assert credentials is not None
    assert credentials.secret == SecretFile(NOWHERE / "token")


def test_the_external_url_reaches_the_channels() -> None:
    """Messages link to where people reach the service."""
    loaded = load_text(
        COMPLETE, file="x", directory=NOWHERE, external_url="https://alerts/", environment={}
    )
    channel = loaded.channels["team", "webhook", 0]
    assert isinstance(channel, Webhook)
    assert channel.external_url == "https://alerts/"


def test_the_process_has_the_last_word_on_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the caller names no environment, that of the process counts."""
    monkeypatch.setenv("ALERTROUTER_TEST_RECEIVER", "r")
    text = MINIMAL.replace("receiver: r", "receiver: '${ALERTROUTER_TEST_RECEIVER}'")
    loaded = load_text(text, file="x", directory=NOWHERE)
    assert loaded.policy.root.options.receiver == "r"


def test_a_file_and_its_templates_are_read(tmp_path: Path) -> None:
    """Their names are kept for watching, the digest of the file for comparing."""
    text = "templates: ['*.j2', extra/*.j2, '*.j2']\n" + MINIMAL.replace(
        "name: r", "name: r, log_configs: [{text: '{{ hello() }} {{ bye() }}'}]"
    )
    place = folder(
        tmp_path / "etc",
        routes__yaml=text,
        b__j2="{% macro hello() %}b{% endmacro %}",
        a__j2="{% macro hello() %}a{% endmacro %}",
        other__txt="{% macro %}",
    )
    folder(place / "extra", c__j2="{% macro bye() %}c{% endmacro %}")

    loaded = load_file(place / "routes.yaml", environment={})

    assert [str(path.relative_to(place)) for path in loaded.files] == [
        "routes.yaml", "a.j2", "b.j2", "extra/c.j2"
    ]  # fmt: skip
    assert loaded.digest == hashlib.md5(text.encode(), usedforsecurity=False).digest()


def test_absolute_patterns_may_lie_anywhere(tmp_path: Path) -> None:
    """Templates can come from another volume."""
    elsewhere = folder(tmp_path / "elsewhere", x__j2="{% macro x() %}x{% endmacro %}")
    place = folder(tmp_path / "etc", routes__yaml=f"templates: ['{elsewhere}/*.j2']\n{MINIMAL}")
    loaded = load_file(place / "routes.yaml", environment={})
    assert loaded.files == (place / "routes.yaml", elsewhere / "x.j2")


@pytest.mark.parametrize("pattern", ["*.j2", "{volume}/*.j2"], ids=["relative", "absolute"])
def test_a_config_map_is_read_from_one_side_of_its_update(tmp_path: Path, pattern: str) -> None:
    """The names are those that people and watchers know, not those behind the link."""
    volume = tmp_path / "volume"
    volume.mkdir()
    text = f"templates: ['{pattern.format(volume=volume)}']\n" + MINIMAL
    for version in ("v1", "v2"):
        config_map(volume, version, routes__yaml=text, x__j2=f"{{% set x = '{version}' %}}")
        loaded = load_file(volume / "routes.yaml", environment={})
        assert loaded.files == (volume / "routes.yaml", volume / "x.j2")
    # What stands beside the link is not what the link leads to.
    (volume / "routes.yaml").unlink()
    (volume / "routes.yaml").write_text("broken: [")
    assert load_file(volume / "routes.yaml", environment={}).policy.root.options.receiver == "r"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read (No such file or directory): give the path of a readable"),
        (b"route: \xff", "byte 7 is not UTF-8: save the file as UTF-8"),
        (b"", "no route provided in config: the file is empty"),
        (b"  \n\n", "no route provided in config: the file is empty"),
    ],
    ids=["missing", "latin-1", "empty", "blank"],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, message: str) -> None:
    """One problem that names the file and the remedy."""
    path = tmp_path / "routes.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as refusal:
        load_file(path, environment={})
    assert str(refusal.value).startswith(f"{path}: {message}")


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    """As it becomes when a volume is mounted at the wrong path."""
    with pytest.raises(ConfigError, match="Is a directory"):
        load_file(tmp_path, environment={})


def test_template_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """At the pattern that found them."""
    place = folder(tmp_path / "etc", routes__yaml="templates: ['*.j2']\n" + MINIMAL)
    (place / "x.j2").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"1:13: templates\[0\]: .*x\.j2 is not UTF-8 text"):
        load_file(place / "routes.yaml", environment={})


@pytest.mark.parametrize("mode", list(NameMode), ids=str)
def test_the_mode_decides_what_a_matcher_means(mode: NameMode) -> None:
    """Strict mode refuses what only the classic grammar reads."""
    text = "route: {receiver: r, routes: [{matchers: ['a=b c']}]}\nreceivers: [{name: r}]"
    if mode is NameMode.UTF8:
        with pytest.raises(ConfigError, match="unexpected c at character 5"):
            load(text, mode)
    else:
        assert load(text, mode).policy.root.children[0].key == '{}/{a="b c"}'


SECRET = "hunter2"


@pytest.mark.parametrize(
    "receivers",
    [
        "webhook_configs: [{url: 'http://h/hunter2'}]",
        "webhook_configs: [{url: 'ftp://h/hunter2'}]",
        "webhook_configs: [{url: 'hunter2'}]",
        "webhook_configs: [{url: 'http://h/', http_config: {authorization: hunter2}}]",
        "webhook_configs: [{url: 'http://h/', http_config: {bearer_token: hunter2, oauth2: {}}}]",
        "slack_configs: [{api_url: 'hunter2', channel: c}]",
        "slack_configs: [{api_url: 'http://h/hunter2', channel: c}]",
        "email_configs: [{to: a@b.c, auth_password: hunter2}]",
    ],
)
def test_a_secret_is_in_no_message_and_no_value(receivers: str) -> None:
    """Problems go to logs and terminals, a Configuration into debuggers."""
    text = f"route: {{receiver: r}}\nreceivers:\n- name: r\n  {receivers}\n"
    try:
        told = repr(load(text))
    except ConfigError as refusal:
        told = str(refusal)
    assert SECRET not in told


KEYS = st.sampled_from([
    "global", "route", "routes", "receivers", "receiver", "name", "templates", "webhook",
    "stale_after", "matchers", "match", "match_re", "group_by", "group_wait", "group_interval",
    "repeat_interval", "continue", "labels", "http_config", "url", "webhook_configs",
    "email_configs", "slack_configs", "log_configs", "inhibit_rules", "to", "text", "max_alerts",
    "<<", "x", "tls_config", "headers", "fields", "actions", "threading", "payload", "api_url",
    "smtp_smarthost",
])  # fmt: skip
SCALARS = st.one_of(
    st.sampled_from(
        ["r", "5m", "0", "yes", "a=b", "a=~((", "...", "", "http://h/", "h:25", "{{ status }}",
         "{{ .Status }}", "{% if", "${X}", "${INTERVAL}", "-1", "*.j2", "["]
    ),
    st.none(),
    st.text(max_size=5),
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


def as_yaml(tree: object) -> str:
    """Write a tree in flow style, scalars now plain, now quoted."""
    match tree:
        case dict():
            return "{" + ", ".join(f"{key}: {as_yaml(value)}" for key, value in tree.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_yaml, tree)) + "]"
        case str() if tree.isalnum():
            return tree
        case str():
            return "'" + tree.replace("'", "''") + "'"
        case _:
            return "~"


@given(st.fixed_dictionaries({}, optional={
    "global": TREES, "templates": TREES, "webhook": TREES, "route": TREES,
    "receivers": st.one_of(TREES, st.lists(st.dictionaries(KEYS, TREES, max_size=5), max_size=3)),
}))  # fmt: skip
def test_any_tree_is_a_configuration_or_problems(tree: dict[str, object]) -> None:
    """Nothing but ConfigError ever comes out, and every problem has a place and a message."""
    try:
        load(as_yaml(tree), environment={"INTERVAL": "5m"})
    except ConfigError as refusal:
        assert all(problem.message for problem in refusal.problems)  # noqa: PT017


@given(st.text())
def test_any_text_is_a_configuration_or_problems(text: str) -> None:
    """The same for what is no tree at all."""
    try:
        load(text)
    except ConfigError as refusal:
        assert refusal.problems  # noqa: PT017
