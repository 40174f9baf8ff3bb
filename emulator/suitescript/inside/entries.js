'use strict';

/* How each script type is entered, and what comes back. */

const { fail } = use('inside/errors');

const KINDS = {
  Restlet: 'inside/enter_restlet',
  UserEventScript: 'inside/enter_userevent',
  MapReduceScript: 'inside/enter_mapreduce',
  ScheduledScript: 'inside/enter_scheduled',
  Suitelet: 'inside/enter_suitelet',
  Portlet: 'inside/enter_portlet',
  WorkflowActionScript: 'inside/enter_workflowaction',
  MassUpdateScript: 'inside/enter_massupdate',
  BundleInstallationScript: 'inside/enter_installation',
  SDFInstallationScript: 'inside/enter_installation',
};

function kind(entry) {
  return use(KINDS[entry.type]);
}

/** Calls the entry point as a method of what the script returned; undefined where the script does not have it. */
exports.run = function run(script, entry) {
  const point = script[entry.point];
  if (entry.point === null || (point === undefined && entry.optional)) return undefined;
  if (typeof point !== 'function') fail('SSS_ENTRY_POINT_MISSING', `The script has no entry point ${entry.point}.`);
  return kind(entry).run(point.bind(script), entry, script);
};

/** What the host gets to know of the returned value. */
exports.finish = function finish(entry, value) {
  return entry.point === null ? null : kind(entry).finish(entry, value);
};
