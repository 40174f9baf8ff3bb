'use strict';

/*
 * Assistants (help topic "serverWidget.Assistant"): steps of a form.
 *
 * What a step was sent with comes back in the request of the next one: hidden inputs name the step that was left
 * (`_step`) and the button (`_action`), and everything sent before travels in `_sent` as JSON.
 */

const { fail, need } = use('inside/errors');
const { state } = use('inside/state');
const { FIELD_TYPES, Field, FieldGroup, Sublist, byId, named, newId, one } = use('inside/widgets');

const parse = (text) => (text ? JSON.parse(text) : {});
const parameters = () => state.request.entry.request?.parameters ?? {};

/** Lines of a sublist as a form sends them: \u0002 between lines, \u0001 between fields. */
const split = (text) => (text ? String(text).split('\u0002') : []);

class AssistantStep {
  #sent;

  constructor({ id, label, stepNumber, sent = {} }) {
    Object.assign(this, { id, label, stepNumber, helpText: '' });
    this.#sent = sent;
  }

  getFieldIds() {
    return Object.keys(this.#sent).filter((key) => !/(data|fields)$/.test(key));
  }

  getValue(options) {
    return this.#sent[need(byId(options), 'AssistantStep.getValue', 'id').id] ?? null;
  }

  getSubmittedSublistIds() {
    return Object.keys(this.#sent).filter((key) => key.endsWith('data')).map((key) => key.slice(0, -4));
  }

  getSublistFieldIds(options) {
    const { group } = need(options, 'AssistantStep.getSublistFieldIds', 'group');
    const names = this.#sent[`${group}fields`];
    return names ? names.split('\u0001') : [];
  }

  getLineCount(options) {
    const { group } = need(options, 'AssistantStep.getLineCount', 'group');
    return this.#sent[`${group}data`] === undefined ? -1 : split(this.#sent[`${group}data`]).length;
  }

  getSublistValue(options) {
    const { group, id, line } = need(options, 'AssistantStep.getSublistValue', 'group', 'id', 'line');
    const place = this.getSublistFieldIds({ group }).indexOf(id);
    return split(this.#sent[`${group}data`])[line]?.split('\u0001')[place] ?? null;
  }

  facts() {
    const { id, label, stepNumber, helpText } = this;
    return { id, label, stepNumber, helpText };
  }
}

class Assistant {
  #fields = new Map();
  #groups = new Map();
  #sublists = new Map();
  #steps = new Map();
  #splash = null;
  #hideNavBar;
  #sent;

  constructor({ title, hideNavBar = false }) {
    Object.assign(this, {
      title, clientScriptFileId: null, clientScriptModulePath: null, currentStep: null, errorHtml: null, finishedHtml: null,
      hideAddToShortcutsLink: false, hideStepNumber: false, isNotOrdered: false,
    });
    this.#hideNavBar = Boolean(hideNavBar);
    const { _step: step, _sent: sent, _action: action, ...values } = parameters();
    this.#sent = parse(sent);
    if (step && action) this.#sent[step] = values;
  }

  addField(options) {
    const { id, label, type, source, container } = need(options, 'Assistant.addField', 'id', 'label', 'type');
    if (container && !this.#groups.has(container)) fail('SSS_INVALID_UI_ELEMENT_ID', `There is no field group ${container}.`);
    const kind = one('type', type, FIELD_TYPES).toLowerCase();
    return this.#keep(this.#fields, new Field({ id: newId(this.#fields, id), label, type: kind, source, container }));
  }

  addFieldGroup(options) {
    const { id, label } = need(options, 'Assistant.addFieldGroup', 'id', 'label');
    return this.#keep(this.#groups, new FieldGroup({ id: newId(this.#groups, id), label }));
  }

  addStep(options) {
    const { id, label } = need(options, 'Assistant.addStep', 'id', 'label');
    const step = new AssistantStep({ id: newId(this.#steps, id), label, stepNumber: this.#steps.size + 1, sent: this.#sent[id] });
    this.currentStep ??= step;
    return this.#keep(this.#steps, step);
  }

  addSublist(options) {
    const { id, label, type } = need(options, 'Assistant.addSublist', 'id', 'label', 'type');
    return this.#keep(this.#sublists, new Sublist({ id: newId(this.#sublists, id), label, type }));
  }

  #keep(map, part) {
    map.set(part.id ?? part.name, part);
    return part;
  }

  getField(options) {
    return this.#fields.get(need(byId(options), 'Assistant.getField', 'id').id) ?? null;
  }

  getFieldGroup(options) {
    return this.#groups.get(need(byId(options), 'Assistant.getFieldGroup', 'id').id) ?? null;
  }

  getFieldGroupIds() {
    return [...this.#groups.keys()];
  }

  getFieldIds() {
    return [...this.#fields.keys()];
  }

  getFieldIdsByFieldGroup(options) {
    const { fieldGroup, id = fieldGroup } = options ?? {};
    if (!id) need(options, 'Assistant.getFieldIdsByFieldGroup', 'fieldGroup');
    return [...this.#fields.values()].filter((field) => field.facts().container === id).map((field) => field.id);
  }

  getSublist(options) {
    return this.#sublists.get(need(byId(options), 'Assistant.getSublist', 'id').id) ?? null;
  }

  getSublistIds() {
    return [...this.#sublists.keys()];
  }

  // ---- steps

  getLastAction() {
    return parameters()._action ?? null;
  }

  getLastStep() {
    return this.#steps.get(parameters()._step) ?? null;
  }

  /** The step after the one that was left; null after the last. */
  getNextStep() {
    const last = this.getLastStep();
    const steps = this.getSteps();
    if (!last) return steps[0] ?? null;
    const { _action: action, _jump: jump } = parameters();
    if (action === 'jump') return this.#steps.get(jump) ?? null;
    return steps[steps.indexOf(last) + (action === 'back' ? -1 : 1)] ?? null;
  }

  getStep(options) {
    return this.#steps.get(need(byId(options), 'Assistant.getStep', 'id').id) ?? null;
  }

  getStepCount() {
    return this.#steps.size;
  }

  getSteps() {
    return [...this.#steps.values()];
  }

  hasErrorHtml() {
    return Boolean(this.errorHtml);
  }

  isFinished() {
    return Boolean(this.finishedHtml);
  }

  /** Goes on with the Suitelet itself, at the current step. */
  sendRedirect(options) {
    const { response } = need(options, 'Assistant.sendRedirect', 'response');
    response.writePage({ pageObject: this });
  }

  setSplash(options) {
    const { title, text1, text2 = '' } = need(options, 'Assistant.setSplash', 'title', 'text1');
    this.#splash = { title, text1, text2 };
  }

  updateDefaultValues(options) {
    const given = options?.values ?? options;
    if (given === null || typeof given !== 'object') need(options, 'Assistant.updateDefaultValues', 'values');
    for (const [id, value] of Object.entries(given)) {
      const field = this.#fields.get(id);
      if (field) field.defaultValue = value;
    }
  }

  facts() {
    const { title, clientScriptFileId, clientScriptModulePath, errorHtml, finishedHtml, hideStepNumber, isNotOrdered } = this;
    const all = (map) => [...map.values()].map((part) => part.facts());
    return {
      kind: 'assistant', title, hideNavBar: this.#hideNavBar, clientScriptFileId, clientScriptModulePath, errorHtml, finishedHtml,
      hideStepNumber, isNotOrdered, splash: this.#splash, currentStep: this.currentStep?.id ?? null, steps: all(this.#steps),
      fields: all(this.#fields), groups: all(this.#groups), sublists: all(this.#sublists), sent: this.#sent,
    };
  }
}

named('AssistantStep', AssistantStep);
named('Assistant', Assistant);
Object.assign(exports, { Assistant });
