import { laidOver } from '../support/stack-configuration.js';
import { type StackOptions } from '../support/stack.js';

/** Who brings money for our customers, and who keeps their accounts. */
export const SCHEME = 'mojaloop-sn';
/** The same scheme, straight to its switch: it hears 202, and is told later. */
export const SWITCH = 'mojaloop-fspiop-sn';
export const KEEPER = 'core-banking';
/** All that are played. */
export const PARTNERS = ['wave-sn', 'mpesa-ke', SCHEME, SWITCH, KEEPER] as const;

/** When something that could not be sent is given up, and when something unresolved is flagged. */
export const SUBMIT_FOR_MS = 20_000;
export const UNRESOLVED_AFTER_MS = 8_000;

const deadlines = {
  submitForMs: SUBMIT_FOR_MS,
  unresolvedAfterMs: UNRESOLVED_AFTER_MS,
  enquiryTimetableMs: [300, 700, 1_500, 3_000],
  visibilityDelayMs: 300,
};

/** So long a payer whom a scheme asks has to decide. */
const requestToPay = { openForMs: 5_000 };

/** The life of an operation in seconds instead of hours, so that a scenario sees its end. */
const QUICK: StackOptions = {
  apis: 2,
  workers: 2,
  ownDoors: [SWITCH],
  settings: {
    worker: { leaseMs: 3_000 },
    database: { statementTimeoutMs: 4_000, connectTimeoutMs: 2_000 },
    // A run is longer than a token lives, and no clock that is off shall make one old.
    auth: { tokenLifetimeS: 7_200 },
    log: { level: 'info' },
  },
  partners: {
    'mpesa-ke': { settings: { timing: { visibilityDelayMs: 300 } }, deadlines },
    'wave-sn': { settings: { requestTimeoutMs: 1_500, payoutTimeoutMs: 1_500 }, deadlines },
    [SCHEME]: {
      confirmation: 'automatic',
      settings: { stageTimeoutMs: 1_000, expiryMs: 1_000, confirmWithinMs: 10_000, requestToPay },
      deadlines,
      inbound: { answerWithinMs: 2_500 },
    },
    [SWITCH]: {
      enabled: true,
      confirmation: 'automatic',
      settings: { answerWithinMs: 10_000, confirmWithinMs: 6_000, expiryMs: 1_000, slackMs: 0, requestToPay },
      deadlines,
      inbound: { answerWithinMs: 2_500 },
    },
    [KEEPER]: { settings: { timeoutMs: 1_500 }, deadlines },
  },
  simulators: {
    'wave-sn': { payAfterMs: 100, callbackDelayMs: 50 },
    // One token at a time: whoever asks for one too many ends that of the others.
    'mpesa-ke': { callbackDelayMs: 100, newTokenKillsOld: true },
    [SCHEME]: { incomingExpiryMs: 4_000, notificationDelayMs: 100, lateMs: 1_000 },
    [SWITCH]: { incomingExpiryMs: 4_000, notificationDelayMs: 100, lateMs: 1_000 },
  },
};

/** The settings of the run, and over them those of a scenario. */
export const settingsWith = (more: StackOptions = {}): StackOptions => laidOver({ ...QUICK }, { ...more });

/** By then, in milliseconds after it was sent, an operation of each partner has ended or is late. */
export const lateAfterMs = (more: StackOptions = {}): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(settingsWith(more).partners ?? {}).map(([id, partner]) => [
      id,
      (partner['deadlines'] as typeof deadlines | undefined)?.unresolvedAfterMs ?? UNRESOLVED_AFTER_MS,
    ]),
  );
