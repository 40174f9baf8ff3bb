"""The shape of project.yaml."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from generator.spec.fields import FieldType, Model, Scalar
from generator.spec.flows import BasicSpec, FlowName, SecretSpec


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


class AuthSpec(Model):
    """How the agent proves itself to a connection: exactly one kind."""

    bearer: SecretSpec | None = Field(
        default=None, description="A token in the Authorization header."
    )
    basic: BasicSpec | None = Field(
        default=None, description="User and password in the Authorization header."
    )


class SignSpec(Model):
    """How deliveries to a connection are signed: exactly one kind."""

    standard_webhooks: SecretSpec | None = Field(default=None, description="Standard Webhooks 1.0.")


class RateSpec(Model):
    """How fast the agent may deliver."""

    per_second: Annotated[float, Field(gt=0)] = Field(description="Calls a second at most.")


class ConnectionSpec(Model):
    """A system that the agent delivers to."""

    base_url: Setting = Field(description="Address that paths of targets are below.")
    auth: AuthSpec | None = Field(default=None, description="How the agent proves itself.")
    sign: SignSpec | None = Field(default=None, description="How deliveries are signed.")
    rate: RateSpec | None = Field(default=None, description="How fast the agent may deliver.")


class VarSpec(Model):
    """A variable: its type, and a value for every environment under the environment's name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Scalar] = Field(init=False)

    type: FieldType = Field(default="text", description="Type of its values.")
    record: str | None = Field(default=None, description="Of a select: the record type.")
    by: str | None = Field(default=None, description="Of a select: externalid, name or a field id.")


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
        default_factory=dict, description="Systems that the agent delivers to, by name."
    )
    vars: dict[str, VarSpec] = Field(
        default_factory=dict, description="Variables, by name: what differs between accounts."
    )
