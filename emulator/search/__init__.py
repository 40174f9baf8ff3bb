"""
N/search: search definitions carried over to SQL.

    definition (JSON) ──► filters, columns ──► statement (SuiteQL over tables of its own) ──► rows ──► values as scripts see them
                              ▲
                          catalogue: search fields and joins of each search type
"""
