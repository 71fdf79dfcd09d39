import { join, resolve } from 'node:path';
import { answersHttp, Peer } from './peer.js';

const PROGRAM = 'dist/apps/sandbox/src/mojaloop-switch/main.js';

/** Our double of the switch, as built: as quick as that is asked to be, where the Testing Toolkit is not. */
export async function startSwitchDouble(
  directory: string,
  port: number,
  schemeAdapterUrl: string,
): Promise<Peer> {
  const url = `http://127.0.0.1:${port}`;
  const double = new Peer({
    name: 'switch',
    command: process.execPath,
    args: [resolve(PROGRAM)],
    cwd: directory,
    env: { SWITCH_PORT: String(port), SWITCH_CALLBACK_URL: schemeAdapterUrl },
    logFile: join(directory, 'switch.log'),
    isReady: () => answersHttp(`${url}/books`),
  });
  await double.start();
  return double;
}
