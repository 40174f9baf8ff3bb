"""Reading SuiteScript: headers, the language of each API version, and the syntax tree."""
