/**
 * What the help topic "Map/Reduce Script Samples" describes first: how often each letter stands in a text.
 *
 * @NApiVersion 2.x
 * @NScriptType MapReduceScript
 */
define(['N/file', 'N/search'], function (file, search) {
  var PUNCTUATION = /[\u2000-\u206F\u2E00-\u2E7F\\'!"#$%&()*+,\-.\/:;<=>?@\[\]^_`{|}~\s]/g;

  function getInputData() {
    return 'the quick brown fox \njumps over the lazy dog.'.split('\n');
  }

  function map(context) {
    var letters = context.value.replace(PUNCTUATION, '');
    for (var i = 0; i < letters.length; i++) {
      context.write({ key: letters[i], value: 1 });
    }
  }

  function reduce(context) {
    context.write({ key: context.key, value: context.values.length });
  }

  function summarize(context) {
    var total = 0;
    var contents = '';
    context.output.iterator().each(function (key, value) {
      contents += key + ' ' + value + '\n';
      total += Number(value);
      return true;
    });
    file.create({
      name: 'letters.txt', fileType: 'PLAINTEXT', contents: contents + 'total ' + total,
      folder: Number(search.create({ type: 'folder', filters: [['name', 'is', 'inbox']] }).run().getRange(0, 1)[0].id),
    }).save();
  }

  return { getInputData: getInputData, map: map, reduce: reduce, summarize: summarize };
});
