import { createPrivateKey } from 'node:crypto';
import { type z } from 'zod';
import { type AdapterDefinition, CAPABILITIES } from '../port/adapter.js';
import { readCertificates } from './certificates.js';
import {
  type ConfigurationProblem,
  type DeadlineOverride,
  type DoorTls,
  type PartnerConfiguration,
} from './configuration.js';

/** A configuration that its adapter understands. */
export interface CheckedConfiguration {
  readonly configuration: PartnerConfiguration;
  readonly definition: AdapterDefinition;
  readonly settings: unknown;
  readonly secrets: unknown;
  readonly baseUrl: string;
}

export type Complain = (path: string, message: string) => void;

const CALLBACK_KEY = /^[A-Za-z0-9._~-]{16,}$/;
const PACED: readonly string[] = ['default', 'enquiries', ...CAPABILITIES];

/** A way to note problems of one partner; no secret of its shows in them. */
export const complainer =
  ({ id, secrets, callbackKey }: PartnerConfiguration, problems: ConfigurationProblem[]): Complain =>
  (path, message) => {
    const hidden = [...Object.values(secrets), callbackKey].filter(({ length }) => length >= 4);
    const safe = hidden.reduce((shown, secret) => shown.replaceAll(secret, '•••'), message);
    problems.push({ partner: id, path, message: safe });
  };

/** Null where something is wrong; then `complain` was told. */
export function checkConfiguration(
  configuration: PartnerConfiguration,
  definitions: readonly AdapterDefinition[],
  complain: Complain,
): CheckedConfiguration | null {
  checkFrame(configuration, complain);
  const definition = definitions.find(({ name }) => name === configuration.adapter);
  if (!definition) {
    const names = definitions.map(({ name }) => name).join(', ');
    complain('adapter', `there is no adapter of this name; there are: ${names || 'none'}`);
    return null;
  }
  const settings = checkShape('settings', definition.settings, configuration.settings, complain);
  const secrets = checkShape('secrets', definition.secrets, configuration.secrets, complain);
  const { tls } = configuration.inbound ?? {};
  const opens = tls === undefined || checkDoor(tls, complain);
  if (!settings.success || !secrets.success || !opens) return null;
  const baseUrl = definition.baseUrl(settings.data);
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
    complain('settings', 'they give no http or https address to send requests to');
    return null;
  }
  return { configuration, definition, settings: settings.data, secrets: secrets.data, baseUrl };
}

function checkFrame({ callbackKey, limits, deadlines }: PartnerConfiguration, complain: Complain): void {
  if (!CALLBACK_KEY.test(callbackKey)) {
    complain('callbackKey', 'needs at least 16 characters out of A-Z a-z 0-9 . _ ~ -');
  }
  for (const [name, pace] of Object.entries(limits ?? {})) {
    if (!PACED.includes(name)) complain(`limits.${name}`, `unknown key; there are: ${PACED.join(', ')}`);
    for (const [key, value] of Object.entries(pace)) {
      if (value !== undefined && !(value > 0)) complain(`limits.${name}.${key}`, 'must be more than 0');
    }
  }
  checkDeadlines(deadlines ?? {}, complain);
}

function checkDeadlines(deadlines: DeadlineOverride, complain: Complain): void {
  const { enquiryTimetableMs, visibilityDelayMs, ...others } = deadlines;
  for (const [key, value] of Object.entries(others)) {
    if (value !== undefined && !(value > 0)) complain(`deadlines.${key}`, 'must be more than 0');
  }
  if (visibilityDelayMs !== undefined && !(visibilityDelayMs >= 0)) {
    complain('deadlines.visibilityDelayMs', 'must not be less than 0');
  }
  const rises = enquiryTimetableMs?.every((ms, step) => ms > (enquiryTimetableMs[step - 1] ?? 0));
  if (enquiryTimetableMs?.length === 0 || rises === false) {
    complain('deadlines.enquiryTimetableMs', 'must be milliseconds above 0 that rise');
  }
}

function checkShape(root: string, schema: z.ZodType, value: unknown, complain: Complain) {
  const parsed = schema.safeParse(value ?? {});
  for (const issue of parsed.error?.issues ?? []) {
    const path = [root, ...issue.path.map(String)];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) complain([...path, key].join('.'), 'unknown key');
    } else {
      complain(path.join('.'), issue.message);
    }
  }
  return parsed;
}

/** Can the door be opened with it? */
export function checkDoor({ certificate, key, clientAuthority }: DoorTls, complain: Complain): boolean {
  const [ours, theirs] = [
    attempt(() => readCertificates(certificate)),
    attempt(() => readCertificates(clientAuthority)),
  ];
  const secret = attempt(() => createPrivateKey(key));
  const problems: (readonly [string, string])[] = [];
  if (!ours?.[0]) problems.push(['certificate', 'is no certificate in PEM']);
  if (!secret) problems.push(['key', 'is no private key in PEM']);
  if (ours?.[0] && secret && !ours[0].checkPrivateKey(secret))
    problems.push(['key', 'is not the key of the certificate']);
  if (!theirs?.[0]) problems.push(['clientAuthority', 'is no certificate in PEM']);
  for (const [name, message] of problems) complain(`inbound.tls.${name}`, message);
  return problems.length === 0;
}

/** Null where it throws: what the library says of a key is not for a log. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
