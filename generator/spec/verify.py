"""How a sender proves who it is."""

from typing import Annotated, Literal

from msgspec import Meta

from generator.spec.model import Items, Model, says

SecretText = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,60}$")]


class SecretSpec(Model, frozen=True, kw_only=True):
    """A secret, by name."""

    secret: Annotated[SecretText, says("Name of the secret. Its value never stands in a spec.")]


class HmacSpec(Model, frozen=True, kw_only=True):
    """HMAC-SHA256 over the body, or over more than it."""

    header: Annotated[str, says("Header that carries the signature.", min_length=1)]
    encoding: Annotated[Literal["base64", "hex"], says("How the signature is written.")] = "hex"
    prefix: Annotated[str | None, says("Text before the signature in its header: sha256=.")] = None
    key: Annotated[SecretSpec, says("The shared secret.")]
    over: Annotated[
        Items[Literal["method", "url", "body", "timestamp"]] | None,
        says("What is signed, joined in this order; the body where left out."),
    ] = None
    separator: Annotated[
        str | None, says("Between the parts of `over`; nothing where left out.")
    ] = None
    timestamp_header: Annotated[str | None, says("Header of the signed time.")] = None
    tolerance_seconds: Annotated[
        Annotated[int, Meta(ge=1, le=86400)] | None, says("How old the signed time may be.")
    ] = None
    id_header: Annotated[
        str | None,
        says(
            "Header of the sender's own id of the delivery, where the document has none: "
            "the same one is taken once."
        ),
    ] = None


class StripeSpec(Model, frozen=True, kw_only=True):
    """Stripe's Stripe-Signature: a time and signatures over time and body."""

    secret: Annotated[SecretText, says("Name of the endpoint's signing secret, whsec_ and all.")]
    tolerance_seconds: Annotated[
        Annotated[int, Meta(ge=1, le=86400)] | None,
        says("How old the signed time may be; 300 where left out."),
    ] = None


class HubspotSpec(Model, frozen=True, kw_only=True):
    """HubSpot's X-HubSpot-Signature-v3, over method, address, body and time (5 minutes)."""

    key: Annotated[SecretSpec, says("The app's client secret.")]


class BasicSpec(Model, frozen=True, kw_only=True):
    """HTTP Basic."""

    user: Annotated[str, says("User name.", min_length=1)]
    secret: Annotated[SecretText, says("Name of the secret that holds the password.")]


class CertificateSpec(Model, frozen=True, kw_only=True):
    """A client certificate, as a proxy that agent.toml trusts names it."""

    fingerprints: Annotated[
        Items[Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$")]],
        says("SHA-256 of the certificates that are known, in hex."),
    ] = ()
    subjects: Annotated[
        Items[str],
        says(
            "Subjects that are known, as RFC 4514 writes them: CN=edi.acme.example,O=Acme. "
            "They count for as much as the proxy's check of who issued the certificate."
        ),
    ] = ()


class VerifySpec(Model, frozen=True, kw_only=True):
    """How a sender proves who it is: exactly one kind."""

    standard_webhooks: Annotated[
        SecretSpec | None,
        says("Standard Webhooks 1.0: webhook-id, webhook-timestamp and webhook-signature."),
    ] = None
    shopify: Annotated[SecretSpec | None, says("Shopify's X-Shopify-Hmac-Sha256.")] = None
    stripe: Annotated[StripeSpec | None, says("Stripe's Stripe-Signature, with its time.")] = None
    hubspot_v3: Annotated[
        HubspotSpec | None,
        says(
            "HubSpot's X-HubSpot-Signature-v3. It signs the address, so the agent must know "
            "its public one ([ingress] public_url)."
        ),
    ] = None
    hmac_sha256: Annotated[
        HmacSpec | None, says("Any other HMAC-SHA256 signature in a header.")
    ] = None
    bearer: Annotated[SecretSpec | None, says("A token in the Authorization header.")] = None
    basic: Annotated[BasicSpec | None, says("User and password in the Authorization header.")] = (
        None
    )
    client_certificate: Annotated[
        CertificateSpec | None,
        says(
            "Mutual TLS, ended by a proxy: fingerprints, subjects, or both, which then must both hold."
        ),
    ] = None
