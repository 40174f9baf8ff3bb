"""
What the states and countries of addresses are called, as getText shows them and setText takes them.

Codes and names are ISO 3166's, in NetSuite's short English forms; a code without a name here is
shown as itself.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(text: str) -> Mapping[str, str]:
    names = {}
    for row in text.split(";"):
        code, name = row.strip().split(" ", 1)
        names[code] = " ".join(name.split())
    return names


COUNTRY_NAMES: Mapping[str, str] = _names("""
    AD Andorra; AE United Arab Emirates; AF Afghanistan; AL Albania; AM Armenia; AO Angola;
    AR Argentina; AT Austria; AU Australia; AZ Azerbaijan; BA Bosnia and Herzegovina; BB Barbados;
    BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin;
    BM Bermuda; BO Bolivia; BR Brazil; BS Bahamas; BT Bhutan; BW Botswana; BY Belarus; BZ Belize;
    CA Canada; CH Switzerland; CI Côte d'Ivoire; CL Chile; CM Cameroon; CN China; CO Colombia;
    CR Costa Rica; CU Cuba; CV Cabo Verde; CY Cyprus; CZ Czechia; DE Germany; DJ Djibouti;
    DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt;
    ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FO Faroe Islands; FR France; GA Gabon;
    GB United Kingdom; GD Grenada; GE Georgia; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland;
    GM Gambia; GN Guinea; GQ Equatorial Guinea; GR Greece; GT Guatemala; GU Guam; GY Guyana;
    HK Hong Kong; HN Honduras; HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland;
    IL Israel; IM Isle of Man; IN India; IQ Iraq; IS Iceland; IT Italy; JE Jersey; JM Jamaica;
    JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KW Kuwait; KY Cayman Islands;
    KZ Kazakhstan; LB Lebanon; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania;
    LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro;
    MG Madagascar; MK North Macedonia; ML Mali; MM Myanmar; MN Mongolia; MO Macau; MR Mauritania;
    MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique;
    NA Namibia; NC New Caledonia; NE Niger; NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway;
    NP Nepal; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea;
    PH Philippines; PK Pakistan; PL Poland; PR Puerto Rico; PT Portugal; PY Paraguay; QA Qatar;
    RO Romania; RS Serbia; RU Russian Federation; RW Rwanda; SA Saudi Arabia; SC Seychelles;
    SD Sudan; SE Sweden; SG Singapore; SI Slovenia; SK Slovakia; SL Sierra Leone; SM San Marino;
    SN Senegal; SR Suriname; SV El Salvador; SZ Eswatini; TD Chad; TG Togo; TH Thailand;
    TJ Tajikistan; TM Turkmenistan; TN Tunisia; TO Tonga; TR Türkiye; TT Trinidad and Tobago;
    TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; US United States; UY Uruguay; UZ Uzbekistan;
    VE Venezuela; VN Vietnam; VU Vanuatu; WS Samoa; YE Yemen; ZA South Africa; ZM Zambia;
    ZW Zimbabwe
""")

STATE_NAMES: Mapping[str, Mapping[str, str]] = {
    "US": _names("""
        AA Armed Forces Americas; AE Armed Forces Europe; AK Alaska; AL Alabama;
        AP Armed Forces Pacific; AR Arkansas; AZ Arizona; CA California; CO Colorado;
        CT Connecticut; DC District of Columbia; DE Delaware; FL Florida; GA Georgia; HI Hawaii;
        IA Iowa; ID Idaho; IL Illinois; IN Indiana; KS Kansas; KY Kentucky; LA Louisiana;
        MA Massachusetts; MD Maryland; ME Maine; MI Michigan; MN Minnesota; MO Missouri;
        MS Mississippi; MT Montana; NC North Carolina; ND North Dakota; NE Nebraska;
        NH New Hampshire; NJ New Jersey; NM New Mexico; NV Nevada; NY New York; OH Ohio;
        OK Oklahoma; OR Oregon; PA Pennsylvania; PR Puerto Rico; RI Rhode Island;
        SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VA Virginia;
        VT Vermont; WA Washington; WI Wisconsin; WV West Virginia; WY Wyoming
    """),
    "CA": _names("""
        AB Alberta; BC British Columbia; MB Manitoba; NB New Brunswick;
        NL Newfoundland and Labrador; NS Nova Scotia; NT Northwest Territories; NU Nunavut;
        ON Ontario; PE Prince Edward Island; QC Quebec; SK Saskatchewan; YT Yukon
    """),
    "AU": _names("""
        ACT Australian Capital Territory; NSW New South Wales; NT Northern Territory;
        QLD Queensland; SA South Australia; TAS Tasmania; VIC Victoria; WA Western Australia
    """),
}


def state_code(text: str, country: str | None) -> str:
    """The code of a state by its name in a country; the text itself where the country has no list."""
    for code, name in STATE_NAMES.get(country or "", {}).items():
        if name == text:
            return code
    return text
