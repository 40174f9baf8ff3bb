"""The shape of project.yaml."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from generator.spec.fields import FieldType, Items, Model, Scalar
from generator.spec.flow import FlowName
from generator.spec.verify import BasicSpec, SecretSpec, SecretText


class SettingSpec(Model):
    """A text, or a variable that holds it."""

    value: str | None = Field(default=None, description="The text.")
    var: str | None = Field(default=None, description="A variable that holds it.")


def _setting(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


Setting = Annotated[
    SettingSpec, BeforeValidator(_setting, json_schema_input_type=str | SettingSpec)
]


class EnvironmentSpec(Model):
    """One account."""

    account: str = Field(
        pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$", description="Account id: 1234567_SB1."
    )
    agent_url: Setting | None = Field(
        default=None, description="Where the account reaches the agent."
    )


class HeaderSpec(Model):
    """A secret in a header of its own."""

    name: str = Field(min_length=1, description="Name of the header: X-Api-Key.")
    secret: SecretText = Field(description="Name of the secret that is its value.")


class OAuth2Spec(Model):
    """OAuth 2.0 client credentials (RFC 6749, 4.4): the agent gets access tokens and renews them."""

    token_url: Setting = Field(description="Address of the token endpoint.")
    client_id: Setting = Field(description="The client's id.")
    secret: SecretText = Field(description="Name of the secret that holds the client's secret.")
    scope: str | None = Field(default=None, description="Scopes, with blanks between them.")
    audience: str | None = Field(
        default=None, description="Audience, for servers that ask for one."
    )
    client_in: Literal["header", "body"] = Field(
        default="header", description="Where id and secret stand: Authorization header or form."
    )


class AuthSpec(Model):
    """How the agent proves itself to a connection: exactly one kind."""

    bearer: SecretSpec | None = Field(
        default=None, description="A token in the Authorization header."
    )
    basic: BasicSpec | None = Field(
        default=None, description="User and password in the Authorization header."
    )
    header: HeaderSpec | None = Field(default=None, description="A secret in another header.")
    oauth2: OAuth2Spec | None = Field(
        default=None, description="OAuth 2.0 client credentials: access tokens by id and secret."
    )


class SignSpec(Model):
    """How deliveries to a connection are signed: exactly one kind."""

    standard_webhooks: SecretSpec | None = Field(default=None, description="Standard Webhooks 1.0.")


class RateSpec(Model):
    """How fast the agent may deliver."""

    per_second: Annotated[float, Field(gt=0)] = Field(description="Calls a second at most.")


class ConnectionSpec(Model):
    """A system that the agent talks to: one with an address, or a database."""

    base_url: Setting | None = Field(
        default=None, description="Address that paths of targets are below."
    )
    database: SecretSpec | None = Field(
        default=None,
        description="A database. The secret is its address as SQLAlchemy writes it, password and all: "
        "postgresql+psycopg://user:password@host/name.",
    )
    auth: AuthSpec | None = Field(default=None, description="How the agent proves itself.")
    sign: SignSpec | None = Field(default=None, description="How deliveries are signed.")
    rate: RateSpec | None = Field(default=None, description="How fast the agent may deliver.")


class OutboxSpec(Model):
    """How events leave the account."""

    partitions: Annotated[int, Field(ge=1, le=4)] = Field(
        default=1,
        description="How many drains deliver side by side, each a deployment of its own. A record's events all go through the same one.",
    )


class VarSpec(Model):
    """A variable: its type, and a value for every environment under the environment's name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Scalar] = Field(init=False)

    type: FieldType = Field(default="text", description="Type of its values.")
    record: str | None = Field(default=None, description="Of a select: the record type.")
    by: str | None = Field(default=None, description="Of a select: externalid, name or a field id.")


AccountObject = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]


class Project(Model):
    """The project file."""

    spec: Literal[1] = Field(description="Version of the language.")
    project: FlowName = Field(description="Lower-case words joined by '-'.")
    prefix: str = Field(
        pattern="^[a-z][a-z0-9]{1,5}$", description="Part of every script id, 2 to 6 characters."
    )
    timezone: str | None = Field(default=None, description="The company's time zone.")
    environments: dict[str, EnvironmentSpec] = Field(
        min_length=1, description="The accounts, by the name of the environment."
    )
    connections: dict[str, ConnectionSpec] = Field(
        default_factory=dict, description="Systems that the agent talks to, by name."
    )
    vars: dict[str, VarSpec] = Field(
        default_factory=dict, description="Variables, by name: what differs between accounts."
    )
    outbox: OutboxSpec = Field(
        default_factory=OutboxSpec, description="How events leave the account."
    )
    account_objects: Items[AccountObject] = Field(
        default=(),
        description="Script ids of objects that objects/ refers to and only the account has; the manifest declares them.",
    )
