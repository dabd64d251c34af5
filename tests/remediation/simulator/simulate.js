// Runs Automation documents in @cdklabs/cdk-ssm-documents: one JSON line in for a run, one JSON line out for its end.
//
// The library reads documents by `StringStep`, which leaves out what is completed here: onFailure, onCancel and
// nextStep; variables that are lists, maps or numbers; the approvers; and the service of a step that waits or
// asserts. Calls to AWS are not made here: each is a line out and its answer a line in, so that no AWS SDK for
// JavaScript is needed. Scripts run in python3 by the library's own entry, without its limit of ten seconds.
'use strict';

const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const [, , modules, outward] = process.argv;
const load = createRequire(path.join(modules, 'tests.js'));
const { Stack } = load('aws-cdk-lib');
const ssm = load('@cdklabs/cdk-ssm-documents');
const library = path.dirname(path.dirname(load.resolve('@cdklabs/cdk-ssm-documents')));
const yaml = createRequire(path.join(library, 'index.js'))('js-yaml');
const PYTHON_ENTRY = path.join(library, 'python', 'python_script_entry.py');
const VARIABLE = /^\{\{\s*([^{}\s]+)\s*\}\}$/;
const POLL_MILLISECONDS = 20;

console.log = console.error = () => {};

// --- lines --------------------------------------------------------------------------------------------------

const unread = { text: '' };

function readLine() {
  const chunk = Buffer.alloc(65536);
  while (!unread.text.includes('\n')) {
    const size = fs.readSync(0, chunk, 0, chunk.length, null);
    if (size === 0) return undefined;
    unread.text += chunk.toString('latin1', 0, size); // the lines are ASCII
  }
  const end = unread.text.indexOf('\n');
  const line = unread.text.slice(0, end);
  unread.text = unread.text.slice(end + 1);
  return JSON.parse(line);
}

function writeLine(value) {
  let rest = Buffer.from(`${JSON.stringify(value)}\n`);
  while (rest.length > 0) rest = rest.subarray(fs.writeSync(Number(outward), rest));
}

// --- variables ----------------------------------------------------------------------------------------------

function named(text) {
  const found = typeof text === 'string' ? VARIABLE.exec(text) : null;
  return found === null ? undefined : found[1];
}

function mentioned(value) {
  return (JSON.stringify(value).match(/\{\{\s*[^{}\s]+\s*\}\}/g) ?? []).map(named);
}

function known(inputs, name) {
  if (inputs[name] === undefined) throw new Error(`no value for {{ ${name} }}`);
  return inputs[name];
}

// A value with variables of every type in it, as SSM resolves it: alone it keeps its type, within a text it is one.
class Resolved {
  constructor(value) {
    this.value = value;
  }

  requiredInputs() {
    return mentioned(this.value);
  }

  resolve(inputs) {
    return this.#in(this.value, inputs);
  }

  resolveToDict(inputs) {
    return this.resolve(inputs);
  }

  resolveToStringList(inputs) {
    return this.resolve(inputs).flat();
  }

  resolveToNumber(inputs) {
    return Number(this.resolve(inputs));
  }

  #in(value, inputs) {
    if (Array.isArray(value)) return value.map(item => this.#in(item, inputs));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#in(item, inputs)]));
    }
    if (typeof value !== 'string') return value;
    const name = named(value);
    if (name !== undefined) return known(inputs, name);
    return value.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, inner) => {
      const found = known(inputs, inner);
      return typeof found === 'string' ? found : JSON.stringify(found);
    });
  }
}

// --- steps --------------------------------------------------------------------------------------------------

class Python {
  constructor(handler, environment) {
    this.handler = handler;
    this.environment = environment;
  }

  simulate(code, inputs) {
    const file = code.createOrGetFile('.py');
    const words = ['-u', PYTHON_ENTRY, file, this.handler, JSON.stringify(inputs)];
    const options = { env: { ...process.env, ...this.environment }, encoding: 'utf8', maxBuffer: 1 << 26 };
    const ran = spawnSync('python3', words, options);
    fs.rmSync(path.dirname(file), { recursive: true });
    if (ran.error || ran.status !== 0) throw new Error(`python3 failed: ${ran.error ?? ran.stderr}`);
    const result = JSON.parse(ran.stdout.trimEnd().split('\n').pop());
    if (result.status !== 'SUCCESS') throw new Error(result.Payload);
    return result;
  }
}

function onProblem(written, kinds) {
  if (written === undefined || written === 'Abort') return kinds.abort();
  if (written === 'Continue') return kinds.continue();
  return kinds.invokeStepByName(written.replace(/^step:/, ''));
}

