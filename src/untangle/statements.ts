import type { Findings } from './findings.ts';
import { holds, type Trace } from './trace.ts';

/** Costs that the agent states itself, where no use of that component carries them already. */
export function findStatedCosts(trace: Trace, taskIds: readonly string[], findings: Findings): void {
  for (let node = 0; node < trace.facts.length; node += 1) {
    const fact = trace.facts[node]!;
    if (fact.stated === undefined || findings.stated.has(node)) continue;
    const { component, usd } = fact.stated;
    findings.uses.push({ kind: 'stated', fact, taskId: taskIds[node]!, component, usd });
  }
}

/**
 * What humans cost, as spans tell it. Span processors copy attributes to every span, so on one path from the
 * root down the outermost statement of a task counts and those below it are repeats; on different branches they
 * add; and of top-most spans that say the same of one task, one counts.
 */
export function findRemediation(trace: Trace, taskIds: readonly string[], { uses }: Findings): void {
  const { facts, parent } = trace;
  const outermost = new Map<string, number>();
  const onTop = new Set<string>();
  for (let node = 0; node < facts.length; node += 1) {
    const fact = facts[node]!;
    if (fact.remediation === undefined) continue;
    const taskId = taskIds[node]!;
    const outer = outermost.get(taskId);
    if (outer !== undefined && holds(trace, outer, node)) continue;
    outermost.set(taskId, node);
    const { costUsd, minutes } = fact.remediation;
    const said = `${costUsd ?? ''} ${minutes ?? ''} ${taskId}`;
    if (parent[node] === -1 && onTop.has(said)) continue;
    if (parent[node] === -1) onTop.add(said);
    uses.push({
      kind: 'remediation',
      fact,
      taskId,
      ...(costUsd !== undefined && { costUsd }),
      ...(minutes !== undefined && { minutes }),
    });
  }
}
