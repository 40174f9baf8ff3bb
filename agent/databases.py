"""
Databases of other systems, by SQLAlchemy: opened when first used, asked on threads.

`suiteloom[sql]` installs SQLAlchemy; which driver an address needs (psycopg, oracledb, pyodbc, ...)
is for who runs the agent to install.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from agent.errors import ConfigError, TargetRefused, TargetUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import SQLAlchemyError

T = TypeVar("T")
# The database does not let us in or does not have what the spec names: no event is to blame.
CONFIGURATION = 403
SHOWN = 200


class Database:
    """
    One database.

    Args:
        name: the connection's name, for messages.
        address: reads its address, a secret. ConfigError where SQLAlchemy or the driver is missing.
    """

    def __init__(self, name: str, address: Callable[[], str]) -> None:
        self._name = name
        self._engine = _engine(name, address())

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine."""
        return self._engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        """
        Do something in a transaction of its own, on a thread.

        Raises TargetUnavailable where the database cannot be reached or is busy, TargetRefused
        where it says no. What it says is told without values.
        """
        from sqlalchemy.exc import SQLAlchemyError

        def whole() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        try:
            return await asyncio.to_thread(whole)
        except SQLAlchemyError as error:
            raise _told(error) from error

    async def aclose(self) -> None:
        """Close connections."""
        await asyncio.to_thread(self._engine.dispose)


def _engine(name: str, address: str) -> Engine:
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"connection '{name}' is a database: install suiteloom[sql] beside its driver"
        ) from error
    try:
        url = make_url(address)
        options = {} if url.get_backend_name() == "sqlite" else {"pool_size": 4, "max_overflow": 4}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, **options)
    except (ArgumentError, NoSuchModuleError) as error:
        # The address holds a password: it is never part of what is said.
        raise ConfigError(f"connection '{name}': its secret is no address of a database") from error
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"connection '{name}': the driver {error.name!r} is not installed"
        ) from error


def _told(error: SQLAlchemyError) -> TargetRefused | TargetUnavailable:
    from sqlalchemy import exc

    cause = getattr(error, "orig", None)
    text = " ".join(str(cause if cause is not None else error).split())[:SHOWN]
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return TargetUnavailable("database", text)
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError):
        return TargetUnavailable("database", text)
    if isinstance(error, exc.DataError | exc.IntegrityError):
        return TargetRefused("database", text)
    return TargetRefused("database", text, status=CONFIGURATION)
