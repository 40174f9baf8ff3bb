"""
Flows on trial: documents and saves run through a project in a local account of this process.

    project folder ─► build ─► Stage (account, lens, receiver) ─► what came of it ─► tests, try, what-if
"""
