import { type Stack } from '../support/stack.js';
import { type Job } from './load/job.js';

const TIMING = { warmUpMs: 1_500, runMs: 6_500 };
const STEADY = { perSecond: 500, warmUpMs: 2_000, runMs: 15_000 };
const SUSTAINED_WARM_UP_MS = 3_000;
const MOST_CONNECTIONS = 128;
/** For what comes by the clock: never to be waited for unless the gateway has fallen far behind. */
const TIMED_CONNECTIONS = 256;
/** Operations that are open at once while they are carried through. */
const WINDOW = 400;

const FLOORS = ['floor1', 'floor32', 'floor'] as const;
const INTAKES = ['intake1', 'intake32', 'intake128', 'intakeTwice', 'steady', 'callbacks'] as const;
const THROUGH = ['endToEnd', 'sustained'] as const;

/** What `--only` knows; `start` and `search` are no loads. */
export const PHASE_NAMES = [...FLOORS, ...INTAKES, ...THROUGH, 'start', 'search'] as const;

type FloorName = (typeof FLOORS)[number];
export type PhaseName = (typeof PHASE_NAMES)[number];

export interface Phase {
  readonly name: PhaseName;
  readonly title: string;
  readonly connections: number;
  /** The floor that it is compared with; none: it comes by the clock. */
  readonly floor?: FloorName;
  /** Processes of the API; the others stand still. */
  readonly apis: number;
  readonly job: Job;
}

/** What is carried through for longer. */
export interface Sustain {
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Phases {
  /** With the worker stopped, so that intake is measured alone. */
  readonly withoutWorker: readonly Phase[];
  readonly withWorker: readonly Phase[];
}

function floorPhases(databaseUrl: string): Phase[] {
  const floor = (name: FloorName, connections: number): Phase => ({
    ...{ name, connections, floor: name, title: 'floor: the intake statement alone' },
    apis: 1,
    job: { kind: 'floor', databaseUrl, connections, ...TIMING },
  });
  return [floor('floor1', 1), floor('floor32', 32), floor('floor', MOST_CONNECTIONS)];
}

function intakePhases(apiUrls: readonly string[], token: string): Phase[] {
  const [apiUrl = ''] = apiUrls;
  const intake = (name: PhaseName, connections: number, floor: FloorName, apis = 1): Phase => ({
    ...{ name, connections, floor, apis },
    title: apis === 1 ? 'intake: POST /v1/payments' : `intake: ${apis} API processes`,
    job: { kind: 'intake', apiUrls: apiUrls.slice(0, apis), token, connections, ...TIMING },
  });
  return [
    intake('intake1', 1, 'floor1'),
    intake('intake32', 32, 'floor32'),
    intake('intake128', MOST_CONNECTIONS, 'floor'),
    intake('intakeTwice', MOST_CONNECTIONS, 'floor', 2),
    {
      apis: 1,
      ...{ name: 'steady', title: `intake: steady ${STEADY.perSecond}/s`, connections: TIMED_CONNECTIONS },
      job: { kind: 'steady', apiUrl, token, connections: TIMED_CONNECTIONS, ...STEADY },
    },
  ];
}

function callbackPhase(apiUrl: string, shared: NodeJS.ProcessEnv): Phase {
  const callbackKey = shared['WAVE_SN_CALLBACK_KEY'] ?? '';
  const secret = shared['WAVE_SN_WEBHOOK_SECRET'] ?? '';
  return {
    ...{ name: 'callbacks', title: 'callbacks: signed webhooks', connections: MOST_CONNECTIONS },
    ...{ floor: 'floor', apis: 1 },
    job: { kind: 'callbacks', apiUrl, callbackKey, secret, connections: MOST_CONNECTIONS, ...TIMING },
  };
}

function throughPhases(
  apiUrl: string,
  token: string,
  databaseUrl: string,
  { perSecond, seconds }: Sustain,
): Phase[] {
  const timing = { warmUpMs: SUSTAINED_WARM_UP_MS, runMs: seconds * 1000 };
  const api = { apiUrl, token, databaseUrl };
  return [
    {
      ...{ name: 'endToEnd', title: 'end to end: received to succeeded', connections: 32, floor: 'floor' },
      apis: 1,
      job: { kind: 'endToEnd', ...api, window: WINDOW, connections: 32, ...TIMING },
    },
    {
      ...{ name: 'sustained', title: `end to end: ${perSecond}/s for ${seconds} s` },
      ...{ connections: TIMED_CONNECTIONS, apis: 1 },
      job: { kind: 'sustained', ...api, perSecond, connections: TIMED_CONNECTIONS, ...timing },
    },
  ];
}

/** Everything that is measured with one stack, in order. */
export async function describePhases(stack: Stack, sustain: Sustain): Promise<Phases> {
  const { client, databaseUrl, shared, apiUrls } = stack;
  const [apiUrl = ''] = apiUrls;
  const token = await client.accessToken();
  return {
    withoutWorker: [
      ...floorPhases(databaseUrl),
      ...intakePhases(apiUrls, token),
      callbackPhase(apiUrl, shared),
    ],
    withWorker: throughPhases(apiUrl, token, databaseUrl, sustain),
  };
}
