import type { Fact } from '../domain/fact.ts';
import type { Use } from '../domain/use.ts';
import type { Findings } from './findings.ts';
import { toolTwins } from './tool-twins.ts';
import type { Trace } from './trace.ts';

/**
 * Every tool execution, once. A tool span below a tool span of the same call id, or of the same name with no
 * agent and no inference between, is the same action: the outermost is kept. Its error is the action's, and so is
 * that of an inner one of the same call id, which is the same execution; one of the same name may have been a try.
 * What stands beside it and is the same action too, `tool-twins.ts` finds.
 */
export function findActions(trace: Trace, taskIds: readonly string[], findings: Findings): void {
  const { facts } = trace;
  const outermost = outermostTools(trace);
  const twins = toolTwins(
    trace,
    [...outermost].flatMap(([node, outer]) => (node === outer ? [node] : [])),
  );
  for (const [node, outer] of outermost) outermost.set(node, twins.get(outer) ?? outer);
  const inner = new Map<number, Fact[]>();
  for (const [node, outer] of outermost) {
    if (outer === node) continue;
    findings.suppressed.push({ node, rule: twins.has(node) ? 'tool_twin' : 'nested_tool' });
    const others = inner.get(outer);
    if (others === undefined) inner.set(outer, [facts[node]!]);
    else others.push(facts[node]!);
  }
  for (const [node, outer] of outermost) {
    if (statesTooling(facts[node]!)) findings.stated.add(node);
    if (outer === node) findings.uses.push(actionOf(facts[node]!, taskIds[node]!, inner.get(node)));
  }
}

/** Each tool node with the outermost node of its action, in tree order. */
function outermostTools({ facts, last, parent }: Trace): Map<number, number> {
  const outermost = new Map<number, number>();
  const seen: Seen = { last, nodes: new Map() };
  /** By node the nearest agent or inference around it: two tools of one name with the same one have none between. */
  const around: number[] = [];
  let toolsEnd = -1;
  for (let node = 0; node < facts.length; node += 1) {
    const { kind, tool, callId } = facts[node]!;
    const up = parent[node]!;
    const scope = up === -1 ? -1 : around[up]!;
    around.push(kind === 'agent' || kind === 'inference' ? node : scope);
    if (kind !== 'tool') continue;
    const above =
      node <= toolsEnd || node < last[node]! ? sameAction(seen, node, { scope, tool, callId }) : node;
    outermost.set(node, above === node ? node : outermost.get(above)!);
    toolsEnd = Math.max(toolsEnd, last[node]!);
  }
  return outermost;
}

/** The last tool node seen under a call id, or under a name within the same agent or inference. */
interface Seen {
  readonly last: readonly number[];
  readonly nodes: Map<string, number>;
}

interface ToolNames {
  readonly scope: number;
  readonly tool: string | undefined;
  readonly callId: string | undefined;
}

/** A tool node above `node` that shows the same action, else `node` itself; remembers `node` for those below. */
function sameAction(seen: Seen, node: number, { scope, tool, callId }: ToolNames): number {
  const byCall = callId === undefined ? node : holderOf(seen, `call ${callId}`, node);
  const byName = tool === undefined ? node : holderOf(seen, `name ${scope} ${tool}`, node);
  return byCall === node ? byName : byCall;
}

/** A node that holds this one holds all that is below it too, so it stays; else this one takes its place. */
function holderOf({ last, nodes }: Seen, key: string, node: number): number {
  const found = nodes.get(key);
  if (found !== undefined && node <= last[found]!) return found;
  nodes.set(key, node);
  return node;
}

/** The outermost span, with the error, the units and the stated cost that only an inner one knows. */
function actionOf(outer: Fact, taskId: string, inner: readonly Fact[] | undefined): Use {
  const units = outer.units ?? inner?.find((fact) => fact.units !== undefined)?.units ?? [];
  const stated = outer.stated ?? inner?.find(statesTooling)?.stated;
  const failed =
    outer.callId !== undefined && inner?.some(({ callId, error }) => error && callId === outer.callId);
  const error = outer.error || failed === true;
  const known = error === outer.error && stated === outer.stated;
  const fact = known ? outer : { ...outer, error, ...(stated !== undefined && { stated }) };
  return { kind: 'tool', fact, taskId, units };
}

const statesTooling = (fact: Fact): boolean => fact.stated?.component === 'tooling';
