"""From a golden path to a service with a repository, an owner, and environments on their way."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import service as catalog_service
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment, EnvironmentStatus
from pavior.environments.ports import Stack
from pavior.goldenpaths.model import GoldenPath, RenderedTree
from pavior.identity.desk import get_team
from pavior.identity.model import Actor, Permission, Role, Scope, Surface
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import ConflictError
from pavior.policy.rendering import denials
from pavior.reports.model import Preview
from pavior.resources.join import join
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState
from pavior.workflows.change_desk import author_of
from pavior.workflows.durable import Json
from pavior.workflows.gate import judge
from pavior.workflows.open_change import open_in
from pavior.workflows.platform import INFRASTRUCTURE_FOLDER, Platform, infrastructure_files
from pavior.workflows.record_threats import read_model_of_commit, record_main_model
from pavior.workflows.running import Running, enqueue_run, require_text

CREATE_SERVICE = "create_service"


@dataclass(frozen=True, slots=True)
class ServiceCreation:
    """Golden paths, previews, and creation."""

    platform: Platform

    def list_golden_paths(self, actor: Actor) -> tuple[GoldenPath, ...]:
        """All that can be chosen, by name."""
        self.platform.authoriser.authorise(actor, Permission.SERVICE_READ, on=Scope())
        return self.platform.golden_paths.list()

    def get_golden_path(self, actor: Actor, name: str) -> GoldenPath:
        """Raises MissingError `golden-path-missing`."""
        self.platform.authoriser.authorise(actor, Permission.SERVICE_READ, on=Scope())
        return self.platform.golden_paths.get(name)

    def preview_service(self, actor: Actor, golden_path: str, parameters: Mapping[str, object]) -> Preview:
        """Files, plan and verdicts for the first environment; makes nothing.

        `parameters` holds `name` and `team` among the golden path's own.

        Raises:
            InvalidError: `parameters-invalid`, with the JSON pointer of each problem in `context["problems"]`.
        """
        platform = self.platform
        self._authorise(actor, parameters)
        path, tree = platform.golden_paths.get(golden_path), platform.golden_paths.render(golden_path, parameters)
        now = platform.clock.now()
        stage, is_production = path.environments[0]
        environment = _environment(
            platform, path, str(tree.parameters["name"]), stage, is_production=is_production, now=now
        )
        engine = platform.engine(environment.engine)
        owner = "preview-" + hashlib.sha256(f"{actor.id}{now}".encode()).hexdigest()[:16]
        with platform.scratch(owner) as folder:
            for name, body in tree.files.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(body)
            variables = {"environment": stage}
            plan = engine.plan(
                Stack(folder / INFRASTRUCTURE_FOLDER, environment.id, variables),
                state=None,
                target=platform.cloud.target(environment.id),
                report=lambda _: None,
            )
            source = platform.read_source(infrastructure_files(folder), variables, frozenset())
        reading = platform.read_plan(plan.plan_json)
        joined = structs.replace(reading, graph=join(reading.graph, source))
        digest = hashlib.sha256(plan.plan_json).hexdigest()
        with platform.database.snapshot() as transaction:
            decision = judge(
                platform,
                transaction,
                environment=environment,
                kind=ChangeKind.DEPLOY,
                reading=joined,
                plan_digest=digest,
                now=now,
                team=str(tree.parameters["team"]),
                data_class=_data_class(tree.parameters),
            )
        return Preview(
            files={name: body.decode("utf-8", errors="replace") for name, body in sorted(tree.files.items())},
            changes=joined.changes,
            decision=decision,
            environment=environment.id,
            denials=denials(decision, platform.controls),
        )

    def create_service(self, actor: Actor, golden_path: str, parameters: Mapping[str, object]) -> Run:
        """Make repository, catalog entry, environments, and open the first Change on the first environment.

        Raises:
            InvalidError: `parameters-invalid`.
            MissingError: `team-missing`.
            ConflictError: `service-exists`.
            ForbiddenError: `permission-denied` for a team that is not the actor's.
        """
        platform = self.platform
        self._authorise(actor, parameters)
        # Rendered in the run: it takes seconds when many ask at once, and a run can be watched.
        complete = platform.golden_paths.complete(golden_path, parameters)
        name, team = str(complete["name"]), str(complete["team"])
        scope = Scope(kind="service", name=name, team=team)
        platform.authoriser.authorise(actor, Permission.SERVICE_CREATE, on=scope)
        now = platform.clock.now()
        run_id = f"create-{name}"
        with platform.database.transaction() as transaction:
            get_team(transaction, team)
            earlier = runs.find_run(transaction, run_id)
            if catalog.find_service(transaction, name) is not None or (earlier and not earlier.state.is_ended):
                raise ConflictError("service-exists", f"There is a service {name} already.", fix="Choose another name.")
            if earlier is not None:
                # An attempt that failed left nothing behind but its run.
                run_id = f"create-{name}-{format_instant(now).translate(str.maketrans('', '', '-:.'))}"
            return enqueue_run(
                platform,
                transaction,
                run_id=run_id,
                kind=CREATE_SERVICE,
                subject=f"service:default/{name}",
                service=name,
                requester=actor.id,
                payload={
                    "golden_path": golden_path,
                    "parameters": json.dumps(dict(complete)),
                    "actor": actor.id,
                    "surface": actor.surface.value,
                    "roles": json.dumps(sorted(role.value for role in actor.roles)),
                    "at": format_instant(now),
                },
                now=now,
            )

    def _authorise(self, actor: Actor, parameters: Mapping[str, object]) -> None:
        scope = Scope(kind="service", name=str(parameters.get("name", "")), team=str(parameters.get("team", "")))
        self.platform.authoriser.authorise(actor, Permission.SERVICE_CREATE, on=scope)


@dataclass(frozen=True, slots=True)
class CreateService:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        """The repository first, then all that speaks of it."""
        running.do("repository", lambda: self._make_repository(running, payload))
        running.do("catalog", lambda: self._make_entries(running, payload))
        return RunState.SUCCEEDED

    def _tree(self, payload: Mapping[str, Json]) -> RenderedTree:
        parameters = json.loads(require_text(payload, "parameters"))
        return self.platform.golden_paths.render(require_text(payload, "golden_path"), parameters)

    def _make_repository(self, running: Running, payload: Mapping[str, Json]) -> Json:
        tree = self._tree(payload)
        name = str(tree.parameters["name"])
        commit = self.platform.forge.create_repository(
            name,
            tree.files,
            author=author_of(require_text(payload, "actor")),
            message=f"Create {name} from golden path {tree.golden_path} {tree.version}",
            now=parse_instant(require_text(payload, "at")),
        )
        running.say("repository", f"{len(tree.files)} files in {self.platform.forge.clone_url(name)}.")
        return commit

    def _make_entries(self, running: Running, payload: Mapping[str, Json]) -> Json:
        platform = self.platform
        tree = self._tree(payload)
        path = platform.golden_paths.get(tree.golden_path)
        requested_at = parse_instant(require_text(payload, "at"))
        service = _service(tree, requested_at)
        actor = Actor(
            id=require_text(payload, "actor"),
            roles=frozenset(Role(word) for word in json.loads(require_text(payload, "roles"))),
            teams=frozenset({service.team}),
            surface=Surface(require_text(payload, "surface")),
        )
        commit = platform.forge.head(service.repository)
        threat_model = read_model_of_commit(platform, service, commit)
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            if catalog.find_service(transaction, service.name) is None:
                catalog_service.register_service(transaction, service)
                catalog_service.record_catalog(transaction, service.repository, tree.files)
                record_main_model(transaction, service.name, threat_model)
                for position, (stage, is_production) in enumerate(path.environments):
                    made = _environment(platform, path, service.name, stage, is_production=is_production, now=now)
                    store.insert_environment(transaction, made, position)
                record(transaction, _created_event(service, actor, requested_at, now), now)
                open_in(platform, transaction, _first_change(service, path, actor, commit, now), actor, now)
        running.say("catalog", f"{service.name} belongs to {service.team}; its first Change is on its way.")
        return commit


def _first_change(service: Service, path: GoldenPath, actor: Actor, commit: str, now: datetime) -> Change:
    return Change(
        id="",
        service=service.name,
        environment=path.environments[0][0],
        kind=ChangeKind.PROMOTE,
        title=f"Deploy {service.name} for the first time",
        requester=actor.id,
        branch="",
        commit=commit,
        status=ChangeStatus.PLANNING,
        created_at=now,
        variables={},
    )


def _environment(
    platform: Platform, path: GoldenPath, service: str, stage: str, *, is_production: bool, now: datetime
) -> Environment:
    return Environment(
        service=service,
        name=stage,
        is_production=is_production,
        engine=path.engine or platform.default_engine,
        status=EnvironmentStatus.PLANNED,
        created_at=now,
    )


def _service(tree: RenderedTree, now: datetime) -> Service:
    parameters = tree.parameters
    name = str(parameters["name"])
    return Service(
        name=name,
        title=str(parameters.get("title") or name),
        description=str(parameters.get("description", "")),
        team=str(parameters["team"]),
        repository=name,
        lifecycle="production",
        golden_path=tree.golden_path,
        golden_path_version=tree.version,
        parameters=dict(parameters),
        data_class=_data_class(parameters),
        created_at=now,
    )


def _created_event(service: Service, actor: Actor, requested_at: datetime, now: datetime) -> Event:
    return Event(
        verb="service.created",
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"service:default/{service.name}",
        service=service.name,
        started_at=requested_at,
        ended_at=now,
        details={"golden_path": service.golden_path, "version": service.golden_path_version, "team": service.team},
    )


def _data_class(parameters: Mapping[str, object]) -> str:
    return str(parameters.get("data_class", ""))
