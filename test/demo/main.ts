import { audit, type Audited, sumsOf } from './audit.js';
import { findGateway, type Gateway, startGateway } from './gateway.js';
import { makeGuide } from './guide.js';
import { mpesaStops } from './mpesa-stops.js';
import { doesAgree, sumsLine, tableOf } from './table.js';
import { type Guide, type Visit } from './tour.js';
import { waveStops } from './wave-stops.js';

const PARTNERS = ['wave-sn', 'mpesa-ke'];

const began = performance.now();
const write = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const say = (sentence: string): void => {
  write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);
};

async function assertPartners({ client }: Guide): Promise<void> {
  const { body } = await client.get<{ items: readonly { id: string }[] }>('/v1/partners');
  const missing = PARTNERS.filter((id) => !body.items.some((partner) => partner.id === id));
  if (missing.length > 0) throw new Error(`the tour needs the partner ${missing.join(' and ')}`);
}

/** All stops at once; each partner's faults are afterwards as they were. */
async function travel(guide: Guide): Promise<readonly Visit[]> {
  const faults = await guide.sandbox.faults('wave-sn');
  try {
    return (await Promise.all([...waveStops, ...mpesaStops].map((stop) => stop(guide)))).flat();
  } finally {
    await guide.sandbox.misbehave('wave-sn', ...faults);
  }
}

async function auditAll(guide: Guide, visits: readonly Visit[]): Promise<readonly Audited[]> {
  const books = new Map(
    await Promise.all(PARTNERS.map(async (id) => [id, await guide.sandbox.books(id)] as const)),
  );
  return Promise.all(
    visits.map((visit) =>
      audit(guide, visit, books.get(visit.operation.partner) ?? { entries: [], balance: {} }),
    ),
  );
}

/** @returns whether everything was right */
function report(audited: readonly Audited[]): boolean {
  const sums = PARTNERS.map((partner) => sumsOf(partner, audited));
  const wrong = audited.filter((one) => one.wrong.length > 0);
  write(`\n${tableOf(audited)}\n`);
  for (const line of sums.map(sumsLine)) write(line);
  const isRight = wrong.length === 0 && sums.every(doesAgree);
  write(
    isRight
      ? 'The books, the operations and the events agree to the last unit.'
      : `The books, the operations and the events DO NOT AGREE: ${wrong.length} of ${audited.length} not ok.`,
  );
  return isRight;
}

async function openGateway(): Promise<Gateway> {
  const running = await findGateway();
  if (running) {
    say(`a gateway is running at ${running.access.apiUrl}: the tour goes there`);
    return running;
  }
  say('no gateway is running here: starting one for the tour …');
  return startGateway(say);
}

async function main(): Promise<boolean> {
  await using gateway = await openGateway();
  const guide = makeGuide(gateway.access, say);
  await assertPartners(guide);
  const visits = await travel(guide);
  say('holding it against the partners’ books and the events …');
  const isRight = report(await auditAll(guide, visits));
  return isRight;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  write(error instanceof Error ? error.message : 'the tour failed');
  process.exitCode = 1;
}
