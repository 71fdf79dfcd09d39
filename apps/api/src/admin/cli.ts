import 'reflect-metadata';
import { type ClientCredentials, Clients } from '#gateway';
import { ConfigError, type Database, DatabaseUnavailable, readConfig } from '#platform';
import { parseArgs } from 'node:util';
import { withAdminDatabase } from './admin-database.js';
import { ALL_SCOPES, createClient } from './create-client.js';
import { migrateDatabase } from './migrate.js';

const USAGE = `Usage: cli.js <command>

  migrate                                          bring the schema up to date
  clients create --name NAME --scopes "a b" [--id ID] [--per-second N]
                                                   make a client; its secret is shown once
  clients list                                     who may call the API
  clients disable ID                               no new tokens for this client
  clients rotate ID                                a new secret; the old one is worth nothing any more

Scopes: ${ALL_SCOPES.join(' ')}
`;

class UsageError extends Error {}

type Arguments = ReturnType<typeof readArguments>;
type Command = (database: Database, given: Arguments) => Promise<string>;

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      id: { type: 'string' },
      'per-second': { type: 'string' },
    },
  });

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`${name} is missing.\n\n${USAGE}`);
  return value;
}

function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (!Number.isInteger(rate) || rate < 1) throw new UsageError('--per-second is a whole number from 1.');
  return rate;
}

const create: Command = async (database, { values }) =>
  asJson(
    await createClient(database, {
      id: values.id,
      name: required(values.name, '--name'),
      scopes: required(values.scopes, '--scopes')
        .split(/[\s,]+/)
        .filter(Boolean),
      rateLimitPerSecond: readRate(values['per-second']),
    }),
  );

const list: Command = async (database) =>
  (await new Clients(database).list())
    .map(({ id, name, scopes, createdAt, disabledAt }) =>
      [id, disabledAt === null ? 'active' : 'disabled', createdAt.toISOString(), name, scopes.join(' ')].join(
        '\t',
      ),
    )
    .join('\n');

const disable: Command = async (database, { positionals: [, , id] }) => {
  if (await new Clients(database).disable(required(id, 'ID'))) return `${String(id)} gets no tokens any more`;
  throw new UsageError(`There is no client ${String(id)}.`);
};

const rotate: Command = async (database, { positionals: [, , id] }) => {
  const credentials: ClientCredentials | null = await new Clients(database).rotate(required(id, 'ID'));
  if (credentials !== null) return asJson(credentials);
  throw new UsageError(`There is no client ${String(id)}, or it is disabled.`);
};

const migrateAll: Command = async (database) => {
  const names = await migrateDatabase(database);
  return names.length === 0 ? 'the schema is up to date' : `migrated: ${names.join(', ')}`;
};

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: migrateAll,
  'clients create': create,
  'clients list': list,
  'clients disable': disable,
  'clients rotate': rotate,
};

async function main(): Promise<void> {
  const given = readArguments();
  const [group = '', verb = ''] = given.positionals;
  const command = COMMANDS[group] ?? COMMANDS[`${group} ${verb}`];
  if (command === undefined) throw new UsageError(USAGE);
  process.stdout.write(`${await withAdminDatabase(readConfig(), (database) => command(database, given))}\n`);
}

/** What is said without a stack: refusals in words (a plain `Error`), and what the person can put right. */
const isSentence = (error: Error): boolean =>
  error.constructor === Error ||
  error instanceof UsageError ||
  error instanceof ConfigError ||
  error instanceof DatabaseUnavailable ||
  ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

try {
  await main();
} catch (error) {
  const words = !(error instanceof Error)
    ? 'unknown'
    : isSentence(error)
      ? error.message
      : (error.stack ?? error.message);
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
}
