import { describe, expect, test } from '@jest/globals';
import { house } from '../support/house.ts';
import { agentSpan, chatSpan, smallTask, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { table } from '../support/table.ts';

/**
 * Goal: which task, agent type and dimensions a span belongs to, as DESIGN.md section 4 says. Method: real
 * requests to one service; every test has traces and sessions of its own.
 */

const at = house({
  prices: WALK_PRICES,
  settings: { SOLVENT_DIMENSIONS: '[{name: team, from: [team, service.namespace]}]' },
});

const words = (text: string) =>
  Object.fromEntries(text.split(',').flatMap((pair) => (pair === '' ? [] : [pair.split('=')]))) as Record<
    string,
    string
  >;

describe('the session id', () => {
  const cases = table(`
    trace  on_the_span                                                          on_the_resource       task
    1001   agent.session.id=s1                                                  _                     s1
    1002   agent_session_id=s2                                                  _                     s2
    1003   Agent_Session_ID=s3                                                  _                     s3
    1004   Agent_Session_ID=s4c,agent_session_id=s4b,agent.session.id=s4        _                     s4
    1005   Agent_Session_ID=s5                                                  agent.session.id=s5r  s5
    1006   _                                                                    agent_session_id=s6   s6
    1007   session.id=s7                                                        _                     s7
    1008   gen_ai.conversation.id=s8c,session.id=s8                             _                     s8
    1009   session.id=s9d,Agent_Session_ID=s9                                   _                     s9
    1010   session.id=s10                                                       session.id=s10r       s10
    1011   agent.session.id=s11,agent.task.id=t11                               _                     t11
    1012   agent.session.id=s12                                                 agent.task.id=t12     t12
    1013   session.id=s13d                                                      agent.session.id=s13  s13
  `);
  test.each(cases)('$on_the_span over $on_the_resource is $task', async (row) => {
    await at().tell(smallTask(row.trace!, words(row.on_the_span!)), words(row.on_the_resource!));
    const task = await at().task(row.task!);
    expect(task.trace_ids).toEqual([row.trace!.padStart(32, '0')]);
    expect(task.cost_usd.total).toBe('0.002');
    expect(task.flags).not.toContain('untagged');
  });

  test('without any id the trace is the task, and untagged', async () => {
    await at().tell(smallTask('1020'));
    const task = await at().task('1020'.padStart(32, '0'));
    expect(task).toMatchObject({ state: 'closed', outcome: 'solved', flags: ['untagged'] });
  });

  test('the nearest ancestor beats the root, the root beats any other', async () => {
    await at().tell([
      agentSpan({ trace: '1030', span: 'a' }, { 'agent.session.id': 'n-root' }),
      agentSpan({ trace: '1030', span: 'b', parent: 'a' }, { 'agent.session.id': 'n-near' }),
      chatSpan({ trace: '1030', span: 'c', parent: 'b' }),
      chatSpan({ trace: '1030', span: 'd', parent: 'a' }, { input: 2000 }),
    ]);
    expect((await at().task('n-near')).cost_usd.total).toBe('0.002');
    expect((await at().task('n-root')).cost_usd.total).toBe('0.003');
  });

  test('said by a leaf alone it counts for the whole trace', async () => {
    await at().tell([
      agentSpan({ trace: '1031', span: 'a' }),
      chatSpan({ trace: '1031', span: 'b', parent: 'a' }),
      toolSpan({ trace: '1031', span: 'c', parent: 'a' }, 'search', { agent_session_id: 'leaf' }),
    ]);
    expect(await at().task('leaf')).toMatchObject({
      cost_usd: { total: '0.052', inference: '0.002', tooling: '0.05' },
      trace_ids: ['1031'.padStart(32, '0')],
    });
  });

  test('one session over several traces is one task', async () => {
    for (const [index, trace] of ['1040', '1041', '1042'].entries())
      await at().tell(
        smallTask(trace, { 'agent.session.id': 'several' }, { start: index * 100, end: index * 100 + 60 }),
      );
    const task = await at().task('several');
    expect(task.trace_ids.map((id) => id.slice(-4))).toEqual(['1040', '1041', '1042']);
    expect(task).toMatchObject({ cost_usd: { total: '0.006' }, calls: { inference: 3 }, outcome: 'solved' });
  });

  test('several tasks in one session stand apart by agent.task.id', async () => {
    const session = { 'agent.session.id': 'holds-many' };
    await at().tell([
      agentSpan({ trace: '1050', span: 'a' }, session),
      agentSpan({ trace: '1050', span: 'b', parent: 'a' }, { 'agent.task.id': 'fine-1' }),
      chatSpan({ trace: '1050', span: 'c', parent: 'b' }),
      agentSpan({ trace: '1050', span: 'd', parent: 'a', error: true }, { 'agent.task.id': 'fine-2' }),
      chatSpan({ trace: '1050', span: 'e', parent: 'd' }, { output: 200 }),
    ]);
    expect(await at().task('fine-1')).toMatchObject({ cost_usd: { total: '0.002' }, outcome: 'solved' });
    expect(await at().task('fine-2')).toMatchObject({ cost_usd: { total: '0.003' }, outcome: 'failed' });
    expect((await at().ask('/tasks/holds-many')).status).toBe(404);
  });

  test('ids that look like anything are found again', async () => {
    for (const [index, id] of ['a/b?c=d&e#f', 'Größe 🦊 "x"', '__proto__', '%2F%00', ' padded '].entries()) {
      await at().tell(smallTask(`106${index}`, { 'agent.session.id': id }));
      expect((await at().task(id)).task_id).toBe(id);
      expect((await at().charges(id)).length).toBe(2);
    }
  });
});

describe('agent type, task type and dimensions', () => {
  const cases = table(`
    trace  on_the_span                                           on_the_resource                          agent     task_type  team
    1101   agent.type=t1                                         service.name=svc                         t1        default    _
    1102   agent_type=t2                                         service.name=svc                         t2        default    _
    1103   Agent_Type=t3,gen_ai.agent.name=n3                    service.name=svc                         t3        default    _
    1104   Agent_Type=t4c,agent_type=t4b,agent.type=t4           _                                        t4        default    _
    1105   gen_ai.agent.name=n5                                  agent.type=t5,service.name=svc           t5        default    _
    1106   gen_ai.agent.name=n6                                  service.name=svc                         n6        default    _
    1107   _                                                     service.name=svc7                        svc7      default    _
    1108   _                                                     _                                        _         default    _
    1109   agent.type=t9,agent.task.type=refund                  agent.task.type=other                    t9        refund     _
    1110   agent.type=t10                                        agent.task.type=other                    t10       other      _
    1111   agent.type=t11,team=red                               service.namespace=blue                   t11       default    red
    1112   agent.type=t12                                        service.namespace=blue                   t12       default    blue
    1113   agent.type=t13                                        team=red,service.namespace=blue          t13       default    red
  `);
  test.each(cases)('$on_the_span over $on_the_resource: $agent, $task_type, $team', async (row) => {
    const session = { 'agent.session.id': `kind-${row.trace}` };
    await at().tell(
      smallTask(row.trace!, { ...session, ...words(row.on_the_span!) }),
      words(row.on_the_resource!),
    );
    expect(await at().task(`kind-${row.trace}`)).toMatchObject({
      agent_type: row.agent,
      task_type: row.task_type,
      dimensions: { team: row.team },
    });
  });

  test('of nested agents the outermost names the type', async () => {
    await at().tell([
      agentSpan({ trace: '1120', span: 'a' }, { 'agent.session.id': 'nested', 'gen_ai.agent.name': 'outer' }),
      agentSpan({ trace: '1120', span: 'b', parent: 'a' }, { 'gen_ai.agent.name': 'inner' }),
      chatSpan({ trace: '1120', span: 'c', parent: 'b' }),
    ]);
    expect((await at().task('nested')).agent_type).toBe('outer');
  });
});

describe('the user', () => {
  const cases = table(`
    trace  on_the_span                                  on_the_resource  user
    1501   user.id=u1                                   _                u1
    1502   enduser.id=u2e,user.id=u2                    _                u2
    1503   langfuse.user.id=u3                          user.id=u3r      u3
    1504   _                                            user.id=u4       u4
    1505   traceloop.association.properties.user_id=u5  _                u5
    1506   _                                            _                _
  `);
  test.each(cases)('$on_the_span over $on_the_resource is "$user"', async (row) => {
    const said = { ...words(row.on_the_span!), 'agent.session.id': `user-${row.trace}` };
    await at().tell(smallTask(row.trace!, said), words(row.on_the_resource!));
    expect((await at().task(`user-${row.trace}`)).user_id).toBe(row.user === '' ? null : row.user);
  });
});
