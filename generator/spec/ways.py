"""The shape of what the agent asks other systems for, and of what it gives them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.spec.fields import Emptyable, Items, Model

Minutes = Annotated[int, Field(ge=1, le=10080)]


class CursorSpec(Model):
    """The answer holds a text that asks for the next page."""

    path: str = Field(description="Where it stands in the answer; empty or missing: the last page.")
    param: str = Field(min_length=1, description="Query parameter that it is sent back in.")


class PageNumberSpec(Model):
    """Pages are counted; a page without documents is the end."""

    param: str = Field(min_length=1, description="Query parameter with the number of the page.")
    first: Annotated[int, Field(ge=0, le=1)] = Field(
        default=1, description="Number of the first one."
    )


class OffsetSpec(Model):
    """Documents are counted; a page that is not full is the end."""

    param: str = Field(min_length=1, description="Query parameter with the documents to pass over.")
    size: Annotated[int, Field(ge=1, le=10000)] = Field(
        description="Documents of a full page, as `params` asks for them."
    )


class PagesSpec(Model):
    """How the next page is asked for: exactly one."""

    cursor: CursorSpec | None = Field(
        default=None, description="A text in the answer: {path: next, param: cursor}."
    )
    next: str | None = Field(
        default=None, description="Path in the answer where the next page's address stands."
    )
    link: Literal[True] | None = Field(
        default=None, description="The answer's Link header names it with rel=next (RFC 8288)."
    )
    number: PageNumberSpec | None = Field(default=None, description="Pages are counted.")
    offset: OffsetSpec | None = Field(default=None, description="Documents are counted.")


class HttpPollSpec(Model):
    """The agent asks an address for documents, and takes those that are new or changed."""

    connection: str = Field(description="A connection of project.yaml.")
    path: str = Field(pattern="^/", description="Behind the connection's base_url.")
    params: dict[str, str] = Field(
        default_factory=dict,
        description="Query parameters by name; {since} is the newest watermark that was seen, less the "
        'overlap: {updated_at_min: "{since}", limit: "250"}. Left out while there is none.',
    )
    every_minutes: Minutes = Field(10, description="From the begin of one round to the next.")
    watermark: str | None = Field(
        default=None, description="Path in a document to a time or number that grows with changes."
    )
    start: str | None = Field(default=None, description="{since} of the first round.")
    overlap_seconds: Annotated[int, Field(ge=0, le=604800)] | None = Field(
        default=None,
        description="How far {since} is behind the newest watermark, for what was changed before but "
        "is seen after; 300 where the watermark is a time. What is seen again and has not changed is not taken again.",
    )
    version: str | None = Field(
        default=None,
        description="Path in a document to what changes with it; the whole document where left out.",
    )
    pages: PagesSpec | None = Field(
        default=None, description="How the next page is asked for; without it, one page is all."
    )


class SqlPollSpec(Model):
    """The agent asks a database for rows; each row is a document."""

    connection: str = Field(description="A connection of project.yaml with `database`.")
    query: str = Field(
        min_length=1,
        description="A SELECT statement, without order and limit; its columns are the document's names.",
    )
    key: str = Field(
        min_length=1,
        description="Column that tells rows apart; rows of one watermark are read in its order.",
    )
    watermark: str | None = Field(
        default=None,
        description="Column that grows with changes. Rows without a value are not seen. Without a watermark every round reads all.",
    )
    start: str | None = Field(
        default=None, description="The first round takes rows with this watermark and newer ones."
    )
    overlap_seconds: Annotated[int, Field(ge=0, le=604800)] | None = Field(
        default=None,
        description="How far a round looks back before the newest watermark, for rows that were "
        "committed late; 300 where it is a time.",
    )
    every_minutes: Minutes = Field(10, description="From the begin of one round to the next.")
    batch: Annotated[int, Field(ge=1, le=10000)] = Field(500, description="Rows of one query.")


class BatchSpec(Model):
    """Several events are one request, a JSON list."""

    most: Annotated[int, Field(ge=2, le=1000)] = Field(
        100, description="Events of one request at most."
    )
    wrap: str | None = Field(
        default=None, description='Name that the list stands under: {"orders": [...]}.'
    )
    results: str | None = Field(
        default=None,
        description="Path in the answer to a list with one result an event, in their order. Without "
        "it, a request is taken as a whole or refused as a whole.",
    )
    error: str | None = Field(
        default=None, description="Path in one result; a value there holds that event for a person."
    )


class FolderTargetSpec(Model):
    """Events become files; a reader never sees half of one. agent.toml says where ([deliver.<flow>])."""

    format: Literal["json_lines", "csv"] = Field(
        default="json_lines", description="One event a line, as JSON or as a row."
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Of CSV: column to path in the payload; the payload's names where left out.",
    )
    most: Annotated[int, Field(ge=1, le=100000)] = Field(
        1000, description="Events of one file at most."
    )


class TableSpec(Model):
    """Events become rows of a table: written by their key, deleted with the record."""

    name: str = Field(min_length=1, description="The table, with its schema: sales.orders.")
    key: Items[str] = Field(
        min_length=1, description="Columns of a primary key or unique constraint."
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Column to path in the payload; the payload's names where left out.",
    )


class TargetSpec(Model):
    """Where the agent delivers: exactly one of path, folder and table."""

    connection: str | None = Field(
        default=None, description="A connection of project.yaml; not of a folder."
    )
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field(
        default="POST", description="HTTP method of the delivery."
    )
    path: str | None = Field(
        default=None,
        pattern="^/",
        description="Path below the connection's base_url; {a.b} is the value at that path of the payload: /orders/{id}.",
    )
    params: dict[str, str] = Field(
        default_factory=dict, description="Query parameters by name; {a.b} as in path."
    )
    id_path: str | None = Field(
        default=None,
        description="Path in the answer (with batch.results, in one result) where the target's own id stands.",
    )
    batch: Annotated[BatchSpec | None, Emptyable] = Field(
        default=None, description="Several events are one request, a JSON list."
    )
    folder: Annotated[FolderTargetSpec | None, Emptyable] = Field(
        default=None,
        description="Events become files. agent.toml says where ([deliver.<flow>]).",
    )
    table: TableSpec | None = Field(
        default=None, description="Events become rows of a table of the connection's database."
    )
