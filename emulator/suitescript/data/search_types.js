'use strict';

/* search.Type: record.Type without what cannot be searched, and with what is searched only. */

const { recordTypes } = use('data/record_types');

const NOT_SEARCHED = new Set([
  'ALLOCATION_SCHEDULE', 'AUTOMATED_CLEARING_HOUSE', 'CAMPAIGN_RESPONSE', 'CAMPAIGN_TEMPLATE', 'EMAIL_TEMPLATE',
  'EMPLOYEE_EXPENSE_SOURCE_TYPE', 'EXPENSE_REPORT_POLICY', 'FORMAT_PROFILE', 'GENERAL_TOKEN',
  'IMPORTED_EMPLOYEE_EXPENSE', 'INTERCOMP_ALLOCATION_SCHEDULE', 'INVENTORY_WORKSHEET', 'ISSUE_PRODUCT',
  'ISSUE_PRODUCT_VERSION', 'ORDER_RESERVATION', 'ORDER_SCHEDULE', 'PAYMENT_CARD', 'PAYMENT_CARD_TOKEN',
  'PLANNED_ORDER', 'PLANNING_ITEM_CATEGORY', 'PLANNING_ITEM_GROUP', 'PLANNING_RULE_GROUP', 'PLANNING_VIEW',
  'REALLOCATE_ITEM', 'RECEIVE_INBOUND_SHIPMENT', 'REV_REC_FIELD_MAPPING', 'SALES_CHANNEL', 'SUBSCRIPTION_TERM',
  'SUBSIDIARY_SETTINGS', 'SUPPLY_CHAIN_SNAPSHOT_SIMULATION', 'SUPPLY_CHANGE_ORDER', 'SUPPLY_PLAN_DEFINITION',
  'TAX_ACCT',
]);

const ONLY_SEARCHED = {
  ACTIVITY: 'activity', AGGR_FIN_DAT: 'aggrfindat', ALLOC_RECOMMENDATION_DEMAND: 'allocrecommendationdemand',
  ALLOC_RECOMMENDATION_DETAIL: 'allocrecommendationdetail', AUTHENTICATE_DEVICE_INPUT: 'authenticatedeviceinput',
  BALANCING_DETAIL: 'balancingdetail', BALANCING_RESULT: 'balancingresult',
  BALANCING_TRANSACTION: 'balancingtransaction', BILLING_ACCOUNT_BILL_CYCLE: 'billingaccountbillcycle',
  BILLING_ACCOUNT_BILL_REQUEST: 'billingaccountbillrequest', BIN_ITEM_BALANCE: 'binitembalance',
  CARDHOLDER_AUTHENTICATION_EVENT: 'cardholderauthenticationevent', CHALLENGE_SHOPPER_INPUT: 'challengeshopperinput',
  COMMERCE_SEARCH_ACTIVITY_DATA: 'commercesearchactivitydata', COM_SEARCH_BOOST: 'comsearchboost',
  COM_SEARCH_BOOST_TYPE: 'comsearchboosttype', COM_SEARCH_GROUP_SYN: 'comsearchgroupsyn',
  COM_SEARCH_ONE_WAY_SYN: 'comsearchonewaysyn', CURRENCY_EXCHANGE_RATE: 'currencyexchangerate',
  DELETED_RECORD: 'deletedrecord', EMPLOYEE_PAYROLL_ITEM: 'employeepayrollitem', END_TO_END_TIME: 'endtoendtime',
  ENTITY: 'entity', EXPENSE_AMORT_PLAN_AND_SCHEDULE: 'expenseamortplanandschedule',
  FIN_RPT_AGGREGATE_F_R: 'finrptaggregatefr', GATEWAY_NOTIFICATION: 'gatewaynotification',
  GL_LINES_AUDIT_LOG: 'gllinesauditlog', INSTALLMENT: 'installment', INVENTORY_BALANCE: 'inventorybalance',
  INVENTORY_DEMAND: 'inventorydemand', INVENTORY_NUMBER_BIN: 'inventorynumberbin',
  INVENTORY_NUMBER_ITEM: 'inventorynumberitem', INVENTORY_STATUS_LOCATION: 'inventorystatuslocation',
  INVT_NUMBER_ITEM_BALANCE: 'invtnumberitembalance', ITEM: 'item', ITEM_BIN_NUMBER: 'itembinnumber',
  PAYMENT_EVENT: 'paymentevent', PAYMENT_INSTRUMENT: 'paymentinstrument', PAYMENT_OPTION: 'paymentoption',
  PAYMENT_RESULT_PREVIEW: 'paymentresultpreview', PAYROLL_SETUP: 'payrollsetup', PERMISSION: 'permission',
  PRICING: 'pricing', RECENT_RECORD: 'recentrecord',
  RES_ALLOCATION_TIME_OFF_CONFLICT: 'resallocationtimeoffconflict',
  REV_REC_PLAN_AND_SCHEDULE: 'revrecplanandschedule', ROLE: 'role', SAVED_SEARCH: 'savedsearch',
  SHOPPING_CART: 'shoppingcart', STATE: 'state', SUBSCRIPTION_LINE_REVISION: 'subscriptionlinerevision',
  SUBSCRIPTION_RENEWAL_HISTORY: 'subscriptionrenewalhistory', SUITE_SCRIPT_DETAIL: 'suitescriptdetail',
  SUPPLY_CHAIN_SNAPSHOT_DETAILS: 'supplychainsnapshotdetails', SYSTEM_NOTE: 'systemnote',
  S_C_M_PREDICTED_RISKS: 'scmpredictedrisks', S_C_M_PREDICTION_TRAIN_HISTORY: 'scmpredictiontrainhistory',
  TAX_DETAIL: 'taxdetail', TIMESHEET_APPROVAL: 'timesheetapproval', TIME_APPROVAL: 'timeapproval',
  TRANSACTION: 'transaction', UBER: 'uber',
};

const searched = Object.entries(recordTypes).filter(([key]) => !NOT_SEARCHED.has(key));
exports.searchTypes = Object.fromEntries([...searched, ...Object.entries(ONLY_SEARCHED)].sort(([one], [other]) => (one < other ? -1 : 1)));
