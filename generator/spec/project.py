"""The shape of project.yaml."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from generator.spec.fields import FieldType, Scalar
from generator.spec.flow import FlowName
from generator.spec.model import Items, Model, Short, says
from generator.spec.verify import BasicSpec, SecretSpec, SecretText


class SettingSpec(Model, frozen=True, kw_only=True):
    """A text, or a variable that holds it."""

    value: Annotated[str | None, says("The text.")] = None
    var: Annotated[str | None, says("A variable that holds it.")] = None


def _setting(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


Setting = Annotated[SettingSpec, Short(_setting, str | SettingSpec)]


class EnvironmentSpec(Model, frozen=True, kw_only=True):
    """One account."""

    account: Annotated[
        str, says("Account id: 1234567_SB1.", pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$")
    ]
    agent_url: Annotated[Setting | None, says("Where the account reaches the agent.")] = None


class HeaderSpec(Model, frozen=True, kw_only=True):
    """A secret in a header of its own."""

    name: Annotated[str, says("Name of the header: X-Api-Key.", min_length=1)]
    secret: Annotated[SecretText, says("Name of the secret that is its value.")]


class OAuth2Spec(Model, frozen=True, kw_only=True):
    """OAuth 2.0 client credentials (RFC 6749, 4.4): the agent gets access tokens and renews them."""

    token_url: Annotated[Setting, says("Address of the token endpoint.")]
    client_id: Annotated[Setting, says("The client's id.")]
    secret: Annotated[SecretText, says("Name of the secret that holds the client's secret.")]
    scope: Annotated[str | None, says("Scopes, with blanks between them.")] = None
    audience: Annotated[str | None, says("Audience, for servers that ask for one.")] = None
    client_in: Annotated[
        Literal["header", "body"], says("Where id and secret stand: Authorization header or form.")
    ] = "header"


class AuthSpec(Model, frozen=True, kw_only=True):
    """How the agent proves itself to a connection: exactly one kind."""

    bearer: Annotated[SecretSpec | None, says("A token in the Authorization header.")] = None
    basic: Annotated[BasicSpec | None, says("User and password in the Authorization header.")] = (
        None
    )
    header: Annotated[HeaderSpec | None, says("A secret in another header.")] = None
    oauth2: Annotated[
        OAuth2Spec | None, says("OAuth 2.0 client credentials: access tokens by id and secret.")
    ] = None


class SignSpec(Model, frozen=True, kw_only=True):
    """How deliveries to a connection are signed: exactly one kind."""

    standard_webhooks: Annotated[SecretSpec | None, says("Standard Webhooks 1.0.")] = None


class RateSpec(Model, frozen=True, kw_only=True):
    """How fast the agent may deliver."""

    per_second: Annotated[float, says("Calls a second at most.", gt=0)]


class ConnectionSpec(Model, frozen=True, kw_only=True):
    """A system that the agent talks to: one with an address, or a database."""

    base_url: Annotated[Setting | None, says("Address that paths of targets are below.")] = None
    database: Annotated[
        SecretSpec | None,
        says(
            "A database. The secret is its address as SQLAlchemy writes it, password and all: "
            "postgresql+psycopg://user:password@host/name."
        ),
    ] = None
    auth: Annotated[AuthSpec | None, says("How the agent proves itself.")] = None
    sign: Annotated[SignSpec | None, says("How deliveries are signed.")] = None
    rate: Annotated[RateSpec | None, says("How fast the agent may deliver.")] = None


class OutboxSpec(Model, frozen=True, kw_only=True):
    """How events leave the account."""

    partitions: Annotated[
        int,
        says(
            "How many drains deliver side by side, each a deployment of its own. A record's events all go through the same one.",
            ge=1,
            le=4,
        ),
    ] = 1


class VarSpec(Model, frozen=True, kw_only=True):
    """A variable: its type, and a value for every environment under the environment's name."""

    further: Annotated[dict[str, Scalar], says("Its values, by environment.")] = field(
        default_factory=dict
    )

    type: Annotated[FieldType, says("Type of its values.")] = "text"
    record: Annotated[str | None, says("Of a select: the record type.")] = None
    by: Annotated[str | None, says("Of a select: externalid, name or a field id.")] = None


AccountObject = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]


class Project(Model, frozen=True, kw_only=True):
    """The project file."""

    spec: Annotated[Literal[1], says("Version of the language.")]
    project: Annotated[FlowName, says("Lower-case words joined by '-'.")]
    prefix: Annotated[
        str, says("Part of every script id, 2 to 6 characters.", pattern="^[a-z][a-z0-9]{1,5}$")
    ]
    timezone: Annotated[str | None, says("The company's time zone.")] = None
    environments: Annotated[
        dict[str, EnvironmentSpec],
        says("The accounts, by the name of the environment.", min_length=1),
    ]
    connections: Annotated[
        dict[str, ConnectionSpec], says("Systems that the agent talks to, by name.")
    ] = field(default_factory=dict)
    vars: Annotated[
        dict[str, VarSpec], says("Variables, by name: what differs between accounts.")
    ] = field(default_factory=dict)
    outbox: Annotated[OutboxSpec, says("How events leave the account.")] = field(
        default_factory=OutboxSpec
    )
    account_objects: Annotated[
        Items[AccountObject],
        says(
            "Script ids of objects that objects/ refers to and only the account has; the manifest declares them."
        ),
    ] = ()
