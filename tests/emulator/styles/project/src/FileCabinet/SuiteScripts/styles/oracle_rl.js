/**
 * What the help topic "RESTlet Script and Request Samples" describes: any record, read, made, changed and deleted by its type.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/error'], (record, error) => {
  const required = (given, names) => {
    names.forEach((name) => {
      if (!given[name]) throw error.create({ name: 'MISSING_REQ_ARG', message: `Missing a required argument: ${name}` });
    });
  };

  return {
    get: (context) => {
      required(context, ['recordtype', 'id']);
      return JSON.stringify(record.load({ type: context.recordtype, id: context.id }));
    },
    post: (context) => {
      required(context, ['recordtype']);
      const made = record.create({ type: context.recordtype, isDynamic: false });
      Object.keys(context).forEach((fieldId) => {
        if (fieldId !== 'recordtype') made.setValue({ fieldId, value: context[fieldId] });
      });
      return String(made.save());
    },
    put: (context) => {
      required(context, ['recordtype', 'id']);
      const found = record.load({ type: context.recordtype, id: context.id, isDynamic: true });
      Object.keys(context).forEach((fieldId) => {
        if (!['recordtype', 'id'].includes(fieldId)) found.setValue({ fieldId, value: context[fieldId] });
      });
      found.save();
      return context;
    },
    delete: (context) => {
      required(context, ['recordtype', 'id']);
      record.delete({ type: context.recordtype, id: context.id });
      return String(context.id);
    },
  };
});
