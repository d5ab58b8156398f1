import { describe, expect, test } from '@jest/globals';
import type { Context, Identity } from '../../src/domain/fact.ts';
import type { TaskClaim } from '../../src/domain/use.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, told, usage } from './traces.ts';

/** `a b:S1 c:S2`: spans a and b, charged to tasks. */
const charged = (drawing: string) =>
  untangle(draw(drawing))
    .uses.map((use) => `${use.fact.spanId}:${use.taskId}`)
    .sort()
    .join(' ');

describe('which task a span belongs to', () => {
  test.each([
    ['its own session', 'a inference session=S', 'a:S'],
    ['the nearest above', 'r agent session=R\n  g agent session=G\n    a inference', 'a:G'],
    ['the root’s, for a span beside', '\n r agent session=R\n b inference below=gone', 'b:R'],
    ['any span’s, where the root has none', 'r agent\n  a inference\n  b inference session=S', 'a:S b:S'],
    [
      'the earliest of any',
      'r agent\n  a inference\n  b inference session=S\n  c inference session=T',
      'a:S b:S c:T',
    ],
    ['a dialect’s session', 'r agent dialectSession=D\n  a inference', 'a:D'],
    [
      'ours anywhere before a dialect’s',
      'r agent dialectSession=D\n  a inference\n  b inference session=S',
      'a:S b:S',
    ],
    ['the trace itself', 'a inference', 'a:trace'],
    ['a finer task above the session', 'r agent session=S task=T\n  a inference', 'a:T'],
    ['the root’s finer task, for a span beside', '\n r agent task=T\n b inference below=gone', 'b:T'],
    [
      'no finer task from any other span',
      'r agent session=S\n  a inference task=T\n  b inference',
      'a:T b:S',
    ],
    ['finer tasks without a session', 'r agent\n  a inference task=T\n  b inference', 'a:T b:trace'],
  ])('%s', (_, drawing, tasks) => expect(charged(drawing)).toBe(tasks));

  const inContexts = (...contexts: readonly Context[]) =>
    untangle(
      contexts.map((context, at) =>
        fact(`${at}`, at === 0 ? '' : '0', { context, kind: 'tool', start: BigInt(at) }),
      ),
    );

  test('a resource’s session, for spans of other resources too; ours before a dialect’s; a span’s before it', () => {
    const tasks = (...contexts: readonly Context[]) => inContexts(...contexts).uses.map((use) => use.taskId);
    expect(tasks({ session: 'S' }, {})).toEqual(['S', 'S']);
    expect(tasks({}, { session: 'S' })).toEqual(['S', 'S']);
    expect(tasks({ dialectSession: 'D' }, { session: 'S' })).toEqual(['S', 'S']);
    expect(tasks({ dialectSession: 'D' }, {})).toEqual(['D', 'D']);
    expect(tasks({ session: 'S', task: 'T' }, {})).toEqual(['T', 'T']);
    const on = (identity: Identity) =>
      untangle([fact('a', '', { context: { session: 'R' }, kind: 'inference', identity })]).uses[0]!.taskId;
    expect(on({ session: 'S' })).toBe('S');
    // How a whole run of a command-line agent is named: the agent makes up a session of its own.
    expect(on({ dialectSession: 'D' })).toBe('R');
  });

  test.each([
    ['plain spans alone', 'a edge\n  b edge\nc edge error', 'nothing'],
    ['a tool among them', 'a edge\n  b tool', 'trace'],
    ['a call without usage', 'a edge\n  b inference', 'trace'],
    ['a session', 'a edge\n  b edge dialectSession=D', 'D'],
    ['a name for the agent', 'a edge agentType=clerk', 'trace'],
    ['an outcome', 'a edge outcome=failed', 'trace'],
    ['a value', 'a edge value=5', 'trace'],
    ['money that was spent', 'a edge compute=0.2', 'trace'],
    ['a human', 'a edge\n  b edge minutes=3', 'trace'],
  ])('a trace is a task if anything says so: %s', (_, drawing, tasks) => {
    const { claims } = untangle(draw(drawing));
    expect(claims.map(({ taskId }) => taskId).join(' ') || 'nothing').toBe(tasks);
  });

  test('plain spans of a resource that names a session belong to its task', () => {
    const ofContext = (context: Context) =>
      untangle([fact('a', '', { context })]).claims.map(({ taskId }) => taskId);
    expect(ofContext({ session: 'S' })).toEqual(['S']);
    expect(ofContext({ dialectSession: 'D' })).toEqual(['D']);
    expect(ofContext({ task: 'T' })).toEqual(['T']);
    expect(ofContext({ service: 'shop', agentType: 'clerk' })).toEqual([]);
  });

  test('a trace that is its own task is not tagged', () => {
    const tagged = (drawing: string) =>
      untangle(draw(drawing)).claims.map((claim) => `${claim.taskId}:${claim.tagged}`);
    expect(tagged('a inference')).toEqual(['trace:false']);
    expect(tagged('a inference session=S')).toEqual(['S:true']);
    expect(tagged('r agent\n  a inference task=T\n  b inference')).toEqual(['trace:false', 'T:true']);
  });

  test('what only holds finer tasks together is no task', () => {
    const tasks = (drawing: string) => untangle(draw(drawing)).claims.map((claim) => claim.taskId);
    expect(tasks('r workflow session=S\n  a agent task=T\n  b agent task=U')).toEqual(['T', 'U']);
    expect(tasks('r workflow session=S outcome=solved@1\n  a agent task=T')).toEqual(['S', 'T']);
    expect(tasks('r workflow session=S value=5\n  a agent task=T')).toEqual(['S', 'T']);
    expect(tasks('r workflow session=S\n  a agent task=T\n  t tool')).toEqual(['S', 'T']);
    expect(tasks('r workflow session=S')).toEqual(['S']);
    expect(tasks('r workflow session=S\n  a agent session=T')).toEqual(['S', 'T']);
  });
});

