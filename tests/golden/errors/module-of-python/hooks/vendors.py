def name_of(element, doc, ctx): return doc["name"]
