import { describe, expect, test } from '@jest/globals';
import { DIALECT_SESSIONS, defaultNaming } from '../../src/normalize/naming.ts';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();
const identity = (attributes: Record<string, string>) => read({ attributes }).identity ?? {};

describe("Solvent's own names, left-most present wins", () => {
  const cases = table(`
    attributes                                        field          value
    agent.session.id=a                                session        a
    agent_session_id=b                                session        b
    Agent_Session_ID=c                                session        c
    Agent_Session_ID=c,agent.session.id=a             session        a
    agent_session_id=b,agent.session.id=              session        b
    agent.task.id=t                                   task           t
    agent.type=x                                      agentType      x
    agent_type=y                                      agentType      y
    Agent_Type=z,agent_type=y                         agentType      y
    agent.task.type=tier1                             taskType       tier1
    agent.prompt.version=v2                           promptVersion  v2
    user.id=u                                         user           u
    enduser.id=e,gen_ai.user=g                        user           e
    gen_ai.agent.name=Ann                             agentName      Ann
    agent_name=Bob                                    agentName      Bob
  `);
  test.each(cases)('$attributes', ({ attributes, field, value }) => {
    const pairs = attributes!.split(',').map((pair) => pair.split('=') as [string, string]);
    const found = identity(Object.fromEntries(pairs));
    expect(found[field as keyof typeof found]).toBe(value);
  });
});

describe("the dialects' sessions", () => {
  test('are these, best first', () => {
    expect(DIALECT_SESSIONS.join(' ')).toBe(
      'session.id langfuse.session.id gen_ai.conversation.id ' +
        'traceloop.association.properties.session_id traceloop.association.properties.thread_id ' +
        'traceloop.association.properties.chat_id langsmith.metadata.session_id langsmith.metadata.thread_id ' +
        'langsmith.metadata.conversation_id langsmith.metadata.sessionId ai.telemetry.metadata.sessionId ai.settings.context.sessionId ' +
        'gcp.vertex.agent.session_id mlflow.trace.session anthropic.session.id conversation.id ' +
        'voltagent.conversation_id microsoft.session.id n8n.execution.retry_of n8n.execution.id',
    );
  });

  test('one that Logfire has scrubbed is none, and the next name is asked', () => {
    const scrubbed = "[Scrubbed due to 'session']";
    expect(identity({ 'session.id': scrubbed, 'agent.session.id': scrubbed })).toEqual({});
    expect(identity({ 'session.id': scrubbed, 'gen_ai.conversation.id': 'c' })).toMatchObject({
      dialectSession: 'c',
    });
    expect(identity({ 'session.id': '[Scrubbed] by hand' }).dialectSession).toBe('[Scrubbed] by hand');
  });

  test('an agent that is made does not run, and names nothing', () => {
    const agent = { 'gen_ai.agent.name': 'clerk', 'gen_ai.system': 'autogen' };
    expect(identity({ ...agent, 'gen_ai.operation.name': 'create_agent' })).toEqual({});
    expect(identity({ ...agent, 'gen_ai.operation.name': 'invoke_agent' })).toMatchObject({
      agentName: 'clerk',
    });
  });

  test('the response before is no conversation', () => {
    expect(identity({ 'gen_ai.conversation.id': 'resp_0a1b' })).toEqual({});
    expect(identity({ 'gen_ai.conversation.id': 'conv_0a1b' })).toMatchObject({
      dialectSession: 'conv_0a1b',
    });
    expect(identity({ 'gen_ai.conversation.id': 'respond' })).toMatchObject({ dialectSession: 'respond' });
  });

  test.each(DIALECT_SESSIONS.map((name) => [name] as const))('%s', (name) => {
    expect(identity({ [name]: 's' })).toMatchObject({ dialectSession: 's' });
    expect(identity({ [name]: 's' }).session).toBeUndefined();
  });

  test('the order is the policy', () => {
    for (const [index, name] of DIALECT_SESSIONS.entries())
      for (const later of DIALECT_SESSIONS.slice(index + 1))
        expect(identity({ [later]: 'later', [name]: 'first' }).dialectSession).toBe('first');
  });

  test.each(['mcp.session.id', 'langsmith.trace.session_id', 'gen_ai.response.id'])('never %s', (name) => {
    expect(identity({ [name]: 's' })).toEqual({});
  });
});

test('span and resource are claims of their own', () => {
  const meaning = read({
    attributes: { 'agent.session.id': 'span' },
    resource: {
      'agent.session.id': 'resource',
      'session.id': 'dialect',
      'service.name': 'shop',
      'agent.type': 't',
    },
  });
  expect(meaning.identity).toEqual({ session: 'span' });
  expect(meaning.context).toEqual({
    session: 'resource',
    dialectSession: 'dialect',
    service: 'shop',
    agentType: 't',
  });
});

test('a number is a session as well', () => {
  expect(read({ attributes: { 'agent.session.id': 42n } }).identity).toEqual({ session: '42' });
});

describe('the lists of the settings', () => {
  test('other names take the place of the default ones', () => {
    const own = openReader({
      naming: { ...defaultNaming, session: ['ticket', 'case'], outcome: ['result'] },
    });
    const meaning = own({
      attributes: { case: 'c', ticket: 't', result: 'failed', 'agent.session.id': 'no' },
    });
    expect(meaning.identity).toEqual({ session: 't' });
    expect(meaning.outcome?.outcome).toBe('failed');
  });

  test('dimensions stand at their position, unset ones as the empty string', () => {
    const dimensions = [
      { name: 'team', from: ['team', 'service.namespace'] },
      { name: 'tenant', from: ['tenant'] },
    ];
    const own = openReader({ naming: { ...defaultNaming, dimensions } });
    expect(own({ attributes: { tenant: 'acme' } }).identity).toEqual({ dimensions: ['', 'acme'] });
    expect(own({ attributes: { 'service.namespace': 'pay' } }).identity).toEqual({ dimensions: ['pay', ''] });
    expect(own({ resource: { team: 'core' } }).context).toEqual({ dimensions: ['core', ''] });
    expect(own({}).identity).toBeUndefined();
  });
});
