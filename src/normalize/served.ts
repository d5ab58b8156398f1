import type { Served } from '../domain/served.ts';
import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { Choices } from './choices.ts';
import { type Doubts, firstText } from './first.ts';
import { FLAG } from './flags.ts';

/** The tier that served. OpenAI's and Anthropic's answers name it; Vertex calls it the type of the traffic. */
export const TIER_SERVED = [
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
  'gen_ai.usage.service_tier',
  'anthropic.response.service_tier',
  'anthropic.usage.service_tier',
  'aws.bedrock.response.service_tier',
  'gcp.vertex.traffic_type',
  'gen_ai.response.traffic_type',
  'gen_ai.usage.traffic_type',
];
/** The tier that was asked for; a provider may serve another. */
export const TIER_REQUESTED = [
  'openai.request.service_tier',
  'gen_ai.openai.request.service_tier',
  'gen_ai.request.service_tier',
  'anthropic.request.service_tier',
  'aws.bedrock.request.service_tier',
  'gen_ai.request.speed',
];
export const REGION = [
  'gen_ai.response.region',
  'gen_ai.request.region',
  'aws.region',
  'gcp.location',
  'cloud.region',
];
export const DEPLOYMENT = [
  'azure.deployment.type',
  'gen_ai.azure.deployment_type',
  'gen_ai.response.deployment_type',
];
export const ADDRESS = ['server.address', 'net.peer.name'];
/** The application's own cache answered. */
export const CACHE_HIT = [
  'gen_ai.response.cache_hit',
  'gen_ai.cache_hit',
  'llm.cache_hit',
  'litellm.cache_hit',
  'cache_hit',
];

export interface ServedReader {
  /** A span without any of these says nothing of it. */
  readonly keys: readonly KeyId[];
  read(view: AttributeView, doubts: Doubts): Served | undefined;
}

/**
 * Reads how and where a model call was served; undefined where the span says nothing of it. The served tier comes
 * before the one that was asked for: a request for priority that was served as standard costs the standard price.
 */
export function openServed(key: (name: string) => KeyId): ServedReader {
  const [served, requested] = [TIER_SERVED.map(key), TIER_REQUESTED.map(key)];
  const [regions, deployments] = [REGION.map(key), DEPLOYMENT.map(key)];
  const [addresses, hits] = [ADDRESS.map(key), CACHE_HIT.map(key)];
  let [lastAddress, lastRegion]: [string | undefined, string | undefined] = [undefined, undefined];

  const choices = new Choices([served, requested, regions, deployments, addresses, hits]);
  const text = (view: AttributeView, list: number, keys: readonly KeyId[], doubts: Doubts) =>
    choices.has(list) ? firstText(view, keys, doubts) : undefined;

  const tierOf = (view: AttributeView, doubts: Doubts): string | undefined => {
    const told = tierNamed(text(view, 0, served, doubts));
    if (told !== undefined) return told;
    const asked = tierNamed(text(view, 1, requested, doubts));
    if (asked !== undefined && asked !== STANDARD) doubts.flags |= FLAG.tier_requested;
    return asked;
  };
  /** Spans in a row mostly go to one host, whose name is taken apart once. */
  const regionOf = (view: AttributeView, doubts: Doubts): string | undefined => {
    const region = text(view, 2, regions, doubts)?.trim().toLowerCase();
    if (region !== undefined) return region;
    const address = text(view, 4, addresses, doubts);
    if (address !== lastAddress) [lastAddress, lastRegion] = [address, regionNamed(address)];
    return lastRegion;
  };

  const read = (view: AttributeView, doubts: Doubts): Served | undefined => {
    choices.look(view);
    if (isTrue(text(view, 5, hits, doubts))) doubts.flags |= FLAG.cache_hit;
    const tier = tierOf(view, doubts);
    const region = regionOf(view, doubts);
    const deployment = text(view, 3, deployments, doubts)?.trim().toLowerCase();
    if ((tier === undefined || tier === STANDARD) && region === undefined && deployment === undefined)
      return undefined;
    return {
      ...(tier !== undefined && tier !== STANDARD && { tier }),
      ...(region !== undefined && { region }),
      ...(deployment !== undefined && { deployment }),
    };
  };
  return { keys: [served, requested, regions, deployments, addresses, hits].flat(), read };
}

const STANDARD = 'standard';

/** What providers call their tiers, in one word each. */
const TIERS: Readonly<Record<string, string>> = {
  default: STANDARD,
  standard_only: STANDARD,
  on_demand: STANDARD,
  normal: STANDARD,
  on_demand_flex: 'flex',
  on_demand_priority: 'priority',
  provisioned_throughput: 'provisioned',
};

/** `auto` asks for nothing, and says nothing of what served. */
function tierNamed(text: string | undefined): string | undefined {
  const name = text
    ?.trim()
    .toLowerCase()
    .replace(/^traffic_type_/, '');
  if (name === undefined || name === '' || name === 'auto' || name === 'unspecified') return undefined;
  return TIERS[name] ?? name;
}

/** Hosts that carry their region: Bedrock's, Vertex's, Azure's, OpenAI's. */
const HOSTS: readonly RegExp[] = [
  /^bedrock(?:-runtime|-agent-runtime)?(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/,
  /^([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com/,
  /^([a-z]+\d?)\.api\.cognitive\.microsoft\.com/,
  /^([a-z]{2})\.api\.openai\.com/,
];

function regionNamed(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const host = address
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '');
  for (const pattern of HOSTS) {
    const region = pattern.exec(host)?.[1];
    if (region !== undefined) return region;
  }
  return undefined;
}

const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'true';
