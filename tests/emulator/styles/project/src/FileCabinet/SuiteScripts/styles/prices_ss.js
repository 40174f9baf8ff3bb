/**
 * Reads a price list from the File Cabinet, changes items, writes a report and takes the list away.
 *
 * @NApiVersion 2.x
 * @NScriptType ScheduledScript
 */
define(['N/file', 'N/search', 'N/record', 'N/runtime', 'N/log'], function (file, search, record, runtime, log) {
  function itemId(name) {
    var id = null;
    search.create({ type: 'item', filters: [['itemid', 'is', name]] }).run().each(function (result) {
      id = { id: result.id, type: result.recordType };
      return false;
    });
    return id;
  }

  function execute() {
    var name = runtime.getCurrentScript().getParameter({ name: 'custscript_styles_list' });
    var list = file.load({ id: 'SuiteScripts/styles/inbox/' + name });
    var report = ['item,result'];
    var first = true;
    list.lines.iterator().each(function (line) {
      if (first) {
        first = false;
        return true;
      }
      var cells = line.value.split(',');
      var item = itemId(cells[0]);
      if (item === null) {
        report.push(cells[0] + ',missing');
        log.error({ title: 'no such item', details: cells[0] });
      } else {
        var priced = record.load({ type: item.type, id: item.id });
        priced.setValue({ fieldId: 'salesdescription', value: cells[1] });
        priced.save();
        report.push(cells[0] + ',changed');
      }
      return true;
    });
    file.create({
      name: 'report_' + name,
      fileType: file.Type.CSV,
      contents: report.join('\n'),
      folder: list.folder,
      encoding: file.Encoding.UTF_8,
    }).save();
    file.delete({ id: list.id });
  }

  return { execute: execute };
});
