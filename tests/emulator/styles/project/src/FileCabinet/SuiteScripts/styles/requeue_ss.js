/**
 * Works through customers; when units run low it queues itself again and goes on where it stopped.
 *
 * @NApiVersion 2.x
 * @NScriptType ScheduledScript
 */
define(['N/search', 'N/record', 'N/runtime', 'N/task', 'N/log'], function (search, record, runtime, task, log) {
  var RESERVE = 9850;

  function execute(context) {
    var script = runtime.getCurrentScript();
    var after = script.getParameter({ name: 'custscript_styles_after' }) || 0;
    var word = script.getParameter({ name: 'custscript_styles_word' });
    var done = 0;
    var stopped = null;
    search.create({
      type: search.Type.CUSTOMER,
      filters: [
        ['internalidnumber', search.Operator.GREATERTHAN, after], 'AND',
        ['companyname', search.Operator.STARTSWITH, word],
      ],
      columns: [search.createColumn({ name: 'internalid', sort: search.Sort.ASC })],
    }).run().each(function (result) {
      if (script.getRemainingUsage() < RESERVE) {
        stopped = after;
        return false;
      }
      var customer = record.load({ type: record.Type.CUSTOMER, id: result.id });
      customer.setValue({ fieldId: 'comments', value: context.type });
      customer.save({ enableSourcing: false, ignoreMandatoryFields: true });
      after = result.id;
      done += 1;
      script.percentComplete = Math.min(99, done);
      return true;
    });
    log.audit({ title: 'requeue ' + word, details: done });
    if (stopped === null) return;
    var again = task.create({
      taskType: task.TaskType.SCHEDULED_SCRIPT,
      scriptId: script.id,
      deploymentId: script.deploymentId,
      params: { custscript_styles_after: stopped, custscript_styles_word: word },
    }).submit();
    // There is no task yet: it is made when this run ends (help topic "ScheduledScriptTask.submit()").
    log.debug({ title: 'queued', details: again ? task.checkStatus({ taskId: again }).status : 'after this run' });
  }

  return { execute: execute };
});
