import { describe, expect, test } from '@jest/globals';
import {
  ADDRESS,
  CACHE_HIT,
  DEPLOYMENT,
  REGION,
  TIER_REQUESTED,
  TIER_SERVED,
} from '../../src/normalize/served.ts';
import type { PlainAttributes } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();
const CALL = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };

/** `tier=flex region=eu flag`, or nothing. */
function told(attributes: PlainAttributes, sign: PlainAttributes = CALL): string {
  const { served, flags = [] } = read({ attributes: { ...sign, ...attributes } });
  return [...Object.entries(served ?? {}).map(([name, value]) => `${name}=${value}`), ...flags].join(' ');
}

describe('attributes that say how a call was served', () => {
  test.each(TIER_SERVED)('%s: the tier that served', (name) => {
    expect(told({ [name]: 'flex' })).toBe('tier=flex');
    for (const asked of TIER_REQUESTED) expect(told({ [name]: 'default', [asked]: 'priority' })).toBe('');
  });

  test.each(TIER_REQUESTED)('%s: the tier that was asked for, and it says so', (name) => {
    expect(told({ [name]: 'priority' })).toBe('tier=priority tier_requested');
    for (const nothing of ['auto', 'default', 'standard', '']) expect(told({ [name]: nothing })).toBe('');
  });

  test.each(REGION)('%s: the region', (name) => {
    expect(told({ [name]: ' EU-Central-1 ' })).toBe('region=eu-central-1');
    // Said in so many words, before what a host is called.
    expect(told({ [name]: 'here', 'server.address': 'eu.api.openai.com' })).toBe('region=here');
  });

  test.each(DEPLOYMENT)('%s: the deployment', (name) => {
    expect(told({ [name]: 'DataZone' })).toBe('deployment=datazone');
  });

  test.each(CACHE_HIT)('%s: the application’s own cache', (name) => {
    expect(told({ [name]: true })).toBe('cache_hit');
    expect(told({ [name]: 'True' })).toBe('cache_hit');
    for (const no of [false, 'no', 0, 1]) expect(told({ [name]: no })).toBe('');
  });
});

describe('names of tiers in one word', () => {
  const cases = table(`
    name                          tier
    batch                         tier=batch
    FLEX                          tier=flex
    fast                          tier=fast
    ON_DEMAND                     _
    ON_DEMAND_FLEX                tier=flex
    TRAFFIC_TYPE_ON_DEMAND_FLEX   tier=flex
    ON_DEMAND_PRIORITY            tier=priority
    PROVISIONED_THROUGHPUT        tier=provisioned
    TRAFFIC_TYPE_UNSPECIFIED      _
    standard_only                 _
    scale                         tier=scale
  `);
  test.each(cases)('$name: $tier', ({ name, tier }) => {
    expect(told({ 'gcp.vertex.traffic_type': name! })).toBe(tier);
  });
});

describe('regions in the names of hosts', () => {
  const cases = table(`
    host                                                region
    bedrock-runtime.eu-central-1.amazonaws.com          region=eu-central-1
    bedrock-runtime-fips.us-gov-west-1.amazonaws.com    region=us-gov-west-1
    BEDROCK.AP-SOUTH-1.amazonaws.com                    region=ap-south-1
    https://us-central1-aiplatform.googleapis.com/v1    region=us-central1
    westeurope.api.cognitive.microsoft.com              region=westeurope
    eu.api.openai.com                                   region=eu
    api.openai.com                                      _
    acme.openai.azure.com                               _
    s3.eu-central-1.amazonaws.com                       _
    evil.com/bedrock-runtime.eu-central-1.amazonaws.com _
    127.0.0.1                                           _
  `);
  test.each(cases)('$host: $region', ({ host, region }) => {
    for (const name of ADDRESS) expect(told({ [name]: host! })).toBe(region);
  });

  test('one host after another', () => {
    const [eu, us] = ['eu.api.openai.com', 'us.api.openai.com'].map((host) => ({ 'server.address': host }));
    expect([eu!, us!, {}, eu!].map((one) => told(one))).toEqual(['region=eu', 'region=us', '', 'region=eu']);
  });
});

test('only model calls are served', () => {
  const said = {
    'server.address': 'eu.api.openai.com',
    'openai.response.service_tier': 'flex',
    cache_hit: true,
  };
  expect(told(said, { 'gen_ai.operation.name': 'embeddings' })).toBe('tier=flex region=eu cache_hit');
  for (const operation of ['execute_tool', 'invoke_agent', 'other'])
    expect(told(said, { 'gen_ai.operation.name': operation })).toBe('');
});