const claimOf = (drawing: string): TaskClaim => untangle(draw(drawing)).claims[0]!;

const ANOTHER: Context = { service: 'another' };

describe('which agent worked on it', () => {
  const agent = (drawing: string) => {
    const { agentType, agentTypeRank } = claimOf(drawing);
    return `${agentType}:${agentTypeRank}`;
  };

  test.each([
    ['the outermost agent type', 'r workflow\n  a edge agentType=A\n    b edge agentType=B', 'A:0'],
    ['of one depth, the earlier', 'r workflow\n  a edge agentType=A\n  b edge agentType=B', 'A:0'],
    ['a type before a name further out', 'r agent agentName=N\n  b edge agentType=B', 'B:0'],
    [
      'the outermost agent span’s name',
      'r workflow agentName=W\n  a agent agentName=A\n    b agent agentName=B',
      'A:2',
    ],
    ['any span’s name', 'r workflow\n  a tool agentName=A', 'A:2'],
    ['nothing', 'a inference', ':4'],
  ])('%s', (_, drawing, expected) => expect(agent(drawing)).toBe(expected));

  test('resources: type, name, service; the outermost first', () => {
    const ranked = (...contexts: readonly Context[]) => {
      const facts = contexts.map((context, at) =>
        fact(`${at}`, at === 0 ? '' : `${at - 1}`, { kind: 'tool', context }),
      );
      const { agentType, agentTypeRank } = untangle(facts).claims[0]!;
      return `${agentType}:${agentTypeRank}`;
    };
    expect(ranked({ service: 'S' }, { service: 'T' })).toBe('S:3');
    expect(ranked({ service: 'S' }, { agentName: 'N' })).toBe('N:2');
    expect(ranked({ service: 'S', agentName: 'N' }, { agentType: 'T' })).toBe('T:1');
    expect(ranked({}, { service: 'T' })).toBe('T:3');
  });

  test('a resource seen deep inside first, and then on top', () => {
    const { claims } = untangle([
      fact('r', '', { kind: 'workflow', start: 1n }),
      fact('x', 'r', { start: 2n, context: { service: 'inner' } }),
      fact('y', 'x', { start: 3n, context: ANOTHER }),
      fact('o', 'gone', { start: 4n, context: ANOTHER }),
    ]);
    expect(claims[0]!.agentType).toBe('another');
  });

  test('a task inside another takes from the spans above what it does not say itself', () => {
    const drawing = `
      r agent session=S agentType=outer taskType=ticket promptVersion=v1 user=u1 dimensions=red,,x
        m edge promptVersion=v2 user=u2 dimensions=,blue
          a inference task=T dimensions=,,z`;
    const claim = untangle(draw(drawing)).claims.find((one) => one.taskId === 'T');
    expect(claim).toMatchObject({
      agentType: 'outer',
      agentTypeRank: 0,
      taskType: 'ticket',
      promptVersion: 'v2',
      user: 'u2',
      dimensions: ['red', 'blue', 'z'],
    });
  });

  test('task type, prompt version and dimensions: outermost first, then resources', () => {
    const context: Context = {
      taskType: 'late',
      promptVersion: 'v9',
      user: 'u9',
      dimensions: ['', 'ctx', 'ctx'],
    };
    const facts = draw('r agent taskType=ticket dimensions=red\n  a edge taskType=other dimensions=blue,own');
    const { claims } = untangle(facts.map((one) => ({ ...one, context })));
    expect(claims[0]).toMatchObject({
      taskType: 'ticket',
      promptVersion: 'v9',
      user: 'u9',
      dimensions: ['red', 'own', 'ctx'],
    });
    expect(claimOf('a tool')).toMatchObject({
      taskType: undefined,
      promptVersion: undefined,
      user: undefined,
      dimensions: [],
    });
  });
});

