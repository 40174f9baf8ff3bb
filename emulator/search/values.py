"""Result values as scripts see them: text throughout, but for check boxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from emulator.ports import Session
from emulator.search.model import SearchField
from emulator.search.statement import Output
from emulator.suiteql import masks
from generator.catalog import standard
from generator.catalog.options import statuses

# What a summary shows for the group without a value.
NO_GROUP = "- None -"
Text = Callable[[SearchField, str], str]


class Values:
    """Formats one run's values; `text` gives the display text of a select's value."""

    def __init__(self, session: Session, text: Text, *, leading_zero: bool) -> None:
        self._format = session.date_format
        self._zone = ZoneInfo(session.time_zone)
        self._text = text
        self._leading_zero = leading_zero

    def pair(self, output: Output, value: Any, shown: Any) -> tuple[Any, str | None]:
        """(value, text) of a cell; the text is None where it is the value. `shown` is a text the statement read."""
        grouped = output.summary == "GROUP"
        if output.field is not None and output.type in ("select", "multiselect"):
            return self._select(output, value, shown)
        if value is None:
            if output.type == "boolean":
                return False, None
            return (NO_GROUP if grouped and output.type in ("text", "textnumber") else ""), None
        match output.type:
            case "boolean":
                if output.field is not None and output.field.id == "mainline":
                    return ("*" if value == "T" else ""), None
                return value == "T", None
            case "currency":
                return self._number(value, 2), None
            case "percent":
                return self._percent(value, of_one=output.formula), None
            case "date" | "datetime":
                return self._date(value, timed=output.type == "datetime"), None
            case "number":
                return self._shortest(value, output), None
        return self._plain(value), None

    def _select(self, output: Output, value: Any, shown: Any) -> tuple[Any, str | None]:
        assert output.field is not None
        if value is None or value == "":
            return "", NO_GROUP if output.summary == "GROUP" else ""
        if output.type == "multiselect":
            ids = [str(one) for one in json.loads(value)]
            return ",".join(ids), ",".join(self._text(output.field, one) for one in ids)
        text = str(int(value)) if isinstance(value, float) else str(value)
        if output.field.id in ("status", "statusref"):
            return _status_words().get(text, text), str(shown or "")
        if output.text_at is not None:
            return text, str(shown if shown is not None else "")
        return text, self._text(output.field, text)

    def _plain(self, value: Any) -> str:
        if masks.is_date(value):
            return self._date(value, timed=False)
        if isinstance(value, int | float):
            return self._shortest(value, None)
        return masks.MARKED.sub(lambda found: self._date(found[0], timed=False), str(value))

    def _shortest(self, value: Any, output: Output | None) -> str:
        if not isinstance(value, int | float):
            return str(value)
        rounded = round(value, 10)
        text = (
            str(int(rounded))
            if float(rounded).is_integer()
            else format(Decimal(repr(rounded)), "f")
        )
        if output is not None and output.formula and not self._leading_zero:
            return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
        return text

    @staticmethod
    def _number(value: Any, places: int) -> str:
        try:
            amount = Decimal(str(value))
        except ArithmeticError:
            return str(value)
        return f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"

    @staticmethod
    def _percent(value: Any, *, of_one: bool) -> str:
        number = Decimal(str(value)) * (100 if of_one else 1)
        text = f"{number.normalize():f}"
        return f"{text if '.' in text else text + '.0'}%"

    def _date(self, value: Any, *, timed: bool) -> str:
        if isinstance(value, int | float):
            moment = datetime.fromtimestamp(value / 1000, UTC).astimezone(self._zone)
        elif masks.is_date(value):
            moment = masks.unmark(value)
        else:
            try:
                moment = datetime.fromisoformat(str(value))
            except ValueError:
                return str(value)
        day = masks.user_date(moment, self._format)
        if not timed:
            return day
        half = "am" if moment.hour < 12 else "pm"
        return f"{day} {moment.hour % 12 or 12}:{moment.minute:02} {half}"


@cache
def _status_words() -> dict[str, str]:
    """`pendingFulfillment` by `SalesOrd:B`: what searches give as the value of a status; a task's is its text."""
    tasks = {word.upper(): word for word in ("Pending", "Processing", "Complete", "Failed")}
    return tasks | {
        f"{record.type_code}:{letter}": word
        for record in standard().records.values()
        for letter, (_, word) in (statuses(record.id) or {}).items()
    }
