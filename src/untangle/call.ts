import type { Fact } from '../domain/fact.ts';
import type { Usage } from '../domain/usage.ts';
import { believed, largestOf, reports } from './layers.ts';
import { isModelKind } from './wrappers.ts';

/** One model call while its layers are put together, the deepest first. */
export interface Call {
  /** The layer that is charged: the deepest that reports usage; the deepest where none does. */
  node: number;
  usage: Usage | undefined;
  responseId: string | undefined;
  /** What the deepest layer that carries `responseId` reports. */
  vouched: Usage | undefined;
  /** True once two layers carried the same response id: then `vouched` is believed, not the maximum. */
  agreed: boolean;
  /** All layers, the charged one too. */
  readonly layers: number[];
  /** True where one layer stands for several calls without usage, which may be of several models. */
  readonly several: boolean;
}

export function openCall(node: number, fact: Fact): Call {
  return {
    node,
    usage: fact.usage,
    responseId: fact.responseId,
    vouched: reports(fact.usage) ? fact.usage : undefined,
    agreed: false,
    layers: [node],
    several: false,
  };
}

/** An outer layer with usage over calls of which none has any: it stands for them all. */
export function openCover(node: number, fact: Fact, covered: readonly Call[]): Call {
  const layers = covered.flatMap((call) => call.layers);
  layers.push(node);
  return { ...openCall(node, fact), layers, several: true };
}

/** Two response ids are two calls; but a layer without usage is only a layer, and so is a wrapper. */
export function isSameCall(call: Call, outer: Fact): boolean {
  if (call.responseId === undefined || outer.responseId === undefined) return true;
  return call.responseId === outer.responseId || !reports(outer.usage) || !isModelKind(outer.kind);
}

export const hasSameId = ({ responseId }: Call, outer: Fact): boolean =>
  responseId !== undefined && responseId === outer.responseId;

/** Adds the next layer outwards; see `layers.ts` for what is believed. */
export function addLayer(call: Call, node: number, outer: Fact): void {
  const sameId = hasSameId(call, outer);
  call.layers.push(node);
  if (reports(outer.usage)) addUsage(call, node, outer.usage, sameId);
  else if (call.usage === undefined && outer.usage !== undefined) {
    call.usage = outer.usage;
    call.node = node;
  }
  if (call.responseId === undefined && outer.responseId !== undefined) {
    call.responseId = outer.responseId;
    call.vouched = reports(outer.usage) ? outer.usage : undefined;
  }
}

function addUsage(call: Call, node: number, usage: Usage, sameId: boolean): void {
  if (!reports(call.usage)) {
    call.usage = usage;
    call.node = node;
    call.vouched = sameId ? usage : call.vouched;
  } else if (sameId || call.agreed) {
    const near = call.agreed || call.vouched === undefined ? call.usage : believed(call.vouched, call.usage);
    call.usage = believed(near, usage);
    call.agreed = true;
  } else call.usage = largestOf(call.usage, usage);
}
