"""How a sender proves who it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.spec.fields import Items, Model

SecretText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]


class SecretSpec(Model):
    """A secret, by name."""

    secret: SecretText = Field(description="Name of the secret. Its value never stands in a spec.")


class HmacSpec(Model):
    """HMAC-SHA256 over the body, or over more than it."""

    header: str = Field(min_length=1, description="Header that carries the signature.")
    encoding: Literal["base64", "hex"] = Field(
        default="hex", description="How the signature is written."
    )
    prefix: str | None = Field(
        default=None, description="Text before the signature in its header: sha256=."
    )
    key: SecretSpec = Field(description="The shared secret.")
    over: Items[Literal["method", "url", "body", "timestamp"]] | None = Field(
        default=None, description="What is signed, joined in this order; the body where left out."
    )
    separator: str | None = Field(
        default=None, description="Between the parts of `over`; nothing where left out."
    )
    timestamp_header: str | None = Field(default=None, description="Header of the signed time.")
    tolerance_seconds: Annotated[int, Field(ge=1, le=86400)] | None = Field(
        default=None, description="How old the signed time may be."
    )
    id_header: str | None = Field(
        default=None,
        description="Header of the sender's own id of the delivery, where the document has none: "
        "the same one is taken once.",
    )


class StripeSpec(Model):
    """Stripe's Stripe-Signature: a time and signatures over time and body."""

    secret: SecretText = Field(description="Name of the endpoint's signing secret, whsec_ and all.")
    tolerance_seconds: Annotated[int, Field(ge=1, le=86400)] | None = Field(
        default=None, description="How old the signed time may be; 300 where left out."
    )


class HubspotSpec(Model):
    """HubSpot's X-HubSpot-Signature-v3, over method, address, body and time (5 minutes)."""

    key: SecretSpec = Field(description="The app's client secret.")


class BasicSpec(Model):
    """HTTP Basic."""

    user: str = Field(min_length=1, description="User name.")
    secret: SecretText = Field(description="Name of the secret that holds the password.")


class CertificateSpec(Model):
    """A client certificate, as a proxy that agent.toml trusts names it."""

    fingerprints: Items[
        Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$")]
    ] = Field(default=(), description="SHA-256 of the certificates that are known, in hex.")
    subjects: Items[str] = Field(
        default=(),
        description="Subjects that are known, as RFC 4514 writes them: CN=edi.acme.example,O=Acme. "
        "They count for as much as the proxy's check of who issued the certificate.",
    )


class VerifySpec(Model):
    """How a sender proves who it is: exactly one kind."""

    standard_webhooks: SecretSpec | None = Field(
        default=None,
        description="Standard Webhooks 1.0: webhook-id, webhook-timestamp and webhook-signature.",
    )
    shopify: SecretSpec | None = Field(default=None, description="Shopify's X-Shopify-Hmac-Sha256.")
    stripe: StripeSpec | None = Field(
        default=None, description="Stripe's Stripe-Signature, with its time."
    )
    hubspot_v3: HubspotSpec | None = Field(
        default=None,
        description="HubSpot's X-HubSpot-Signature-v3. It signs the address, so the agent must know "
        "its public one ([ingress] public_url).",
    )
    hmac_sha256: HmacSpec | None = Field(
        default=None, description="Any other HMAC-SHA256 signature in a header."
    )
    bearer: SecretSpec | None = Field(
        default=None, description="A token in the Authorization header."
    )
    basic: BasicSpec | None = Field(
        default=None, description="User and password in the Authorization header."
    )
    client_certificate: CertificateSpec | None = Field(
        default=None,
        description="Mutual TLS, ended by a proxy: fingerprints, subjects, or both, which then must both hold.",
    )
