"""
Telephone numbers come out in E.164 form, by the word of libphonenumber: the example numbers of
every region that the library knows, as people there write them and as others do.
"""

from __future__ import annotations

import json
import re
from typing import get_args

import phonenumbers
from meaning_node import Node
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from generator.resources import templates
from generator.transforms import arguments

# At home 15 stands after the area code; in E.164 a 9 stands before it. Only who knows the lengths
# of all area codes can move it.
NOT_MOVED = {("AR", PhoneNumberType.MOBILE, PhoneNumberFormat.NATIONAL)}
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
FORMS = (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)


def test_numbers_of_every_region_become_e164() -> None:
    library = (templates() / "suitescript/lib/phone.js").read_text(encoding="utf-8")
    regions = re.findall(r"^    ([A-Z]{2}): \[", library, re.MULTILINE)
    assert tuple(regions) == get_args(arguments.Region)  # what a spec may name
    cases = []
    for region in regions:
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            for form in FORMS if number else ():
                if (region, kind, form) not in NOT_MOVED:
                    written = phonenumbers.format_number(number, form)
                    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
                    cases.append((region, written, e164))
    node = Node()
    answers = node.run([f"phone.e164({json.dumps(text)}, '{region}')" for region, text, _ in cases])
    node.close()
    wrong = [
        (case, answer)
        for case, answer in zip(cases, answers, strict=True)
        if answer != {"value": case[2]}
    ]
    assert wrong == []
