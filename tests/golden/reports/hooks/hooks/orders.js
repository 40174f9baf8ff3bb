define(['N/log'], (log) => {
  /* return { commented } */
  const text = 'return { quoted }';
  function codeFor(line, doc) {
    return { code: line.code, nested: { deep: 1 } };
  }
  const keyOf = (doc) => doc.id;
  return {
    codeFor, // return { tail }
    'keyOf': keyOf,
    async later() { return 1; },
  };
});
