import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './install.js';

/** A program that no registry of npm has: Debian's package where it is missing. @throws where that cannot be helped */
export async function needProgram(program: string, packageName = program): Promise<void> {
  if (spawnSync(program, ['--version']).error === undefined) return;
  const isDebian = existsSync('/usr/bin/apt-get');
  if (!isDebian || process.getuid?.() !== 0)
    throw new Error(
      `${program} is not there: install it first (Debian, as root: apt-get install ${packageName})`,
    );
  await run('apt-get', ['update', '-q'], '/');
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', packageName], '/');
}
