'use strict';

/*
 * Modules, classes and members of SuiteScript by name: what is listed and not built is refused by name.
 */

const of = (members, classes = {}) => ({ members, classes });

module.exports = {
  'N/action': of('ALL_QUALIFIED_INSTANCES execute executeBulk find get getBulkStatus', {
    Action: 'execute executeBulk getBulkStatus',
  }),
  'N/auth': of('changeEmail changePassword'),
  'N/cache': of('Scope getCache', {
    Cache: 'get put remove',
  }),
  'N/certificateControl': of('Operation Operator Type createCertificate deleteCertificate findCertificates findUsages loadCertificate lock unlock', {
    Certificate: 'save',
  }),
  'N/commerce/promising': of('getAvailableDate'),
  'N/commerce/recordView': of('viewItems viewWebsite'),
  'N/commerce/webstore/order': of('createOrLoad save'),
  'N/commerce/webstore/shopper': of('createCustomer createGuest getCurrentCustomer getCurrentShopper'),
  'N/compress': of('Type createArchiver gunzip gzip', {
    Archiver: 'add archive',
  }),
  'N/config': of('Type load'),
  'N/crypto': of('Encoding EncryptionAlg HashAlg Padding checkPasswordField createCipher createDecipher createHash createHmac createSecretKey', {
    Cipher: 'final update',
    Decipher: 'final update',
    Hash: 'digest update',
    Hmac: 'digest update',
  }),
  'N/crypto/certificate': of('HashAlg createSigner createVerifier signXml verifyXmlSignature', {
    SignedXml: 'asFile asString asXml',
    Signer: 'sign update',
    Verifier: 'update verify',
  }),
  'N/crypto/random': of('generateBytes generateInt generateUUID'),
  'N/currency': of('exchangeRate'),
  'N/currentRecord': of('get', {
    CurrentRecord: 'cancelLine commitLine findMatrixSublistLineWithValue findSublistLineWithValue getCurrentMatrixSublistValue getCurrentSublistIndex getCurrentSublistSubrecord getCurrentSublistText getCurrentSublistValue getField getLineCount getMatrixHeaderCount getMatrixHeaderField getMatrixHeaderValue getMatrixSublistField getMatrixSublistValue getSublist getSublistField getSublistText getSublistValue getSubrecord getText getValue hasCurrentSublistSubrecord hasSublistSubrecord hasSubrecord insertLine moveLine removeCurrentSublistSubrecord removeLine removeSubrecord selectLine selectNewLine setCurrentMatrixSublistValue setCurrentSublistText setCurrentSublistValue setMatrixHeaderValue setMatrixSublistValue setText setValue',
  }),
  'N/dataset': of('create createColumn createCondition createJoin createTranslation describe list load', {
    Dataset: 'getExpressionFromColumn run runPaged save',
  }),
  'N/datasetLink': of('create'),
  'N/documentCapture': of('DocumentType Feature FieldType Language documentToStructure documentToText getRemainingConcurrency getRemainingFreeUsage parseResult'),
  'N/email': of('send sendBulk sendCampaignEvent'),
  'N/encode': of('Encoding convert'),
  'N/error': of('Type create'),
  'N/file': of('Encoding NameConflictResolution Type copy create delete load', {
    File: 'append appendLine getContents getReader getSegments resetStream save',
    FileLines: 'hasNext next reset',
    FileSegments: 'hasNext next reset',
    Reader: 'readChars readUntil reset',
  }),
  'N/format': of('Timezone Type format parse'),
  'N/format/i18n': of('Country Currency NegativeNumberFormat PhoneNumberFormatType getCurrencyFormatter getNumberFormatter getPhoneNumberFormatter getPhoneNumberParser spellOut', {
    CurrencyFormatter: 'format',
    NumberFormatter: 'format',
    PhoneNumberFormatter: 'format',
    PhoneNumberParser: 'parse',
  }),
  'N/http': of('CacheDuration Method RedirectType delete get post put request'),
  'N/https': of('CacheDuration Encoding HashAlg Method RedirectType createSecretKey createSecureString delete get post put request requestRestlet requestSuiteTalkRest requestSuitelet', {
    SecureString: 'appendSecureString appendString convertEncoding hash hmac',
  }),
  'N/https/clientCertificate': of('delete get post put request'),
  'N/keyControl': of('Operator createKey deleteKey findKeys loadKey lock unlock', {
    Key: 'save',
  }),
  'N/llm': of('ChatRole EmbedModelFamily ModelFamily SafetyMode ToolParameterType Truncate chat chatStreamed createChatMessage createDocument createTool createToolParameter createToolResult embed evaluatePrompt evaluatePromptStreamed executePrompt executePromptStreamed generateText generateTextStreamed getRemainingFreeEmbedUsage getRemainingFreeUsage getRemainingUsage'),
  'N/log': of('audit debug emergency error'),
  'N/machineTranslation': of('Language createDocument translate'),
  'N/manufacturing/productionCharges': of('updateAllChargesToItemPurchasePrice updateChargesToCustomUnitCost updateChargesToItemPurchasePrice'),
  'N/pgp': of('CompressionAlgorithm Format createConfig createMessageData createSigner createVerification loadKeyFromSecret parseKey parseMessage'),
  'N/piremoval': of('createTask deleteTask getTaskStatus loadTask', {
    PiRemovalTask: 'deleteTask run save',
  }),
  'N/plugin': of('findImplementations loadImplementation'),
  'N/portlet': of('refresh resize'),
  'N/query': of('MetadataProvider Operator RelativeDateRange SortLocale Type create createPeriod createRelativeDate delete listTables load runSuiteQL runSuiteQLPaged', {
    Component: 'autoJoin createColumn createCondition createSort join joinFrom joinTo',
    Iterator: 'each next',
    PagedData: 'fetch iterator',
    Query: 'and autoJoin createColumn createCondition createSort join joinFrom joinTo not or run runPaged toSuiteQL',
    Result: 'asMap getValueForAlias',
    ResultSet: 'asMappedResults getTypeForAlias iterator',
    SuiteQL: 'run runPaged',
  }),
  'N/record': of('Type attach copy create delete detach load submitFields transform', {
    Field: 'getSelectOptions insertSelectOption removeSelectOption',
    Record: 'cancelLine commitLine eventHandlerModules findMatrixSublistLineWithValue findSublistLineWithValue getCurrentMatrixSublistValue getCurrentSublistField getCurrentSublistSubrecord getCurrentSublistText getCurrentSublistValue getField getFields getLineCount getMatrixHeaderCount getMatrixHeaderField getMatrixHeaderValue getMatrixSublistField getMatrixSublistValue getScriptingContext getSublist getSublistField getSublistFields getSublistSubrecord getSublistText getSublistValue getSublists getSubrecord getText getValue hasCurrentSublistSubrecord hasSublistSubrecord hasSubrecord insertLine removeCurrentSublistSubrecord removeLine removeSublistSubrecord removeSubrecord save selectLine selectNewLine setCurrentMatrixSublistValue setCurrentSublistText setCurrentSublistValue setMatrixHeaderValue setMatrixSublistValue setSublistText setSublistValue setText setValue',
    Sublist: 'getColumn',
  }),
  'N/recordContext': of('getContext'),
  'N/redirect': of('redirect toRecord toRecordTransform toSavedSearch toSavedSearchResult toSearch toSearchResult toSuitelet toTaskLink'),
  'N/render': of('DataSource PrintMode bom create glImpact mergeEmail packingSlip pickingTicket statement transaction xmlToPdf', {
    TemplateRenderer: 'addCustomDataSource addQuery addRecord addSearchResults renderAsPdf renderAsString renderPdfToResponse renderToResponse setTemplateById setTemplateByScriptId',
  }),
  'N/runtime': of('country getCurrentScript getCurrentSession getCurrentUser isFeatureInEffect queueCount toJSON toString', {
    Script: 'getParameter getRemainingUsage',
    User: 'getPermission getPreference',
  }),
  'N/scriptTypes/restlet': of('createResponse'),
  'N/search': of('ConsolidationEnum IncludePeriodTransactionEnum Operator SettingName Sort Summary Type create createColumn createFilter createSetting delete duplicates global load lookupFields', {
    Column: 'setWhenOrderedBy',
    Result: 'getText getValue',
    ResultSet: 'each getRange',
    Search: 'run runPaged save',
    SearchPageRange: 'getCompoundKey getCompoundLabel getIndex',
  }),
  'N/sftp': of('Sort createConnection', {
    Connection: 'download list makeDirectory move removeDirectory removeFile upload',
  }),
  'N/sso': of('generateSuiteSignOnToken'),
  'N/suiteAppInfo': of('isBundleInstalled isSuiteAppInstalled listBundlesContainingScripts listInstalledBundles listInstalledSuiteApps listSuiteAppsContainingScripts'),
  'N/task': of('ActionCondition DedupeEntityType DedupeMode MapReduceStage MasterSelectionMode TaskStatus TaskType checkStatus create', {
    CsvImportTask: 'submit',
    EntityDeduplicationTask: 'submit',
    MapReduceScriptTask: 'submit',
    MapReduceScriptTaskStatus: 'getCurrentTotalSize getPendingMapCount getPendingMapSize getPendingOutputCount getPendingOutputSize getPendingReduceCount getPendingReduceSize getPercentageCompleted getTotalMapCount getTotalOutputCount getTotalReduceCount',
    PivotExecutionTask: 'addInboundDependency submit',
    QueryTask: 'addInboundDependency submit',
    RecordActionTask: 'submit',
    ScheduledScriptTask: 'submit',
    SearchTask: 'addInboundDependency submit',
    SuiteQLTask: 'addInboundDependency submit',
    WorkflowTriggerTask: 'submit',
  }),
  'N/task/accounting/recognition': of('checkStatus create', {
    MergeArrangementsTask: 'submit',
    MergeElementsTask: 'submit',
  }),
  'N/transaction': of('void'),
  'N/translation': of('Locale get load selectLocale'),
  'N/ui/dialog': of('alert confirm create'),
  'N/ui/message': of('create', {
    Message: 'hide show',
  }),
  'N/ui/serverWidget': of('FieldDisplayType FieldType SublistType createAssistant createForm createList', {
    Assistant: 'addField addFieldGroup addStep addSublist getField getFieldGroup getFieldGroupIds getFieldIds getFieldIdsByFieldGroup getLastAction getLastStep getNextStep getStep getStepCount getSteps getSublist getSublistIds hasErrorHtml isFinished sendRedirect setSplash updateDefaultValues',
    AssistantStep: 'getFieldIds getLineCount getSublistFieldIds getSublistValue getSubmittedSublistIds getValue',
    Field: 'addSelectOption getSelectOptions setHelpText updateBreakType updateDisplaySize updateDisplayType updateLayoutType',
    Form: 'addButton addCredentialField addField addFieldGroup addPageInitMessage addPageLink addResetButton addSecretKeyField addSublist addSubmitButton addSubtab addTab getButton getField getSublist getSubtab getTab getTabs insertField insertSublist insertSubtab insertTab removeButton updateDefaultValues',
    List: 'addButton addColumn addEditColumn addPageLink addRow addRows',
    ListColumn: 'addParamToURL setURL',
    Sublist: 'addButton addField addMarkAllButtons addRefreshButton getField getSublistValue setSublistValue updateTotallingFieldId updateUniqueFieldId',
  }),
  'N/url': of('HostType format resolveDomain resolveRecord resolveScript resolveTaskLink'),
  'N/util': of('deepExtend each extend isArray isAsyncFunction isBoolean isDate isError isFunction isNumber isNumberOrString isObject isRegExp isString trim'),
  'N/workbook': of('Aggregation AspectType ChartType Color ConstantType DateTimeHierarchy DateTimeProperty DescendantOrSelfNodesSelector ExpressionType FontSize FontStyle FontWeight Image Operator Position Stacking TemporalUnit TextAlign TextDecorationLine TextDecorationStyle TotalLine Unit create createAspect createCalculatedMeasure createCategory createChart createChartAxis createColor createComplexRecordKey createConditionalFilter createConditionalFormat createConditionalFormatRule createConstant createCurrency createDataDimension createDataDimensionItem createDataMeasure createDimensionSelector createDimensionSort createDuration createExpression createFieldContext createFontSize createLegend createLimitingFilter createMeasure createMeasureSelector createMeasureSort createMeasureValueSelector createPathSelector createPivot createPivotAxis createPivotStorage createPositionPercent createPositionUnits createPositionValues createRange createReportStyle createReportStyleRule createSection createSeries createSimpleRecordKey createSort createSortByDataDimensionItem createSortByMeasure createSortDefinition createStyle createTable createTableColumn createTableColumnCondition createTableColumnFilter createTranslation createWorkbook list load loadPivotResults loadWorkbook', {
    Workbook: 'runPivot',
  }),
  'N/workflow': of('initiate trigger'),
  'N/xml': of('NodeType Parser XPath escape validate', {
    Document: 'adoptNode createAttribute createAttributeNS createCDATASection createComment createDocumentFragment createElement createElementNS createProcessingInstruction createTextNode getElementById getElementsByTagName getElementsByTagNameNS importNode',
    Element: 'getAttribute getAttributeNS getAttributeNode getAttributeNodeNS getElementsByTagName getElementsByTagNameNS hasAttribute hasAttributeNS removeAttribute removeAttributeNS removeAttributeNode setAttribute setAttributeNS setAttributeNode setAttributeNodeNS',
    Node: 'appendChild cloneNode compareDocumentPosition hasAttributes hasChildNodes insertBefore isDefaultNamespace isEqualNode isSameNode lookupNamespaceURI lookupPrefix normalize removeChild replaceChild',
    Parser: 'fromString',
    XPath: 'select',
  }),
};
