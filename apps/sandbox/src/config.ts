import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const SandboxFile = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0: any free port. */
  port: port.default(4000),
  /** Of what is drawn by chance: the same seed, the same draws. Default: others at every start. */
  seed: z.string().min(1).optional(),
  partners: z.record(
    z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .refine((id) => id !== 'control', 'is the control API'),
    z.strictObject({ operator: z.string().regex(/^[a-z0-9-]+$/), settings: z.unknown() }),
  ),
});

/** Which partners to simulate and where to listen. `settings` are checked by the operator's simulator. */
export type SandboxConfig = z.infer<typeof SandboxFile>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `sandbox.yaml` of `PASSERELLE_CONFIG_DIR` (default `./config`); `SANDBOX_HOST`, `SANDBOX_PORT` and `SANDBOX_SEED` win.
 * @throws naming every wrong key and every missing variable, never a value.
 */
export async function readSandboxConfig(environment: Environment): Promise<SandboxConfig> {
  const file = join(environment['PASSERELLE_CONFIG_DIR'] ?? 'config', 'sandbox.yaml');
  const written: unknown = parse(await readFile(file, 'utf8'));
  const parsed = SandboxFile.safeParse(written);
  if (!parsed.success) throw new Error(`${file}:\n${z.prettifyError(parsed.error)}`);
  const missing: string[] = [];
  const config = resolveReferences(parsed.data, environment, [], missing) as SandboxConfig;
  if (missing.length > 0) throw new Error(`${file}:\n${missing.join('\n')}`);
  return {
    ...config,
    host: environment['SANDBOX_HOST'] ?? config.host,
    port: readPort(environment['SANDBOX_PORT']) ?? config.port,
    seed: environment['SANDBOX_SEED'] ?? config.seed,
  };
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = port.safeParse(text);
  if (!parsed.success) throw new Error('SANDBOX_PORT is not a port number');
  return parsed.data;
}

/** A copy of `value` in which each string `env:NAME` is the variable's content; notes the ones that are not set. */
function resolveReferences(
  value: unknown,
  environment: Environment,
  path: string[],
  missing: string[],
): unknown {
  if (typeof value === 'string' && value.startsWith('env:')) {
    const name = value.slice('env:'.length);
    const content = environment[name];
    if (content === undefined || content === '') missing.push(`${path.join('.')}: ${name} is not set`);
    return content;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      resolveReferences(item, environment, [...path, String(index)], missing),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      resolveReferences(item, environment, [...path, key], missing),
    ]),
  );
}
