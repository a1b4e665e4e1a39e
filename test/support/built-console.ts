import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/hub/src/project.js';

/** Builds the console when there is no build, or one that is older than its sources. */
export async function builtConsole(): Promise<void> {
  const page = join(projectRoot, 'dist/apps/console/index.html');
  const sources = join(projectRoot, 'apps/console');
  const files = await readdir(sources, { recursive: true });
  const newest = Math.max(...files.map((f) => statSync(join(sources, f)).mtimeMs));
  if (existsSync(page) && statSync(page).mtimeMs > newest) return;
  const vite = join(projectRoot, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', join(sources, 'vite.config.ts')], {
    cwd: projectRoot,
    // Under "test", Ant Design gives every dialog the same id, and React is the one for development.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
