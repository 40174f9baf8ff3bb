"""
Countries, and the states of those whose address form has a list of them.

Codes are ISO 3166; the lists of states are common knowledge, and more countries have one.
"""

from __future__ import annotations

from collections.abc import Mapping


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTRIES: frozenset[str] = _codes("""
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EA EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU
    GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR
    KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD
    TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE
    YT ZA ZM ZW
""")

# Elsewhere the state is free text.
STATES: Mapping[str, frozenset[str]] = {
    "US": _codes("""
        AA AE AK AL AP AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS
        MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VT WA WI WV WY
    """),
    "CA": _codes("""
        AB BC MB NB NL NS NT NU ON PE QC SK YT
    """),
    "AU": _codes("""
        ACT NSW NT QLD SA TAS VIC WA
    """),
    "BR": _codes("""
        AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO
    """),
    "MX": _codes("""
        AGS BCN BCS CAM CDMX CHIH CHIS COAH COL DF DGO GRO GTO HGO JAL MEX MICH MOR NAY NL OAX
        PUE QRO QROO SIN SLP SON TAB TAMPS TLAX VER YUC ZAC
    """),
}