function approval(stack, written) {
  const { Approvers, MinRequiredApprovals, Message, NotificationArn } = written.inputs;
  return new ssm.ApproveStep(stack, written.name, {
    approvers: new Resolved(Approvers),
    minRequiredApprovals: MinRequiredApprovals === undefined ? undefined : new Resolved(MinRequiredApprovals),
    message: Message === undefined ? undefined : new Resolved(Message),
    notificationArn: NotificationArn === undefined ? undefined : new Resolved(NotificationArn),
  });
}

function stepOf(stack, written, environment) {
  const step = written.action === 'aws:approve' ? approval(stack, written) : read(stack, written);
  step.onFailure = onProblem(written.onFailure, ssm.OnFailure);
  step.onCancel = onProblem(written.onCancel, ssm.OnCancel);
  step.isEnd = written.isEnd ?? false;
  step.timeoutSeconds = written.timeoutSeconds ?? step.timeoutSeconds;
  if (written.nextStep !== undefined) step.explicitNextStep = ssm.StepRef.fromName(written.nextStep);
  complete(step, written.inputs, environment);
  return step;
}

// StringStep takes nothing but text in a payload and in a branch.
function read(stack, written) {
  return ssm.StringStep.fromObject(stack, { ...written, inputs: { ...written.inputs, InputPayload: {} } }).automationStep;
}

function complete(step, inputs, environment) {
  const { Service, Api, PropertySelector, DesiredValues, ...parameters } = inputs;
  switch (step.action) {
    case 'aws:waitForAwsResourceProperty':
      step.sleepIntervalMillis = POLL_MILLISECONDS; // fall through: these are API steps too
    case 'aws:assertAwsResourceProperty':
    case 'aws:executeAwsApi':
      step.apiParams = new Resolved(parameters);
      step.outputs ??= [];
      break;
    case 'aws:executeScript': {
      const payload = Object.entries(inputs.InputPayload ?? {});
      step.inputs = Object.fromEntries(payload.map(([key, value]) => [key, new Resolved(value)]));
      step.language = new Python(inputs.Handler, environment);
      break;
    }
    case 'aws:branch':
      step.choices.forEach((choice, index) => {
        choice.variable = new Resolved(inputs.Choices[index].Variable);
      });
  }
}

// --- runs ---------------------------------------------------------------------------------------------------

const caller = {
  invoke({ service, awsApi, awsParams }) {
    const called = typeof service === 'string' ? service : service.namespace;
    writeLine({ call: { service: called, api: awsApi, parameters: awsParams } });
    const { answer, refusal } = readLine();
    if (refusal !== undefined) throw new Error(refusal);
    return answer;
  },
};

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(milliseconds, POLL_MILLISECONDS));
}

// The simulator goes on after a rejection; in SSM the step fails. automation-action-approve
function decided(approved) {
  if (!approved) throw new Error('Rejected');
  return true;
}

function documentOf(file, environment) {
  const content = yaml.load(fs.readFileSync(file, 'utf8'));
  const docInputs = ssm.StringDocument.toDocInputs(content.parameters);
  const stack = new Stack();
  const document = new ssm.AutomationDocument(stack, 'Document', { docInputs, assumeRole: content.assumeRole });
  for (const written of content.mainSteps) document.addStep(stepOf(stack, written, environment));
  const steps = document.collectedSteps();
  steps[steps.length - 1].allStepsInExecution = steps; // the library forgets the last one
  return document;
}

function simulated({ document: file, parameters, environment, approved, failing }) {
  const document = documentOf(file, environment);
  const steps = [];
  const outputs = {};
  const executionId = crypto.randomUUID(); // the simulator's own ids are none that SSM would give
  const began = (step, inputs) => {
    steps.push(step.name);
    if (step.name === failing) throw new Error('An error was injected.');
    inputs['automation:EXECUTION_ID'] = executionId;
  };
  for (const step of document.collectedSteps()) {
    step.inputObserver = { accept: inputs => began(step, inputs) };
    step.outputObserver = { accept: found => Object.assign(outputs, found) };
  }
  const hooks = { awsInvoker: caller, sleepHook: { sleep }, approveHook: { ask: () => decided(approved) } };
  const end = ssm.Simulation.ofAutomation(document, hooks).simulate({ ...parameters });
  return { status: ssm.ResponseCode[end.responseCode], cause: end.stackTrace ?? '', executionId, steps, outputs };
}

for (let request = readLine(); request !== undefined; request = readLine()) {
  try {
    writeLine({ end: simulated(request) });
  } catch (error) {
    writeLine({ end: { status: 'REFUSED', cause: String(error.stack), executionId: '', steps: [], outputs: {} } });
  }
}
process.exit(0);
