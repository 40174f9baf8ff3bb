"""
`suiteloom watch`: what a save means, at once.

    changes (watchdog, debounced) ─► build ─► deploy to an emulator that runs ─► spec tests that the save touches
"""
