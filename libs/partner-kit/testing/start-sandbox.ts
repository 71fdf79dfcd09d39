import { type PartnerUnderTest } from './partner-under-test.js';
import { CallbackCatcher } from './callback-catcher.js';
import { SandboxControl } from './sandbox-control.js';
import { SandboxProcess } from './sandbox-process.js';

export interface SandboxOverrides {
  /** The folder of apps/sandbox/src/partners; default: what config/sandbox.yaml says of this partner. */
  readonly operator?: string;
  /** Laid over the partner's settings in config/sandbox.yaml. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Values for the `env:NAME` settings. `callbackUrl` gives the address of our callbacks for a path. */
  environment?(callbackUrl: (path: string) => string): Readonly<Record<string, string>>;
}

/** Starts the built sandbox with this one partner, on a free port, with a place for its callbacks. */
export async function startSandboxFor(
  partnerId: string,
  overrides: SandboxOverrides = {},
): Promise<PartnerUnderTest> {
  const catcher = await CallbackCatcher.start();
  try {
    const sandbox = await SandboxProcess.start({
      partnerId,
      operator: overrides.operator,
      settings: overrides.settings ?? {},
      environment: overrides.environment?.((path) => catcher.urlOf(path)) ?? {},
    });
    return new SandboxControl(partnerId, sandbox, catcher);
  } catch (error) {
    await catcher.close();
    throw error;
  }
}