describe('how the trace ended', () => {
  const roots = (drawing: string) =>
    untangle(draw(drawing)).claims.map(({ taskId, root, topmost }) => {
      const text = (end: typeof root) => (end === undefined ? 'none' : `${end.end}${end.error ? '!' : ''}`);
      return `${taskId}:${text(root)}/${text(topmost)}`;
    });

  test.each([
    ['a root', 'r agent end=5 error\n  a edge end=9', ['trace:5!/5!']],
    [
      'the newest of several roots',
      '\n r agent end=5\n s agent end=7 error\n t agent end=6',
      ['trace:7!/7!'],
    ],
    ['a span with a remote parent', 'a agent remote below=elsewhere end=5', ['trace:5/5']],
    ['an orphan is none, but may stand in', 'a agent below=gone end=5', ['trace:none/5']],
    ['an orphan newer than the root', '\n r agent end=5\n a agent below=gone end=9 error', ['trace:5/9!']],
    [
      'the spans that enter a task inside another are its roots',
      'r agent session=S end=9\n  a agent task=T end=5 error\n  b tool task=T end=4\n  c tool end=3',
      ['S:9/9', 'T:5!/5!'],
    ],
    [
      'the root, where the task has one',
      'r agent task=T end=5\n  m edge task=U end=8\n    b edge task=T end=7',
      ['T:5/7', 'U:8/8'],
    ],
  ])('%s', (_, drawing, expected) => expect(roots(drawing)).toEqual(expected));

  test('the newest outcome; ties by span end, then span id', () => {
    const outcome = (drawing: string) => claimOf(drawing).outcome;
    expect(outcome('r agent outcome=failed@9\n  a edge outcome=solved@8')).toEqual({
      outcome: 'failed',
      at: 9n,
    });
    expect(outcome('r agent outcome=failed@8 end=1\n  a edge outcome=solved@8 end=2')?.outcome).toBe(
      'solved',
    );
    expect(outcome('r agent outcome=failed@8\n  a edge outcome=solved@8')?.outcome).toBe('failed');
    expect(outcome('r agent')).toBeUndefined();
  });

  test('the outermost value that is an amount', () => {
    expect(claimOf('r agent value=NaN\n  a edge value=5.5\n    b edge value=7').value).toBe(
      5_500_000_000_000n,
    );
    expect(claimOf('r agent').value).toBeUndefined();
  });

  test('first start, last end, newest arrival, and each doubt once', () => {
    const { claims } = untangle([
      fact('a', '', { kind: 'agent', start: 5n, end: 6n, receivedAt: 3, flags: ['clamped', 'text_cut'] }),
      fact('b', 'a', { start: 4n, end: 9n, receivedAt: 2, flags: ['assumed_inclusive', 'clamped'] }),
    ]);
    expect(claims[0]).toMatchObject({
      startedAt: 4n,
      lastEnd: 9n,
      receivedAt: 3,
      flags: ['assumed_inclusive', 'clamped', 'text_cut'],
    });
  });

  test('what was not counted is told with the task that it belongs to', () => {
    const { claims } = untangle(
      draw(
        'r agent session=S in=9\n  a agent task=T\n    b inference in=1\n      c inference in=1\n  d tool',
      ),
    );
    expect(claims.map(({ taskId, suppressed }) => [taskId, suppressed])).toEqual([
      ['S', [{ spanId: 'r', rule: 'wrapper_over_children' }]],
      ['T', [{ spanId: 'b', rule: 'nested_call' }]],
    ]);
  });
});

test('a trace without spans is our own mistake', () => {
  expect(() => untangle([])).toThrow('a trace has at least one span');
  expect(told(untangle([fact('a', '', { usage: usage(1) })]))).toBe('a:1+0');
});
