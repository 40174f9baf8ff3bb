'use strict';

/* Pages of the user interface by record type and by task id, as far as scripts ask for them. */

const transactions = {
  assemblybuild: 'build', assemblyunbuild: 'unbuild', bintransfer: 'bintrnfr', cashrefund: 'cashrfnd', cashsale: 'cashsale',
  check: 'check',
  creditmemo: 'custcred', customerdeposit: 'custdep', customerpayment: 'custpymt', customerrefund: 'custrfnd', deposit: 'deposit',
  depositapplication: 'depappl', estimate: 'estimate', expensereport: 'exprept', inventoryadjustment: 'invadjst',
  inventorytransfer: 'invtrnfr',
  invoice: 'custinvc', itemfulfillment: 'itemship', itemreceipt: 'itemrcpt', journalentry: 'journal', opportunity: 'opprtnty',
  purchaseorder: 'purchord', returnauthorization: 'rtnauth', salesorder: 'salesord', transferorder: 'trnfrord', vendorbill: 'vendbill',
  vendorcredit: 'vendcred', vendorpayment: 'vendpymt', vendorreturnauthorization: 'vendauth', workorder: 'workord',
};
const entities = { contact: 'contact', customer: 'custjob', employee: 'employee', job: 'job', lead: 'custjob', partner: 'partner',
  prospect: 'custjob', vendor: 'vendor' };
const items = [
  'assemblyitem', 'descriptionitem', 'discountitem', 'downloaditem', 'inventoryitem', 'itemgroup', 'kititem', 'lotnumberedassemblyitem',
  'lotnumberedinventoryitem', 'markupitem', 'noninventoryitem', 'otherchargeitem', 'paymentitem', 'serializedassemblyitem',
  'serializedinventoryitem', 'serviceitem', 'subtotalitem',
];

const named = (table, path) => Object.fromEntries(Object.entries(table).map(([type, name]) => [type, `${path}/${name}.nl`]));

exports.pages = {
  ...named(transactions, '/app/accounting/transactions'),
  ...named(entities, '/app/common/entity'),
  ...Object.fromEntries(items.map((type) => [type, '/app/common/item/item.nl'])),
  account: '/app/accounting/account/account.nl', calendarevent: '/app/crm/calendar/event.nl',
  department: '/app/common/otherlists/departmenttype.nl',
  classification: '/app/common/otherlists/classtype.nl', folder: '/app/common/media/mediaitemfolder.nl',
  issue: '/app/crm/support/issuedb/issue.nl',
  location: '/app/common/otherlists/locationtype.nl', message: '/app/crm/common/crmmessage.nl', note: '/app/crm/common/note.nl',
  phonecall: '/app/crm/calendar/call.nl', subsidiary: '/app/common/otherlists/subsidiarytype.nl',
  supportcase: '/app/crm/support/supportcase.nl',
  task: '/app/crm/calendar/task.nl', timebill: '/app/accounting/transactions/timebill.nl',
};

exports.tasks = {
  LIST_CUSTJOB: '/app/common/entity/custjoblist.nl', LIST_EMPLOYEE: '/app/common/entity/employeelist.nl',
  LIST_ITEM: '/app/common/item/itemlist.nl', LIST_SAVEDSEARCH: '/app/common/search/savedsearchlist.nl',
  LIST_SCRIPT: '/app/common/scripting/scriptlist.nl',
  LIST_TRAN_SALESORD: '/app/accounting/transactions/transactionlist.nl?Transaction_TYPE=SalesOrd',
  LIST_VENDOR: '/app/common/entity/vendorlist.nl',
  EDIT_CUSTJOB: '/app/common/entity/custjob.nl', EDIT_VENDOR: '/app/common/entity/vendor.nl',
  EDIT_EMPLOYEE: '/app/common/entity/employee.nl',
  EDIT_CONTACT: '/app/common/entity/contact.nl', EDIT_ITEM: '/app/common/item/item.nl',
  EDIT_TRAN_SALESORD: '/app/accounting/transactions/salesord.nl', EDIT_TRAN_CUSTINVC: '/app/accounting/transactions/custinvc.nl',
  EDIT_TRAN_PURCHORD: '/app/accounting/transactions/purchord.nl', EDIT_TRAN_CUSTPYMT: '/app/accounting/transactions/custpymt.nl',
  EDIT_TRAN_ESTIMATE: '/app/accounting/transactions/estimate.nl', EDIT_TRAN_VENDBILL: '/app/accounting/transactions/vendbill.nl',
};
