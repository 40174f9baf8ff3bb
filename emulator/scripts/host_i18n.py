"""N/format/i18n: telephone numbers, by the rules of Google's libphonenumber."""

from __future__ import annotations

from typing import Any

import phonenumbers

from emulator.errors import NetSuiteError
from emulator.scripts.execution import Execution
from emulator.scripts.governance import I18N

Args = dict[str, Any]
_FORMATS = {
    "E164": phonenumbers.PhoneNumberFormat.E164,
    "INTERNATIONAL": phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    "NATIONAL": phonenumbers.PhoneNumberFormat.NATIONAL,
    "RFC3966": phonenumbers.PhoneNumberFormat.RFC3966,
}


class I18n:
    """Formatting for scripts."""

    def charge(self, execution: Execution, args: Args) -> None:
        """Meter a formatter whose work is done in the script."""
        execution.charge(args["member"], I18N)

    def phone(self, _: Execution, args: Args) -> dict[str, Any]:
        """{parts} of a number and, where a format is asked for, its {text}. INVALID_PHONE_NUMBER."""
        try:
            number = phonenumbers.parse(args["number"], args["country"], keep_raw_input=True)
        except phonenumbers.NumberParseException as error:
            raise NetSuiteError("INVALID_PHONE_NUMBER", f"{args['number']}: {error}") from error
        parts = {
            "countryCode": str(number.country_code),
            "extension": number.extension or "",
            "nationalNumber": str(number.national_number),
            "numberOfLeadingZeroes": (number.number_of_leading_zeros or 1)
            if number.italian_leading_zero
            else 0,
            "carrierCode": number.preferred_domestic_carrier_code or "",
            "rawInput": args["number"],
        }
        if args["format"] is None:
            return {"parts": parts}
        return {"text": phonenumbers.format_number(number, _FORMATS[args["format"]])}
